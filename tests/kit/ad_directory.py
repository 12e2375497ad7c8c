"""Active Directory in an administrator's hands, for tests: furnishes the domain of a real domain controller, whom no rule binds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.people import entry_of, subject_of
from adapters.directories.active_directory.policy import LOCKED
from adapters.directories.ldap.connection import LdapConnection, SearchScope
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.filters import escaped
from adapters.directories.ldap.pool import ConnectionPool, LdapServers
from bot.directory.administration import NewAccount
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from tests.kit.samba import ADMIN, ADMIN_PASSWORD, SERVICE, SERVICE_PASSWORD, DomainController
from tests.kit.samba_conf import BASE, NAME

T = TypeVar("T")
STAFF, GROUPS, ADMINS = f"OU=Staff,{BASE}", f"OU=Groups,{BASE}", f"CN=Domain Admins,CN=Users,{BASE}"
NORMAL, DISABLED = 0x200, 0x202
SECURITY = -2147483646  # a global security group
TRIES = 3  # as the domain's policy has it
WRONG = Secret("Not-This-1-Either")


@dataclass(frozen=True)
class AdministeredActiveDirectory(ActiveDirectory):
    """Implements `Administration`. The adapter's own connections are the service account's; this has another."""

    root: ConnectionPool | None = None

    async def create(self, account: NewAccount) -> SubjectId:
        names = {account.login, account.upn or account.login}
        if await self.found("".join(f"(sAMAccountName={escaped(n)})(userPrincipalName={escaped(n)})" for n in names)):
            raise ValueError(f"{account.login} is the name of another account")
        manager = (await self.entry(account.manager)).dn if account.manager else None
        password = account.password or Secret(self.world.id("none"))
        values = {
            "objectClass": ["user"],
            "sAMAccountName": [account.login],
            "userPrincipalName": [account.upn] if account.upn else [],
            "displayName": [account.name],
            "givenName": account.words,
            "mail": [account.mail] if account.mail else [],
            "preferredLanguage": [account.language] if account.language else [],
            "department": [account.department] if account.department else [],
            "mobile": [account.contacts.mobile] if account.contacts.mobile else [],
            "telephoneNumber": [account.contacts.phone] if account.contacts.phone else [],
            "otherMailbox": account.contacts.mails,
            "manager": [manager] if manager else [],
            "userAccountControl": [str(NORMAL if account.enabled else DISABLED)],
        }
        dn = f"CN={account.login},{STAFF}"
        await self.by_root(lambda connection: connection.add(dn, {**octets(values), "unicodePwd": [quoted(password)]}))
        if account.must_change:
            await self.set(dn, pwdLastSet=["0"])
        if account.minimum_age:
            await self.amend("pso-slow", add=dn)  # a day, whatever was asked for
        if account.protected:
            await self.by_root(lambda connection: connection.amend(ADMINS, "member", add=[dn.encode()]))
        (entry,) = await self.found(f"(sAMAccountName={escaped(account.login)})")
        return subject_of(self.name, entry)

    async def delete(self, subject: SubjectId) -> None:
        dn = (await self.entry(subject)).dn
        await self.by_root(lambda connection: connection.delete(dn))

    async def enable(self, subject: SubjectId, *, enabled: bool) -> None:
        """The lock stays: a server that isn't told of it here takes it off (MS-ADTS 3.1.1.5.3.2)."""
        locked = LOCKED if (await self.state(subject)).locked else 0
        flags = (NORMAL if enabled else DISABLED) | locked
        await self.set((await self.entry(subject)).dn, userAccountControl=[str(flags)])

    async def set_password(self, subject: SubjectId, password: Secret) -> None:
        dn = (await self.entry(subject)).dn
        await self.by_root(lambda connection: connection.replace(dn, {"unicodePwd": [quoted(password)]}))

    async def lock(self, subject: SubjectId, seconds: float | None = None) -> None:
        """As people do it. How long it lasts is the domain's policy's business."""
        for _ in range(TRIES):
            await self.sign_in(subject, WRONG)

    async def add_group(self, name: str) -> None:
        if await self.found(f"(sAMAccountName={escaped(name)})"):
            raise ValueError(f"{name} is the name of another group")
        values = octets({"objectClass": ["group"], "sAMAccountName": [name], "groupType": [str(SECURITY)]})
        await self.by_root(lambda connection: connection.add(f"CN={name},{GROUPS}", values))

    async def add_member(self, group: str, subject: SubjectId) -> None:
        await self.amend(group, add=(await self.entry(subject)).dn)

    async def remove_member(self, group: str, subject: SubjectId) -> None:
        await self.amend(group, delete=(await self.entry(subject)).dn)

    async def nest(self, group: str, inner: str) -> None:
        await self.amend(group, add=await self._group(inner))

    def hang_up(self) -> None:
        super().hang_up()
        if self.root:
            self.root.close()

    # ------------------------------------------------ for tests of our own

    async def set(self, dn: str, **values: Sequence[str]) -> None:
        """Attributes get these values and no other."""
        await self.by_root(
            lambda connection: connection.replace(dn, {name: [v.encode() for v in given] for name, given in values.items()})
        )

    async def entry(self, subject: SubjectId) -> Entry:
        found = await self.by_root(lambda connection: entry_of(connection, subject, ("*",)))
        assert found is not None
        return found

    async def amend(self, group: str, *, add: str = "", delete: str = "") -> None:
        dn = await self._group(group)
        more, less = ([each.encode()] if each else [] for each in (add, delete))
        await self.by_root(lambda connection: connection.amend(dn, "member", add=more, delete=less))

    async def found(self, questions: str) -> list[Entry]:
        """What fits one of these."""
        return await self.by_root(lambda connection: connection.search(BASE, f"(|{questions})", ("*",)))

    async def by_root(self, what: Callable[[LdapConnection], T]) -> T:
        assert self.root is not None
        return await self.root.run(what)

    async def _group(self, name: str) -> str:
        for entry in await self.found(f"(sAMAccountName={escaped(name)})"):
            return entry.dn
        raise ValueError(f"there is no group {name}")


def administered(server: DomainController, name: str = "corp", account: str = SERVICE) -> AdministeredActiveDirectory:
    """With nobody in it but who belongs to the server."""
    with server.line(ADMIN, ADMIN_PASSWORD) as line:
        for ou in (STAFF, GROUPS):
            for entry in line.search(ou, scope=SearchScope.LEVEL):
                line.delete(entry.dn)
    pool, root = pool_of(server, account), ConnectionPool(servers(server, ADMIN, ADMIN_PASSWORD), threads=2)
    return AdministeredActiveDirectory(name, pool, BASE, World(), root=root)


def pool_of(server: DomainController, account: str = SERVICE, password: str = SERVICE_PASSWORD) -> ConnectionPool:
    return ConnectionPool(servers(server, account, password))


def servers(server: DomainController, account: str, password: str) -> LdapServers:
    return LdapServers((server.address,), server.ca_file, account, Secret(password), NAME)


def quoted(password: Secret) -> bytes:
    return f'"{password.reveal()}"'.encode("utf-16-le")


def octets(values: Mapping[str, Sequence[str]]) -> dict[str, list[bytes]]:
    return {name: [value.encode() for value in given] for name, given in values.items() if given}
