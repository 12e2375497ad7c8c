"""What a doctor sees at a domain: each server, the service account's rights, the rules that can be read, and other ways in. Reads alone."""

import calendar
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass

from adapters.directories.active_directory.contact_writes import PLACES
from adapters.directories.active_directory.dacl import DACL_ONLY, resetters
from adapters.directories.active_directory.errors import SILENCES
from adapters.directories.active_directory.people import ACCOUNT, GROUPS, PERSON, found, is_high, is_protected
from adapters.directories.active_directory.policy import FINE, PasswordPolicy
from adapters.directories.active_directory.queries import policy_hints
from adapters.directories.active_directory.values import sid_text
from adapters.directories.ldap.connection import LdapConnection, SearchScope
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.errors import LdapRefused, SilenceReason, Silent
from adapters.directories.ldap.filters import escaped
from adapters.directories.ldap.pool import ConnectionPool
from bot.doctor.finding import Finding, fail, ok, warn

PATIENCE = 60.0  # seconds for one server
SKEW, SOON, DAY = 60.0, 30.0, 86_400.0  # seconds that clocks may differ; days that a certificate should still have
UNITS, FEW = 200, 5  # units that are looked at, and accounts in each
READ_ONLY = "1.2.840.113556.1.4.1920"  # LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS
NEEDED = {"lockouttime", "pwdlastset"}
ITSELF = {"S-1-5-18", "S-1-5-9", "S-1-3-0"}  # the system, domain controllers, and a placeholder for owners
REMEDIES = {
    SilenceReason.NETWORK: "Check its name, port 636 and the firewall; a domain controller has LDAPS as soon as it has a certificate.",
    SilenceReason.CERTIFICATE: "Set ca_file to the CA that issued it, hosts to the names in it, or server_name.",
    SilenceReason.ACCOUNT: "Check account and password, and that the account is neither locked nor disabled.",
}
DELEGATE = "Run manifest/active-directory/delegate.ps1 (or delegate.sh); docs/active-directory.md says what it does."


def examined(name: str, pool: ConnectionPool, base: str, now: float, *, contacts: bool = False) -> AsyncIterator[Finding]:
    """Every server for itself, then the domain, by the first that answers. `contacts`: we are meant to write those."""
    return Examination(name, pool, base, contacts).findings(now)


