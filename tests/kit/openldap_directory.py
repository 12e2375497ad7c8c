"""OpenLDAP in an administrator's hands, for tests: makes, locks and deletes accounts as the server's root, whom no rule binds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import gmtime, strftime
from typing import TypeVar

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.filters import escaped
from adapters.directories.ldap.pool import ConnectionPool, LdapServers
from adapters.directories.openldap.controls import FOREVER
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.directory.administration import NewAccount
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from tests.kit.slapd import ADMINS, BASE, GROUPS, PEOPLE, POLICIES, ROOT, ROOT_PASSWORD, SERVICE, SERVICE_PASSWORD, Slapd

T = TypeVar("T")
LOCK = 900.0  # seconds, as the policy has it
NOBODY = f"cn=nobody,{BASE}"  # a group of names can't be empty


@dataclass(frozen=True)
class AdministeredOpenLdap(OpenLdapDirectory):
    """Implements `Administration`. The adapter's own connections are the service account's; this has another."""

    root: ConnectionPool | None = None

    async def create(self, account: NewAccount) -> SubjectId:
        where = ADMINS if account.protected else PEOPLE  # no rule of the server lets the service account write there
        manager = (await self.entry(account.manager)).dn if account.manager else None
        if await self._found(f"(|{''.join(f'(uid={escaped(name)})' for name in {account.login, account.upn or account.login})})"):
            raise ValueError(f"{account.login} is the name of another account")
        dn = f"uid={account.login},{where}"
        values = {
            "objectClass": ["inetOrgPerson"],
            "uid": list(dict.fromkeys((account.login, account.upn or account.login))),
            "cn": [account.name],
            "sn": [account.name.split()[-1]],
            "givenName": account.words,
            "mail": [account.mail] if account.mail else [],
            "preferredLanguage": [account.language] if account.language else [],
            "departmentNumber": [account.department] if account.department else [],
            "mobile": [account.contacts.mobile] if account.contacts.mobile else [],
            "telephoneNumber": [account.contacts.phone] if account.contacts.phone else [],
            "manager": [manager] if manager else [],
        }
        password = [account.password.reveal().encode()] if account.password else []
        by_root = {"userPassword": password} if password and not account.minimum_age else {}  # root's passwords have no age
        await self.by_root(lambda connection: connection.add(dn, {**_octets(values), **by_root}))
        if account.must_change:
            await self.set(dn, pwdReset=["TRUE"])
        (entry,) = await self._found(f"(uid={escaped(account.login)})")
        subject = SubjectId(f"{self.name}:{entry.text('entryuuid')}")
        if account.minimum_age and account.password:
            await self.pool.run(lambda connection: connection.replace(dn, {"userPassword": password}))
            await self.set(dn, pwdPolicySubentry=[f"cn=strict,{POLICIES}"])  # ten minutes, whatever was asked for
        if not account.enabled:
            await self.enable(subject, enabled=False)
        return subject

    async def delete(self, subject: SubjectId) -> None:
        """Nothing on this server keeps groups free of those who are gone."""
        dn = (await self.entry(subject)).dn
        await self.by_root(lambda connection: connection.delete(dn))

    async def enable(self, subject: SubjectId, *, enabled: bool) -> None:
        await self.set((await self.entry(subject)).dn, pwdAccountLockedTime=[] if enabled else [FOREVER])

    async def set_password(self, subject: SubjectId, password: Secret) -> None:
        dn = (await self.entry(subject)).dn
        await self.by_root(lambda connection: connection.replace(dn, {"userPassword": [password.reveal().encode()]}))

    async def lock(self, subject: SubjectId, seconds: float | None = None) -> None:
        since = self.world.now() - (0.0 if seconds is None else LOCK - seconds)  # the policy ends it, later than any test does
        stamp = strftime("%Y%m%d%H%M%SZ", gmtime(since))
        await self.set((await self.entry(subject)).dn, pwdAccountLockedTime=[stamp])

    async def add_group(self, name: str) -> None:
        if await self._found(f"(&(objectClass=groupOfNames)(cn={escaped(name)}))"):
            raise ValueError(f"{name} is the name of another group")
        values = _octets({"objectClass": ["groupOfNames"], "cn": [name], "member": [NOBODY]})
        await self.by_root(lambda connection: connection.add(f"cn={name},{GROUPS}", values))

    async def add_member(self, group: str, subject: SubjectId) -> None:
        await self._amend(group, add=(await self.entry(subject)).dn)

    async def remove_member(self, group: str, subject: SubjectId) -> None:
        await self._amend(group, delete=(await self.entry(subject)).dn)

    async def nest(self, group: str, inner: str) -> None:
        await self._amend(group, add=await self._group(inner))

    def hang_up(self) -> None:
        super().hang_up()
        if self.root:
            self.root.close()

    # ------------------------------------------------ for tests of our own

    async def set(self, dn: str, **values: Sequence[str]) -> None:
        """Attributes get these values and no other."""
        await self.by_root(lambda connection: connection.replace(dn, _octets(values)))

    async def entry(self, subject: SubjectId) -> Entry:
        (entry,) = await self._found(f"(entryUUID={subject.partition(':')[2]})")
        return entry

    async def by_root(self, what: Callable[[LdapConnection], T]) -> T:
        assert self.root is not None
        return await self.root.run(what)

    async def _amend(self, group: str, add: str | None = None, delete: str | None = None) -> None:
        dn = await self._group(group)
        given = {"add": [add.encode()] if add else [], "delete": [delete.encode()] if delete else []}
        await self.by_root(lambda connection: connection.amend(dn, "member", add=given["add"], delete=given["delete"]))

    async def _group(self, name: str) -> str:
        for entry in await self._found(f"(&(objectClass=groupOfNames)(cn={escaped(name)}))"):
            return entry.dn
        raise ValueError(f"there is no group {name}")

    async def _found(self, question: str) -> list[Entry]:
        return await self.by_root(lambda connection: connection.search(BASE, question, ("*", "+")))


def administered(server: Slapd, account: str = SERVICE, name: str = "ldap") -> AdministeredOpenLdap:
    """Clocks of one machine don't differ."""
    pool, root = (
        ConnectionPool(LdapServers((server.host,), server.ca_file, who, password))
        for who, password in ((account, SERVICE_PASSWORD), (ROOT, ROOT_PASSWORD))
    )
    return AdministeredOpenLdap(name, pool, BASE, World(), skew=0.0, root=root)


def _octets(values: Mapping[str, Sequence[str]]) -> dict[str, list[bytes]]:
    return {name: [value.encode() for value in given] for name, given in values.items() if given or name.startswith("pwd")}
