"""What is done to an account: a new password, a lock taken off, a try at signing in. A new password is held to the rules first."""

import math
import unicodedata
from dataclasses import replace

from adapters.directories.active_directory.errors import answer, refusal
from adapters.directories.active_directory.people import named
from adapters.directories.active_directory.queries import AccountQueries
from adapters.directories.active_directory.unclear_writes import UnclearWrites
from adapters.directories.ldap.connection import Control
from adapters.directories.ldap.errors import LdapRefused
from bot.directory.interfaces import DirectoryRules, Person, Rejected, SignIn
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.passwords import demand_directory_rules

MINUTE = 60.0
UNLOCKED = {"lockoutTime": [b"0"]}


def reset(queries: AccountQueries, unclear: UnclearWrites, subject: SubjectId, password: Secret, *, whatever_age: bool) -> None:
    """Servers that know policy hints hold to the minimum age with them, and with the history, so those are then left out."""
    account, hints = queries.changeable(subject), () if whatever_age else queries.policy_hints()
    rules = queries.rules_of(account, hints=bool(hints))
    rules = replace(rules, may_change_at=0.0) if whatever_age else rules
    text = normal(password)
    demand(queries, queries.owner(subject, account), rules, Secret(text))
    new = {"unicodePwd": [f'"{text}"'.encode("utf-16-le")], **UNLOCKED, "pwdLastSet": [b"-1"]}
    _write(queries, unclear, subject, new, rules, hints)


def unlock(queries: AccountQueries, unclear: UnclearWrites, subject: SubjectId) -> None:
    """Whether there is a lock isn't asked: to take off none does no harm."""
    queries.changeable(subject)
    _write(queries, unclear, subject, UNLOCKED, DirectoryRules())


def sign_in(queries: AccountQueries, subject: SubjectId, password: Secret, unguessable: Secret) -> SignIn:
    """None at all would be let in as nobody, and the server stops reading at a null. Both count as a try by `unguessable`."""
    account = queries.entry(subject, ("1.1",))
    if account is None:
        return SignIn.WRONG
    text = normal(password)
    with queries.connection.another() as other:
        return answer(other.bind(account.dn, Secret(text) if text and "\0" not in text else unguessable))


def demand(queries: AccountQueries, owner: Person, rules: DirectoryRules, password: Secret) -> None:
    """Our own no has its reason, the server's hasn't. A minimum age it would not even hold a reset to. Raises Rejected."""
    if (wait := rules.may_change_at - queries.now) > 0:
        raise Rejected("password.too_young", args(minutes=math.ceil(wait / MINUTE)))
    demand_directory_rules(password, owner, rules)
    if "\0" in password.reveal():
        raise Rejected("password.untypable")  # it could be set, and nobody could sign in with it


def normal(password: Secret) -> str:
    """As a keyboard at a workstation would have typed it; half characters count as a question mark."""
    return unicodedata.normalize("NFC", password.reveal().encode("utf-8", "replace").decode())


def _write(
    queries: AccountQueries,
    unclear: UnclearWrites,
    subject: SubjectId,
    new: dict[str, list[bytes]],
    rules: DirectoryRules,
    hints: tuple[Control, ...] = (),
) -> None:
    """One modify: all of it or nothing. By GUID, so that a new name in between does no harm."""
    try:
        with unclear.writing(subject, queries.connection.host, queries.now):
            queries.connection.replace(named(subject) or "", new, hints)
    except LdapRefused as no:
        raise refusal(no, rules) from no
