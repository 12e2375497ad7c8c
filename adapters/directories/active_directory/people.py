"""Who somebody is: found by exact names, with all groups, and told apart from accounts that nobody may touch."""

from collections.abc import Iterable, Sequence

from adapters.directories.active_directory.values import GUID, guid_text, moment, sid_text
from adapters.directories.ldap.connection import LdapConnection, SearchScope
from adapters.directories.ldap.entry import Entry, folded
from adapters.directories.ldap.errors import SilenceReason, Silent
from adapters.directories.ldap.filters import any_of, escaped
from bot.directory.interfaces import Contacts, Person
from bot.platform.ids import SubjectId

ACCOUNT = "(&(objectCategory=person)(objectClass=user))"
PERSON = (
    *("objectGUID", "objectSid", "sAMAccountName", "userPrincipalName", "mail", "displayName", "cn", "givenName", "sn"),
    *("preferredLanguage", "manager", "userAccountControl", "accountExpires", "adminCount", "primaryGroupID"),
    *("department", "mobile", "telephoneNumber", "otherMailbox"),
)
GROUPS = "tokenGroups"  # every security group, nested ones and the primary one included; answered to a base search alone
DISABLED, SMART_CARD = 0x2, 0x40000  # userAccountControl
# What AdminSDHolder covers (MS-ADTS 3.1.1.6.1): well-known RIDs of a domain, its own Administrator and krbtgt among them, and of BUILTIN.
DOMAIN, BUILTIN, EVERYBODY = "S-1-5-21-", "S-1-5-32-", frozenset({513, 514, 515})  # Domain Users, Guests, Computers
HIGH = frozenset({500, 502, 512, 516, 518, 519, 521, 526, 527})
HIGH_BUILTIN = frozenset({544, 548, 549, 550, 551, 552})


def subject_of(directory: str, entry: Entry) -> SubjectId:
    return SubjectId(f"{directory}:{guid_text(entry.raw('objectguid') or b'')}")


def named(subject: SubjectId) -> str | None:
    """The name that an account keeps when it is renamed or moved. None: no account of ours is called that."""
    guid = subject.partition(":")[2]
    return f"<GUID={guid}>" if GUID.fullmatch(guid) else None


def entry_of(connection: LdapConnection, subject: SubjectId, attributes: Sequence[str]) -> Entry | None:
    """None: gone, or not a person's account."""
    name = named(subject)
    return next(iter(connection.search(name, ACCOUNT, attributes, SearchScope.BASE)), None) if name else None


def found(connection: LdapConnection, base: str, text: str) -> Entry | None:
    r"""Sign-in names before the UPN that everybody has without being given one, and that before mail addresses.

    What several share finds nobody. To the server é is e, and a name that only it takes for the same is another's.
    `CORP\name` and `corp.example\name` are what Windows shows, and nobody's of another domain.
    """
    if "\\" in text:
        return _of_domain(connection, base, text)
    key, unsaid = folded(text), folded(text).removesuffix(f"@{_domain(base)}")
    if not key:
        return None
    names = "".join(f"({name}={escaped(text.strip())})" for name in ("sAMAccountName", "userPrincipalName", "mail"))
    entries = connection.search(base, f"(&{ACCOUNT}(|{names}(sAMAccountName={escaped(unsaid)})))", PERSON)
    ranks = (
        [entry for entry in entries if key in _names(entry)],
        [entry for entry in entries if unsaid == folded(entry.text("samaccountname") or "")],
        [entry for entry in entries if key == folded(entry.text("mail") or "")],
    )
    matches = next(filter(None, ranks), [])
    return matches[0] if len(matches) == 1 else None


def _of_domain(connection: LdapConnection, base: str, text: str) -> Entry | None:
    domain, _, name = text.strip().partition("\\")
    if not folded(name) or not folded(domain) or folded(domain) not in {_domain(base), folded(_short_name(connection))}:
        return None
    entries = connection.search(base, f"(&{ACCOUNT}(sAMAccountName={escaped(name)}))", PERSON)
    return next((entry for entry in entries if folded(name) == folded(entry.text("samaccountname") or "")), None)


