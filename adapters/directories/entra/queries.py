"""What is asked of Graph about single accounts: who has a name or an id, which groups they are in, and which roles they hold."""

import asyncio
from dataclasses import dataclass

from adapters.directories.entra.errors import NOT_FOUND
from adapters.directories.entra.graph_client import Graph, body_of
from adapters.directories.entra.holders import holders
from adapters.directories.entra.people import EXPANDED, ID, User
from adapters.directories.entra.roles import RoleGroup, standing
from bot.directory.interfaces import Person, Unreachable
from bot.platform.ids import SubjectId

LONGEST = 320  # characters of a name; none is longer


@dataclass(frozen=True, slots=True)
class AccountQueries:
    """Each method may raise Unreachable. Guests are nobody here: they sign in elsewhere."""

    directory: str
    graph: Graph

    async def named(self, text: str) -> tuple[list[User], list[User]]:
        """By UPN, and by mail address alone."""
        key = text.strip()
        if not 0 < len(key) <= LONGEST or not key.isprintable() or "@" not in key:
            return [], []  # no name of anybody, so nobody is asked
        users = await self._users(f"userPrincipalName eq {quoted(key)} or mail eq {quoted(key)}")
        named = [user for user in users if user.login.casefold() == key.casefold()]
        return named, [user for user in users if user not in named]

    async def anchored(self, anchor: str) -> list[User]:
        """The synced accounts with this anchor."""
        users = await self._users(f"onPremisesImmutableId eq {quoted(anchor)}")
        return [user for user in users if user.anchor == anchor]

    async def user(self, subject: SubjectId) -> User | None:
        """The account of this id. None: gone, or a guest."""
        id = subject.removeprefix(f"{self.directory}:")
        if not ID.fullmatch(id):
            return None
        answer = await self.graph.get(f"/users/{id}", EXPANDED)
        user = None if answer.status == NOT_FOUND else User(body_of(answer))
        return user if user and user.member else None

    async def standing(self, subject: SubjectId) -> User:
        """Raises Unreachable for one that is gone: nothing can be said of it, and what was done to it last stays open."""
        if user := await self.user(subject):
            return user
        raise Unreachable

    async def person(self, user: User) -> Person:
        """With groups through nesting, and roles that are held; those of groups come with being in one that may hold a role."""
        groups, roles = await asyncio.gather(self._groups(user), self._roles(user))
        return user.person(self.directory, standing(groups, roles))

    async def _users(self, matching: str) -> list[User]:
        body = body_of(await self.graph.get("/users", {"$filter": matching, **EXPANDED}))
        return [user for user in map(User, body.get("value", ())) if user.member]

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


def quoted(text: str) -> str:
    """A string literal of OData (ABNF: a quote is doubled); the query is encoded when it is sent."""
    return "'" + text.replace("'", "''") + "'"
