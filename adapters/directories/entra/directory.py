"""The port `Directory` over Microsoft Graph: resets for accounts that live in the cloud, and what can be known of all of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from adapters.directories.entra.changes import Delta
from adapters.directories.entra.errors import NOT_FOUND, code_of, words_of
from adapters.directories.entra.graph_client import Graph, body_of
from adapters.directories.entra.holders import holders
from adapters.directories.entra.passes import minted
from adapters.directories.entra.people import EXPANDED, ID, RULES, User
from adapters.directories.entra.roles import RoleGroup, RoleStanding, standing
from bot.directory.interfaces import Changes, DirectoryRules, Health, Pass, Person, Rejected, SignIn, State, Unreachable, Write
from bot.platform.ids import Action, ObjectId, SubjectId
from bot.platform.secret import Secret
from bot.policy.passwords import by_directory, first_unmet

log = structlog.get_logger()

BUDGET = 9.0  # seconds for one call of the port, less than whoever asks will wait
LOOK = 0.5  # seconds between two looks whether a password has come into force
LONGEST = 320  # characters of a name; none is longer


@dataclass
class EntraDirectory:
    """`writes`: False where the settings say that no password is set there. Guests are nobody here: they sign in elsewhere.

    `tenant`: its id; empty where the settings name it by a domain, and then nobody is known by an object's id.
    """

    name: str
    graph: Graph
    writes: bool = True
    advice: tuple[str, ...] = ("after_reset.sign_in_again",)
    tenant: str = ""
    delta: Delta = field(init=False)

    def __post_init__(self) -> None:
        self.delta = Delta(self.name, self.graph)

    async def find(self, text: str) -> Person | None:
        """UPNs before mail addresses; an address that several accounts share finds nobody."""
        async with _budget():
            named, mailed = await self._matches(text)
            matches = named or mailed
            return await self._person(matches[0]) if len(matches) == 1 else None

    async def person(self, subject: SubjectId) -> Person | None:
        async with _budget():
            user = await self._user(subject)
            return await self._person(user) if user else None

    async def state(self, subject: SubjectId) -> State:
        return (await self._standing(subject)).state()

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        """The same for everybody; the list of banned passwords isn't published, so only the reset itself tells."""
        await self._standing(subject)
        return RULES

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        """The moment of the last password, as Entra has it. No action of ours moves a lock."""
        return "" if action is Action.UNLOCK else (await self._standing(subject)).mark

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        """There is no minimum age here."""
        async with _budget():
            user = await self._changeable(subject, password)
            new = {"password": password.reveal(), "forceChangePasswordNextSignIn": False}
            answer = await self.graph.patch(f"/users/{user.id}", {"passwordProfile": new})
            if not answer.well:
                log.info("entra.reset_refused", status=answer.status, code=code_of(answer.body))
                raise Rejected(words_of(answer.status, answer.body))
            await self._end_sessions(user)
            while (await self._standing(subject)).mark == user.mark:  # noqa: ASYNC110 - Graph doesn't call us
                await asyncio.sleep(LOOK)

    async def unlock(self, subject: SubjectId) -> None:
        """Graph has no such call; a smart lockout ends by itself, and a reset goes past it."""
        async with _budget():
            await self._writable(subject)
            raise Rejected("directory.no_unlock")

    async def mint(self, subject: SubjectId) -> Pass:
        """`Passes`: also for a synced account, since it's a method of the cloud."""
        async with _budget():
            user, _ = await self._writable(subject)
            return await minted(self.graph, user.id)

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        """An application can't try somebody's password by Graph."""
        raise Rejected("directory.no_sign_in")

    async def bad_tries_left(self, subject: SubjectId) -> int:
        """See `sign_in`."""
        raise Rejected("directory.no_sign_in")

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        return (await self.delta.found(since, limit)).told(self.delta)

    async def anchored_changes(self, since: str | None, limit: int | None = None) -> tuple[Changes, Mapping[SubjectId, str]]:
        """The same, and the anchors of the synced accounts among them."""
        found = await self.delta.found(since, limit)
        return found.told(self.delta), found.anchors(self.delta)

    async def anchor(self, subject: SubjectId) -> str | None:
        """What a synced account is matched by on premises; empty: its password lives here. None: no such account."""
        async with _budget():
            user = await self._user(subject)
            return user.anchor if user else None

    async def known_as(self, text: str) -> tuple[Mapping[SubjectId, str], Mapping[SubjectId, str]]:
        """Whoever signs in by this name, and whoever else has it as a mail address: each with its anchor, as `anchor` tells it."""
        async with _budget():
            named, mailed = ({SubjectId(f"{self.name}:{u.id}"): u.anchor for u in each} for each in await self._matches(text))
            return named, mailed

    async def anchored(self, anchor: str) -> SubjectId | None:
        """The synced account with this anchor."""
        async with _budget():
            users = await self._users(f"onPremisesImmutableId eq {quoted(anchor)}")
            matches = [user for user in users if user.anchor == anchor]
            return SubjectId(f"{self.name}:{matches[0].id}") if len(matches) == 1 else None

    async def of_object(self, object: ObjectId) -> SubjectId | None:
        """`Objects`: an object's id is the subject's own; whether there is such a member is asked."""
        if not self.tenant or object.tenant != self.tenant:
            return None
        subject = SubjectId(f"{self.name}:{object.id}")
        async with _budget():
            return subject if await self._user(subject) else None

    async def object_of(self, subject: SubjectId) -> ObjectId | None:
        id = subject.removeprefix(f"{self.name}:")
        return ObjectId(self.tenant, id) if self.tenant and ID.fullmatch(id) else None

    async def health(self) -> Health:
        try:
            async with _budget():
                body_of(await self.graph.get("/users", {"$top": "1", "$select": "id"}))
        except Unreachable:
            return Health(ok=False, detail="Microsoft Graph doesn't answer this application; `unlatch doctor` says more.")
        return Health(ok=True)

    def lags(self, _subject: SubjectId) -> bool:
        """`Lags`: Graph reads from copies that hear of a change a little later."""
        return True

    def blind(self, _subject: SubjectId | None) -> bool:
        """`Blind`: for all of them."""
        return True

    def after_reset(self) -> tuple[str, ...]:
        return self.advice

    async def close(self) -> None:
        """Connections are given back."""
        await self.graph.close()

    # ------------------------------------------------ what they are made of

    async def _matches(self, text: str) -> tuple[list[User], list[User]]:
        """By UPN, and by mail address alone."""
        key = text.strip()
        if not 0 < len(key) <= LONGEST or not key.isprintable() or "@" not in key:
            return [], []  # no name of anybody, so nobody is asked
        users = await self._users(f"userPrincipalName eq {quoted(key)} or mail eq {quoted(key)}")
        named = [user for user in users if user.login.casefold() == key.casefold()]
        return named, [user for user in users if user not in named]

    async def _users(self, matching: str) -> list[User]:
        body = body_of(await self.graph.get("/users", {"$filter": matching, **EXPANDED}))
        return [user for user in map(User, body.get("value", ())) if user.member]

    async def _user(self, subject: SubjectId) -> User | None:
        id = subject.removeprefix(f"{self.name}:")
        if not ID.fullmatch(id):
            return None
        answer = await self.graph.get(f"/users/{id}", EXPANDED)
        user = None if answer.status == NOT_FOUND else User(body_of(answer))
        return user if user and user.member else None

    async def _standing(self, subject: SubjectId) -> User:
        async with _budget():
            if user := await self._user(subject):
                return user
        raise Unreachable  # gone: nothing can be said of it, and what was done to it last stays open

    async def _person(self, user: User) -> Person:
        return user.person(self.name, await self._belongs(user))

    async def _belongs(self, user: User) -> RoleStanding:
        """Groups through nesting, and roles that are held; those of groups come with being in one that may hold a role."""
        groups, roles = await asyncio.gather(self._groups(user), self._roles(user))
        return standing(groups, roles)

    async def _groups(self, user: User) -> list[RoleGroup]:
        wanted = {"$select": "id,displayName,isAssignableToRole", "$top": "999"}
        return [
            RoleGroup(each.get("displayName") or "", each.get("isAssignableToRole") is True)
            async for page in self.graph.pages(f"/users/{user.id}/transitiveMemberOf", wanted)
            for each in page["value"]
            if each.get("@odata.type") == "#microsoft.graph.group"
        ]

    async def _roles(self, user: User) -> list[str]:
        return [role async for _, role in holders(self.graph, user.id)]

    async def _writable(self, subject: SubjectId) -> tuple[User, Person]:
        user = await self._user(subject)
        if user is None:
            raise Rejected("people.gone")
        if not self.writes:
            raise Rejected("directory.no_writing")
        person = await self._person(user)
        if person.protected or not user.enabled:
            raise Rejected("directory.protected" if person.protected else "directory.disabled")
        return user, person

    async def _changeable(self, subject: SubjectId, password: Secret) -> User:
        """A synced account is refused: its cloud password alone would change, and hold until the next change on premises."""
        user, person = await self._writable(subject)
        if user.synced:
            raise Rejected("directory.synced")
        if broken := first_unmet(by_directory(password, person, RULES)):
            raise Rejected(broken.id, broken.args)
        return user

    async def _end_sessions(self, user: User) -> None:
        """The password is in force whatever becomes of this: a failure is the operator's to know, and no reason to say "not done"."""
        try:
            well = (await self.graph.post(f"/users/{user.id}/revokeSignInSessions")).well
        except Unreachable:
            well = False
        if not well:
            log.warning("entra.sessions_go_on", subject=f"{self.name}:{user.id}")


def quoted(text: str) -> str:
    """A string literal of OData (ABNF: a quote is doubled); the query is encoded when it is sent."""
    return "'" + text.replace("'", "''") + "'"


@asynccontextmanager
async def _budget() -> AsyncIterator[None]:
    """Raises Unreachable when it is spent."""
    try:
        async with asyncio.timeout(BUDGET):
            yield
    except TimeoutError:
        raise Unreachable from None