def _short_name(connection: LdapConnection) -> str:
    """`CORP`, as it stands in the forest's list of domains (MS-ADTS 6.1.1.2.1.1). Empty: we may not see it."""
    root = connection.base("", ("defaultNamingContext", "configurationNamingContext"))
    if root is None:
        return ""
    here = f"(&(objectClass=crossRef)(nCName={escaped(root.text('defaultnamingcontext') or '')}))"
    forest = f"CN=Partitions,{root.text('configurationnamingcontext')}"
    return next((entry.text("netbiosname") or "" for entry in connection.search(forest, here, ("nETBIOSName",))), "")


def person(connection: LdapConnection, directory: str, base: str, entry: Entry, now: float) -> Person:
    """With the groups that the server itself counts. Raises Silent when we may not see them: nobody is taken for harmless."""
    held = connection.base(f"<GUID={guid_text(entry.raw('objectguid') or b'')}>", (GROUPS,))
    sids = held.values.get(GROUPS.lower(), ()) if held else ()
    if not sids:
        raise Silent(SilenceReason.ACCOUNT, "the groups of an account can't be read (tokenGroups)")
    return person_of(
        directory, entry, group_names(connection, base, sids), map(sid_text, sids), _manager(connection, directory, entry), now
    )


def person_of(
    directory: str, entry: Entry, groups: frozenset[str], sids: Iterable[str], manager: SubjectId | None, now: float
) -> Person:
    admin = any(map(is_high, sids))
    return Person(
        subject_of(directory, entry),
        login=entry.text("samaccountname") or "",
        name=entry.text("displayname") or entry.text("cn") or "",
        groups=groups,
        enabled=not is_disabled(entry) and not is_over(entry, now),
        admin=admin,
        smart_card=bool(entry.number("useraccountcontrol") & SMART_CARD),
        protected=admin or is_high(_sid(entry)) or entry.number("admincount") > 0,
        language=entry.text("preferredlanguage"),
        mail=entry.text("mail"),
        manager=manager,
        words=tuple(text for name in ("givenname", "sn") if (text := entry.text(name))),
        department=entry.text("department"),
        contacts=Contacts(entry.text("mobile"), entry.text("telephonenumber"), entry.texts("othermailbox")),
    )


def is_protected(entry: Entry) -> bool:
    """An entry that was read with its `tokenGroups`. Windows shields these only at SDProp's next hourly run; we do at once."""
    held = entry.values.get(GROUPS.lower(), ())
    if not held:  # everybody has a primary group, so we may not see them
        return True
    return any(map(is_high, (*map(sid_text, held), _sid(entry)))) or entry.number("admincount") > 0


def is_high(sid: str) -> bool:
    prefix, _, rid = sid.rpartition("-")
    return (sid.startswith(DOMAIN) and int(rid) in HIGH) or (f"{prefix}-" == BUILTIN and int(rid) in HIGH_BUILTIN)


def is_told(sid: str) -> bool:
    """Whether a group says something about somebody: one that holds everybody doesn't, nor do the servers' own local ones."""
    return sid.startswith(DOMAIN) and int(sid.rpartition("-")[2]) not in EVERYBODY


def is_disabled(entry: Entry) -> bool:
    return bool(entry.number("useraccountcontrol") & DISABLED)


def is_over(entry: Entry, now: float) -> bool:
    """Whether the account itself, not its password, has run out."""
    end = moment(entry.number("accountexpires"))
    return end is not None and end <= now


def group_names(connection: LdapConnection, base: str, sids: Iterable[bytes]) -> frozenset[str]:
    """By their SIDs. Groups of other domains are not in this base and have no name here."""
    asked = (f"(objectSid={escaped(sid)})" for sid in sids if is_told(sid_text(sid)))
    entries = (e for filter in any_of(asked) for e in connection.search(base, filter, ("sAMAccountName",)))
    return frozenset(entry.text("samaccountname") or "" for entry in entries)


def _domain(base: str) -> str:
    """`corp.example` of `DC=corp,DC=example`."""
    return ".".join(part.partition("=")[2] for part in base.casefold().split(",") if part.startswith("dc="))


def _names(entry: Entry) -> set[str]:
    return {folded(entry.text(name) or "") for name in ("samaccountname", "userprincipalname")}


def _sid(entry: Entry) -> str:
    octets = entry.raw("objectsid")
    return sid_text(octets) if octets else ""


def _manager(connection: LdapConnection, directory: str, entry: Entry) -> SubjectId | None:
    dn = entry.text("manager")
    above = connection.base(dn, ("objectGUID",)) if dn else None
    return subject_of(directory, above) if above else None