@dataclass(frozen=True)
class Examination:
    """The doctor's look at one configured directory."""

    name: str
    pool: ConnectionPool
    base: str
    contacts: bool = False

    async def findings(self, now: float) -> AsyncIterator[Finding]:
        """A server that is silent is said to be, and the next one looked at."""
        well = ""
        for host in self.pool.servers.hosts:
            try:
                told = await self.pool.run(lambda connection: self._server(connection, now), host, PATIENCE)
            except (Silent, LdapRefused) as no:
                yield self._silent(host, no)
                continue
            well = well or host
            for finding in told:
                yield finding
        if well:
            try:
                for finding in await self.pool.run(self._domain, well, PATIENCE):
                    yield finding
            except (Silent, LdapRefused) as no:
                yield self._silent(well, no)

    def _silent(self, host: str, no: Silent | LdapRefused) -> Finding:
        why = no.why if isinstance(no, Silent) else SilenceReason.ACCOUNT
        return fail(f"{self.name}: {host}: {SILENCES[why]} ({no.text})", REMEDIES[why])

    def _server(self, connection: LdapConnection, now: float) -> list[Finding]:
        root = connection.base("", ("currentTime", "supportedCapabilities", "defaultNamingContext"))
        if root is None:
            raise Silent(SilenceReason.ACCOUNT, "it says nothing of itself")
        told = [ok(f"{self.name}: {connection.host} answers, its certificate is right, and the service account is let in.")]
        days = (connection.certificate_ends() - now) / DAY
        if days < SOON:
            told.append(warn(f"{self.name}: the certificate of {connection.host} ends in {days:.0f} days.", "Renew it."))
        apart = abs(_utc(root.text("currenttime") or "") - now)
        if apart > SKEW:
            told.append(
                fail(
                    f"{self.name}: the clock of {connection.host} and this one are {apart:.0f} seconds apart.",
                    "Let NTP set both.",
                )
            )
        if READ_ONLY in root.texts("supportedcapabilities"):
            told.append(
                fail(
                    f"{self.name}: {connection.host} is a read-only domain controller.",
                    "Name one in hosts that can be written to.",
                )
            )
        if (root.text("defaultnamingcontext") or "").casefold() != self.base.casefold():
            told.append(warn(f"{self.name}: base isn't {root.text('defaultnamingcontext')}.", "Set base to the whole domain."))
        return [*told, self._hints(connection)]

    def _hints(self, connection: LdapConnection) -> Finding:
        if policy_hints(connection):
            return ok(f"{self.name}: {connection.host} holds resets to the password history (policy hints).")
        return warn(
            f"{self.name}: {connection.host} doesn't list policy hints, so a reset may bring a former password back.",
            "Windows Server 2008 R2 and Samba 4.24 have them; before those, tell people to choose a new one.",
        )

    def _domain(self, connection: LdapConnection) -> list[Finding]:
        own = self._own(connection)
        units = list(self._units(connection))
        told = [*self._itself(connection, own), *self._policies(connection, units), *self._groups(connection, units)]
        told = [*told, self._rights(units), *([self._corrections(units)] if self.contacts else [])]
        return [*told, *self._ways_around(connection, own, units)]

    def _own(self, connection: LdapConnection) -> Entry | None:
        r"""By a distinguished name, `CORP\name`, its UPN, or the UPN that every account has without being given one."""
        account = self.pool.servers.account
        name = account.rpartition("\\")[2]
        entry = connection.base(account, ("1.1",)) if "=" in account else found(connection, self.base, name)
        return connection.base(entry.dn, (*PERSON, GROUPS, FINE)) if entry else None

    def _itself(self, connection: LdapConnection, own: Entry | None) -> Iterator[Finding]:
        if own is None:
            yield warn(f"{self.name}: the service account isn't found below base.", "Name it by its UPN or distinguished name.")
            return
        if is_protected(own):
            yield fail(f"{self.name}: the service account is an administrator.", f"Take it out of those groups. {DELEGATE}")
        policy = PasswordPolicy.read(connection, self.base, own)
        if policy.tries is None:
            yield warn(f"{self.name}: whether strangers can lock the service account can't be seen.", DELEGATE)
        elif policy.tries:
            tries = f"{self.name}: {policy.tries} wrong passwords lock the service account, and anybody can type them."
            yield warn(tries, "Give it a fine-grained password policy with lockout threshold 0 and a long password.")

    def _policies(self, connection: LdapConnection, units: list[tuple[str, list[Entry]]]) -> Iterator[Finding]:
        head = connection.base(self.base, ("minPwdLength",))
        if head is None or not head.values:
            yield fail(f"{self.name}: the domain's password rules can't be read.", "Let the account read the domain's head.")
        fine = {e.text(FINE.lower()) for _, entries in units for each in entries if (e := connection.base(each.dn, (FINE,)))} - {
            None
        }
        if hidden := [
            dn for dn in fine if dn and not getattr(connection.base(dn, ("msDS-MinimumPasswordLength",)), "values", None)
        ]:
            yield fail(f"{self.name}: {len(hidden)} fine-grained password policies can't be read.", DELEGATE)
        elif connection.base(f"CN=Password Settings Container,CN=System,{self.base}", ("1.1",)) is None:
            yield warn(f"{self.name}: fine-grained password policies can't be seen, if there are any.", DELEGATE)
        else:
            yield ok(f"{self.name}: the password rules can be read, fine-grained ones included.")

    def _groups(self, connection: LdapConnection, units: list[tuple[str, list[Entry]]]) -> Iterator[Finding]:
        """Without them nobody is told from an administrator, so nothing is changed."""
        hidden = [
            dn for dn, entries in units if not any((e := connection.base(each.dn, (GROUPS,))) and e.values for each in entries)
        ]
        if hidden:
            what = f"{self.name}: the groups of people in {'; '.join(hidden)} can't be read (tokenGroups), so none of them is served."
            yield fail(what, "Put the service account into the group Windows Authorization Access Group.")

    def _units(self, connection: LdapConnection) -> Iterator[tuple[str, list[Entry]]]:
        """Units with people in them, and a few of those."""
        places = connection.search(self.base, "(|(objectClass=organizationalUnit)(objectClass=container))")
        for place in places[:UNITS]:
            page = next(connection.pages(place.dn, ACCOUNT, ("allowedAttributesEffective", "adminCount"), SearchScope.LEVEL), [])
            if ordinary := [entry for entry in page if not entry.number("admincount")][:FEW]:
                yield place.dn, ordinary

    def _rights(self, units: list[tuple[str, list[Entry]]]) -> Finding:
        """`allowedAttributesEffective` tells what may be written without writing it. The right to set a password shows in no such way."""
        may = {dn: any(_may(entry) for entry in entries) for dn, entries in units}
        if not any(may.values()):
            return fail(f"{self.name}: the service account may take no lock off and clear no password anywhere.", DELEGATE)
        closed = "; ".join(dn for dn, open_ in may.items() if not open_)
        beyond = f" Not in {closed}." if closed else ""
        return ok(f"{self.name}: the service account may change accounts in {'; '.join(dn for dn in may if may[dn])}.{beyond}")

    def _corrections(self, units: list[tuple[str, list[Entry]]]) -> Finding:
        closed = "; ".join(dn for dn, entries in units if any(map(_may, entries)) and not any(map(_may_correct, entries)))
        if closed:
            return fail(
                f"{self.name}: contacts is true, and the service account may write no mobile and no otherMailbox in {closed}.",
                "Run manifest/active-directory/delegate.ps1 with -Contacts (or delegate.sh with CONTACTS=1), or take contacts away.",
            )
        return ok(f"{self.name}: the service account may write what people have proved into mobile and otherMailbox.")

    def _ways_around(
        self, connection: LdapConnection, own: Entry | None, units: list[tuple[str, list[Entry]]]
    ) -> Iterator[Finding]:
        """Whoever may reset passwords by hand needs no proofs. The domain's administrators may, everywhere."""
        ours = {sid_text(sid) for sid in (own.values.get("objectsid", ()) if own else ())}
        for dn, entries in units:
            if not any(map(_may, entries)):
                continue
            unit = connection.base(dn, ("nTSecurityDescriptor",), (DACL_ONLY,))
            descriptor = unit.raw("ntsecuritydescriptor") if unit else None
            if descriptor is None:
                yield warn(
                    f"{self.name}: who else may reset passwords in {dn} can't be seen.", "Let the account read its permissions."
                )
                continue
            able = resetters(descriptor)
            if own and not ours & set(able):
                yield fail(f"{self.name}: the service account isn't given Reset Password in {dn}.", DELEGATE)
            others = [_name(connection, self.base, sid) for sid in able if sid not in ours | ITSELF and not is_high(sid)]
            if others:
                ways = f"{self.name}: passwords in {dn} may also be reset, without any proof, by {', '.join(others)}."
                yield warn(ways, "Take that right from whoever doesn't need it.")
            else:
                yield ok(f"{self.name}: besides administrators nobody else may reset passwords in {dn}.")


def _may(entry: Entry) -> bool:
    return _writable(entry) >= NEEDED


def _may_correct(entry: Entry) -> bool:
    return _writable(entry) >= {place.lower() for place in PLACES.values()}


def _writable(entry: Entry) -> set[str]:
    return {name.casefold() for name in entry.texts("allowedattributeseffective")}


def _name(connection: LdapConnection, base: str, sid: str) -> str:
    revision, authority, *parts = (int(part) for part in sid.split("-")[1:])
    octets = bytes([revision, len(parts)]) + authority.to_bytes(6) + b"".join(part.to_bytes(4, "little") for part in parts)
    entry = next(iter(connection.search(base, f"(objectSid={escaped(octets)})", ("sAMAccountName",))), None)
    return (entry.text("samaccountname") if entry else None) or sid


def _utc(stamp: str) -> float:
    """`20261125123426.0Z`. What can't be read is the beginning of time, and so is told as a wrong clock."""
    with suppress(ValueError):
        return float(calendar.timegm(time.strptime(stamp.partition(".")[0], "%Y%m%d%H%M%S")))
    return 0.0
