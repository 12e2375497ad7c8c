"""The contract's Entra: the real adapter, over a tenant of the stand-in that can be furnished behind its back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.directories.entra.directory import EntraDirectory
from adapters.directories.entra.graph_client import Graph as Wire
from adapters.directories.entra.tokens import Application, Tokens, fetcher
from bot.directory.administration import NewAccount
from bot.directory.interfaces import SignIn
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from tests.kit.graph import CLIENT, SECRET, TENANT, Graph, Tenant
from tests.kit.graph.tenant import GLOBAL_ADMIN, HELPDESK_ADMIN

DOMAIN = "contoso.example"


def application() -> Application:
    """Ours, by its secret."""
    return Application(TENANT, CLIENT, Secret(SECRET))


@dataclass
class FurnishedEntra(EntraDirectory):
    """Implements `Administration` by the tenant's own state. `tried` answers for the sign-in page, which Graph isn't."""

    stand_in: Graph | None = None

    @property
    def wire(self) -> Graph:
        assert self.stand_in is not None
        return self.stand_in

    @property
    def there(self) -> Tenant:
        return self.wire.tenant

    async def tried(self, subject: SubjectId, password: Secret) -> SignIn:
        return self.there.tried(self._id(subject), password.reveal())

    async def create(self, account: NewAccount) -> SubjectId:
        upn = account.upn or (account.login if "@" in account.login else f"{account.login}@{DOMAIN}")
        first, _, last = account.name.partition(" ")
        id = self.there.add(
            account.password.reveal() if account.password else None,
            userPrincipalName=upn,
            displayName=account.name,
            givenName=account.words[0] if account.words else first,
            surname=last,
            mail=account.mail,
            preferredLanguage=account.language,
            department=account.department,
            mobilePhone=account.contacts.mobile,
            businessPhones=[account.contacts.phone] if account.contacts.phone else [],
            otherMails=list(account.contacts.mails),
            accountEnabled=account.enabled,
            manager=self._id(account.manager) if account.manager else None,
            passwordProfile={"forceChangePasswordNextSignIn": account.must_change},
        )
        if account.admin or account.protected:
            self.there.roles.append((id, GLOBAL_ADMIN if account.protected else HELPDESK_ADMIN))
        return SubjectId(f"{self.name}:{id}")

    async def delete(self, subject: SubjectId) -> None:
        self.there.remove(self._id(subject))

    async def enable(self, subject: SubjectId, *, enabled: bool) -> None:
        self.there.update(self._id(subject), accountEnabled=enabled)

    async def set_password(self, subject: SubjectId, password: Secret) -> None:
        self.there.shows(self._id(subject), self.there.set(self._id(subject), password.reveal()))

    async def lock(self, subject: SubjectId, seconds: float | None = None) -> None:
        """A smart lockout is nothing that Graph tells or takes off, so there is nothing to furnish."""

    async def add_group(self, name: str) -> None:
        if any(group.name.casefold() == name.casefold() for group in self.there.groups.values()):
            raise ValueError(f"{name} is the name of another group")
        self.there.add_group(name)

    async def add_member(self, group: str, subject: SubjectId) -> None:
        self.there.join(self._group(group), self._id(subject))

    async def remove_member(self, group: str, subject: SubjectId) -> None:
        self.there.leave(self._group(group), self._id(subject))

    async def nest(self, group: str, inner: str) -> None:
        self.there.join(self._group(group), self._group(inner))

    def _group(self, name: str) -> str:
        for group in self.there.groups.values():
            if group.name.casefold() == name.casefold():
                return group.id
        raise ValueError(f"there is no group {name}")

    def _id(self, subject: SubjectId) -> str:
        return subject.removeprefix(f"{self.name}:")


def furnished(graph: Graph, world: World, who: Application | None = None, name: str = "cloud") -> FurnishedEntra:
    """As it is wired, with a stand-in's addresses."""
    wire = Wire(graph.cloud, Tokens(fetcher(who or application(), graph.cloud), world))
    return FurnishedEntra(name, wire, tenant=(who or application()).tenant_id, stand_in=graph)


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[FurnishedEntra]:
    """With a tenant of its own."""
    async with Graph(Tenant(world.now)).serving() as graph:
        directory = furnished(graph, world)
        try:
            yield directory
        finally:
            await directory.close()
