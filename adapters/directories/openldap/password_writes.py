"""What is done to an account: a new password, a lock taken off, a try at signing in. The server holds its policy to each."""

from collections.abc import Callable, Mapping, Sequence

from adapters.directories.ldap.connection import GONE, INVALID_CREDENTIALS, SUCCESS, Control
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.errors import LdapRefused, Silent
from adapters.directories.openldap.controls import ASKED, PolicyResponse, only_if, policy_response
from adapters.directories.openldap.errors import answer, refusal
from adapters.directories.openldap.policy import YES
from adapters.directories.openldap.queries import AccountQueries
from bot.directory.interfaces import NOT_LOCKED, DirectoryRules, Person, Rejected, SignIn
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.passwords import demand_directory_rules

NO_PASSWORD = 48  # inappropriateAuthentication (RFC 4511 appendix A)
OVERTAKEN = {16, GONE, 122}  # noSuchAttribute: that lock is off; noSuchObject: renamed; assertionFailed (RFC 4528)
SCHEME = "{"  # a value that begins so is taken for a hash (RFC 2307 section 5.3)


def reset(
    queries: AccountQueries, subject: SubjectId, password: Secret, changed: str | None = None, *, whatever_age: bool
) -> None:
    """A changed password takes the lock off by itself; naming the lock in the same modify would undo it all (16).

    `changed`: only while `pwdChangedTime` is this (empty: isn't there), however often it is tried.
    """
    account = queries.changeable(subject)
    rules = queries.policy(account).rules(account, queries.now)
    demand_directory_rules(password, Person(subject, "", "", frozenset()), rules)
    if password.reveal().startswith(SCHEME):
        raise Rejected("password.brace", args(brace=SCHEME))
    new = {"userPassword": [password.reveal().encode("utf-8", "replace")], "pwdReset": []}
    try:
        _set(queries, subject, account, new, changed, whatever_age=whatever_age)
    except LdapRefused as no:
        raise refusal(no, rules, queries.now) from no


def unlock(queries: AccountQueries, subject: SubjectId) -> None:
    """The very lock that was seen is deleted: the server then forgets the wrong passwords as well, which a replace doesn't."""

    def take_off(account: Entry) -> None:
        lock = account.raw("pwdaccountlockedtime")
        if not lock:
            raise Rejected(NOT_LOCKED)
        queries.connection.amend(account.dn, "pwdAccountLockedTime", delete=[lock], controls=_given(account))

    try:
        _done(queries, subject, queries.changeable(subject), take_off)
    except LdapRefused as no:
        raise refusal(no, DirectoryRules(), queries.now) from no


def sign_in(queries: AccountQueries, subject: SubjectId, password: Secret, unguessable: Secret) -> SignIn:
    """On a connection of its own. `unguessable` stands in for a password of no letters, which never crosses the wire."""
    account = queries.entry(subject)
    if account is None:
        return SignIn.WRONG
    with queries.connection.another() as other:
        welcome = other.bind(account.dn, password if password.reveal() else unguessable, (ASKED,))
    if welcome.code in {SUCCESS, INVALID_CREDENTIALS, NO_PASSWORD}:
        return answer(welcome, queries.policy(account).state(account, queries.now))
    raise Silent(text=welcome.text)


def _done(
    queries: AccountQueries, subject: SubjectId, account: Entry, effect: Callable[[Entry], None], *, again: bool = True
) -> None:
    """Whoever was renamed or changed in between is looked at once more. Raises LdapRefused, Rejected."""
    try:
        effect(account)
    except LdapRefused as no:
        if no.code not in OVERTAKEN:
            raise
        now = queries.changeable(subject)
        if not again:
            raise Rejected("directory.overtaken") from no
        _done(queries, subject, now, effect, again=False)


def _set(
    queries: AccountQueries,
    subject: SubjectId,
    account: Entry,
    new: Mapping[str, Sequence[bytes]],
    changed: str | None,
    *,
    whatever_age: bool,
) -> None:
    """What must be changed may be, however young it is (slapo-ppolicy(5)): cut off in between, the account is left like that."""
    try:
        _replace(queries, subject, account, new, changed)
    except LdapRefused as no:
        if not whatever_age or policy_response(no.controls) is not PolicyResponse.TOO_YOUNG:
            raise
        _replace(queries, subject, account, {"pwdReset": [YES.encode()]}, changed)
        _replace(queries, subject, account, new, changed)


def _replace(
    queries: AccountQueries, subject: SubjectId, account: Entry, values: Mapping[str, Sequence[bytes]], changed: str | None
) -> None:
    _done(queries, subject, account, lambda account: queries.connection.replace(account.dn, values, _given(account, changed)))


def _given(account: Entry, changed: str | None = None) -> tuple[Control, Control]:
    return ASKED, only_if(account.text("entryuuid") or "", changed)
