"""What a doctor sees at an OpenLDAP server: who it is, what it offers, and what the service account may read. Changes nothing."""

from collections.abc import AsyncIterator, Iterator, Sequence

from adapters.directories.ldap.connection import LdapConnection
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.errors import LdapRefused, SilenceReason, Silent
from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.openldap.controls import ASSERTION, PPOLICY
from adapters.directories.openldap.errors import SILENCES
from adapters.directories.openldap.people import ACCOUNT
from adapters.directories.openldap.policy import POLICIES, RULES, SAFE, STANDING, YES, default
from bot.doctor.finding import Finding, fail, ok, warn

ACLS = "See the access rules in docs/openldap.md."
REMEDIES = {
    SilenceReason.NETWORK: "Check hosts, the firewall, and that slapd listens for ldaps://.",
    SilenceReason.CERTIFICATE: "Set ca_file to the CA that issued it, and server_name to the name in it.",
    SilenceReason.ACCOUNT: "Check account (a whole distinguished name) and its password.",
}
OVERLAY = "Load the module ppolicy and add the overlay to the database; see docs/openldap.md."
NAMED = "Name the entry that ppolicy_default points to cn=default, or keep only one pwdPolicy entry."
FREE = f"Set {SAFE} to FALSE there; people still need the old one where the access rules say so."
FEW = 20  # accounts that are looked at
SECRETS = ("userPassword", "pwdHistory")


async def examined(name: str, pool: ConnectionPool, base: str) -> AsyncIterator[Finding]:
    """Each host for itself: an answer from one says nothing of the next."""
    for host in pool.servers.hosts:
        for finding in await _host(name, pool, base, host):
            yield finding


async def _host(name: str, pool: ConnectionPool, base: str, host: str) -> list[Finding]:
    server = f"Directory {name}, {host}"
    try:
        return await pool.run(lambda connection: list(_seen(connection, server, base)), host=host)
    except Silent as silent:
        return [fail(f"{server}: {SILENCES[silent.why]} ({silent.text})", REMEDIES[silent.why])]
    except LdapRefused as no:
        return [fail(f"{server} doesn't let the service account search {base} (code {no.code}).", ACLS)]


def _seen(connection: LdapConnection, server: str, base: str) -> Iterator[Finding]:
    yield ok(f"{server} answers by LDAPS with a certificate that is accepted, and lets the service account in.")
    yield from _offers(connection, server)
    if connection.base(base, ("1.1",)) is None:
        yield fail(f"{server}: there is no {base}, or the service account may not see it.", f"Check base. {ACLS}")
        return
    policies = connection.search(base, POLICIES, RULES)
    yield _default(policies, server)
    if safe := [entry.dn for entry in policies if entry.text(SAFE.lower()) == YES]:
        yield fail(
            f"{server}: {'; '.join(safe)} lets nobody set a password without the old one ({SAFE}), so no reset works.", FREE
        )
    accounts = next(iter(connection.pages(base, ACCOUNT, (*STANDING, *SECRETS))), [])[:FEW]
    yield from _rights(accounts, server)


def _offers(connection: LdapConnection, server: str) -> Iterator[Finding]:
    offered = (connection.base("", ("supportedControl",)) or Entry("", {})).texts("supportedcontrol")
    if PPOLICY in offered:
        yield ok(f"{server} has the password policy overlay.")
    else:
        yield fail(f"{server} has no password policy: nothing holds passwords to rules or locks accounts.", OVERLAY)
    if ASSERTION not in offered:
        yield fail(f"{server} can't make a change depend on a condition (RFC 4528).", "Use slapd 2.4 or newer.")


def _default(policies: Sequence[Entry], server: str) -> Finding:
    if not policies:
        return fail(f"{server} shows no password policy (objectClass pwdPolicy) below base.", f"Let it be read. {ACLS}")
    if found := default(policies):
        return ok(f"{server}: accounts without a policy of their own are held to {found.dn}.")
    return fail(f"{server}: which of {len(policies)} password policies is the default can't be told.", NAMED)


def _rights(accounts: Sequence[Entry], server: str) -> Iterator[Finding]:
    """Writing can't be tried without doing it; docs/openldap.md has the step that does, on an account for trying."""
    if not accounts:
        yield fail(f"{server} shows no account (an entry with a uid) below base.", ACLS)
        return
    if bare := [entry.dn for entry in accounts if not entry.raw("entryuuid")]:
        yield fail(f"{server} doesn't show entryUUID, as of {bare[0]}.", ACLS)
    if open_ := [secret for secret in SECRETS if any(entry.raw(secret.lower()) for entry in accounts)]:
        yield fail(f"{server}: the service account can read {' and '.join(open_)}.", f"Give it =w, not write or manage. {ACLS}")
    elif not any(entry.raw("pwdchangedtime") for entry in accounts):
        yield warn(f"{server} shows of no account when its password was set.", f"Let pwdChangedTime be read. {ACLS}")
    else:
        yield ok(f"{server} shows accounts and their standing to the service account, and no password.")
