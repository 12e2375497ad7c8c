"""What has changed in a tenant: delta links for accounts and groups, and everything anew when Graph has forgotten ours."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from adapters.directories.entra.delta_links import DeltaLinks, read_links
from adapters.directories.entra.graph_client import LONG, Graph, GraphAnswer, body_of
from adapters.directories.entra.holders import holders
from adapters.directories.entra.memberships import REMOVED, SELECTED, Memberships
from adapters.directories.entra.people import EXPANDED, TRACKED, User
from adapters.directories.entra.roles import standing
from bot.directory.interfaces import Changes, Person, Unreachable
from bot.platform.ids import SubjectId

TOO_OLD = frozenset({400, 410})  # a delta link lives seven days (delta-query-overview); 410 says so, 400 that it can't be read
AT_ONCE = 15  # ids in one filter: as many as Graph takes
MANY = 1500  # accounts from which on a listing of all, 999 on a page, is the shorter way
PAGE = {"$top": "999"}
Roles = Mapping[str, frozenset[str]]  # definition ids, by the account or group that holds them
Record = Mapping[str, Any]


class Forgotten(Unreachable):
    """Graph, or we ourselves, can't tell what is new since that mark. Once more in the next breath it is no answer at all."""


@dataclass
class ChangeTracker:
    """Of one tenant. What is kept here only saves questions: another replica, or this one begun anew, reads it again."""

    name: str
    graph: Graph
    memberships: Memberships = field(default_factory=Memberships)
    roles: Roles = field(default_factory=dict)
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def changes(self, since: str | None, limit: int | None) -> "FoundChanges":
        """What `changes` of the port tells, before it is told."""
        async with self._alone:
            mark = read_links(since) if since else None
            try:
                if mark:
                    return await (self._listed(mark, limit) if mark.listing else self._new(mark))
                return await self._everything(limit, again=bool(since))
            except Forgotten:
                return await self._everything(limit, again=True)

    def person(self, user: User) -> Person:
        """From what is known of all groups and roles."""
        return user.person(self.name, standing(self.memberships.groups_of(user.id), self.roles.get(user.id, ())))

    # ------------------------------------------------ everything

    async def _everything(self, limit: int | None, *, again: bool) -> "FoundChanges":
        """The links first, so that whatever happens while all accounts are listed is told next time.

        `again`: somebody knows an older state, so the deleted accounts are told too, as long as Graph keeps them (30 days).
        """
        await self._catch_up()
        latest = {"$select": TRACKED, "$deltatoken": "latest"}
        link = body_of(await self.graph.get("/users/delta", latest, patience=LONG))["@odata.deltaLink"]
        gone = await self._deleted() if again else ()
        mark = DeltaLinks(link, self.memberships.link, digest(self.roles))
        first = await self.graph.get("/users", {**EXPANDED, **PAGE}, patience=LONG)
        return await self._pages(first, mark, limit, FoundChanges((), gone, mark))

    async def _listed(self, mark: DeltaLinks, limit: int | None) -> "FoundChanges":
        if not self.memberships.link:
            await self._catch_up()
        return await self._pages(await self.graph.again(mark.listing), mark, limit, FoundChanges((), (), mark))

    async def _pages(self, answer: GraphAnswer, mark: DeltaLinks, limit: int | None, found: "FoundChanges") -> "FoundChanges":
        users: list[User] = []
        while True:
            users += map(User, fresh(answer)["value"])
            link = str(answer.body.get("@odata.nextLink", ""))
            if not link or (limit is not None and len(users) >= limit):
                return replace(found, users=users, next=replace(mark, listing=link))
            answer = await self.graph.again(link)

    async def _deleted(self) -> Sequence[str]:
        pages = self.graph.pages("/directory/deletedItems/microsoft.graph.user", {"$select": "id", **PAGE}, patience=LONG)
        return [each["id"] async for page in pages for each in page["value"]]

    # ------------------------------------------------ what is new

    async def _new(self, mark: DeltaLinks) -> "FoundChanges":
        told: dict[str, Record] = {}
        gone: list[str] = []
        moved, groups = await self._moved(mark)
        async for record, link in self._records(mark.users):
            mark = replace(mark, users=link)
            if REMOVED in record:
                gone.append(record["id"])
                told.pop(record["id"], None)
            elif record:
                told[record["id"]] = record
        wanted = (moved | told.keys()) - set(gone)
        if len(wanted) > MANY:
            raise Forgotten
        users = {**told, **await self._by_id(wanted)}
        return FoundChanges(list(map(User, users.values())), gone, replace(mark, groups=groups, roles=digest(self.roles)))

    async def _moved(self, mark: DeltaLinks) -> tuple[set[str], str]:
        """Whose groups or roles aren't what they were, and the link to ask for groups from next time."""
        known = self.memberships.link == mark.groups and digest(self.roles) == mark.roles
        before, moved = self.roles, await self._catch_up()
        if known:
            changed = {id for id in {*before, *self.roles} if before.get(id) != self.roles.get(id)}
            return {
                *moved,
                *(account for id in changed for account in self.memberships.accounts_below(id)),
            }, self.memberships.link
        return await self._moved_unseen(mark)

    async def _moved_unseen(self, mark: DeltaLinks) -> tuple[set[str], str]:
        """What `_moved` tells, for a replica that didn't give the mark: members are told by Graph, what a group or a role was before isn't."""
        if digest(self.roles) != mark.roles:
            raise Forgotten
        moved: set[str] = set()
        async for record, link in self._records(mark.groups):
            mark = replace(mark, groups=link)
            if REMOVED in record:
                raise Forgotten
            if record:
                moved |= self.memberships.accounts_below(record["id"])
                moved |= {a for told in record.get("members@delta", ()) for a in self.memberships.accounts_below(told["id"])}
        return moved, mark.groups

    async def _catch_up(self) -> set[str]:
        """Groups and roles as they are now; returns the accounts whose groups changed since they were read before."""
        moved: set[str] = set()
        try:
            async for record, link in self._records(self.memberships.link):
                moved |= self.memberships.take(record) if record else set()
                self.memberships.link = link
        except Unreachable:  # half a reading is none
            self.memberships = Memberships()
            raise
        self.roles = await self._roles()
        return moved

    async def _records(self, link: str) -> AsyncIterator[tuple[Record, str]]:
        """Each record of a delta, with the link known by then; at least one, that may be empty. No link: all groups."""
        answer = await (self.graph.again(link) if link else self.graph.get("/groups/delta", SELECTED, patience=LONG))
        while True:
            body = fresh(answer)
            link = str(body.get("@odata.nextLink") or body["@odata.deltaLink"])
            for record in (*body["value"], {}):
                yield record, link
            if "@odata.deltaLink" in body:
                return
            answer = await self.graph.again(link)

    async def _roles(self) -> Roles:
        held: dict[str, frozenset[str]] = {}
        async for principal, role in holders(self.graph, patience=LONG):
            held[principal] = held.get(principal, frozenset()) | {role}
        return held

    async def _by_id(self, ids: Collection[str]) -> dict[str, Record]:
        """Whole accounts, with their managers, which a delta leaves out."""
        left, found = iter(sorted(ids)), {}
        while some := list(islice(left, AT_ONCE)):
            matching = {"$filter": f"id in ({','.join(repr(id) for id in some)})", **EXPANDED}
            body = body_of(await self.graph.get("/users", matching, patience=LONG))
            found.update({each["id"]: each for each in body["value"]})
        return found


@dataclass(frozen=True, slots=True)
class FoundChanges:
    """Accounts as Graph tells them, deleted ones by id, and the mark to ask from next time."""

    users: Sequence[User]
    gone: Sequence[str]
    next: DeltaLinks

    def told(self, tracker: ChangeTracker) -> Changes:
        """As the port has it. Whoever became a guest is gone from here."""
        gone = [*self.gone, *(user.id for user in self.users if not user.member)]
        subjects = [SubjectId(f"{tracker.name}:{id}") for id in gone]
        return Changes([tracker.person(user) for user in self.users if user.member], subjects, str(self.next))

    def anchors(self, tracker: ChangeTracker) -> Mapping[SubjectId, str]:
        """Of the synced accounts among them."""
        return {SubjectId(f"{tracker.name}:{user.id}"): user.anchor for user in self.users if user.member and user.anchor}


def fresh(answer: GraphAnswer) -> Mapping[str, Any]:
    """Raises Forgotten where Graph doesn't know the link any more."""
    if answer.status in TOO_OLD:
        raise Forgotten
    return body_of(answer)


def digest(roles: Roles) -> str:
    """Short, and the same for the same roles."""
    held = sorted((holder, sorted(each)) for holder, each in roles.items())
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:16]
