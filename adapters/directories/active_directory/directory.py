"""Active Directory as a directory: who is who, how an account stands, new passwords, and locks taken off."""

import asyncio
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from adapters.directories.active_directory.changes import ChangeTracker
from adapters.directories.active_directory.errors import answer, refusal
from adapters.directories.active_directory.people import (
    PERSON,
    entry_of,
    found,
    is_disabled,
    is_over,
    is_protected,
    named,
    person,
)
from adapters.directories.active_directory.policy import LAST_SET, STANDING, PasswordPolicy, state_of
from adapters.directories.ldap.connection import Control, LdapConnection, LdapRefused, SilenceReason, Silent
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.ldap.wiring import health
from bot.directory.interfaces import Changes, DirectoryRules, Health, Person, Rejected, SignIn, State, Unreachable, Write
from bot.platform.clock import World
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.passwords import by_directory, first_unmet

T = TypeVar("T")
HINTS = ("1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066")  # policy hints: in use, and what 2008 R2 calls it
KEEP_HISTORY = bytes.fromhex("3003020101")  # PolicyHintsRequestValue ::= SEQUENCE { Flags INTEGER = 1 }
MINUTE = 60.0
REPLICATED = 900.0  # seconds after which all servers of a site, and mostly all, have heard of a change
SILENT = {
    SilenceReason.NETWORK: "No domain controller answers.",
    SilenceReason.CERTIFICATE: "The domain controller's certificate isn't one that ca_file vouches for, or has another name.",
    SilenceReason.ACCOUNT: "The service account isn't let in.",
}


@dataclass(frozen=True)
class ActiveDirectory:
    """Implements the port. The server's own no counts; ours come before it where it would be late, vague or silent."""

    name: str
    wire: ConnectionPool
    base: str
    world: World
    writeback: bool = True
    unlocks: bool = True
    advice: tuple[str, ...] = ("after_reset.sign_in_again", "after_reset.vpn", "after_reset.phone")
    told: ChangeTracker = field(default_factory=ChangeTracker)
    unclear: dict[SubjectId, tuple[float, str]] = field(default_factory=dict)  # whose change broke off, when and on which server

    async def find(self, text: str) -> Person | None:
        return await self._ask(lambda line: self._person(line, found(line, self.base, text)))

    async def person(self, subject: SubjectId) -> Person | None:
        return await self._ask(lambda line: self._person(line, entry_of(line, subject, PERSON)))

    async def place(self, subject: SubjectId) -> str | None:
        """Its distinguished name, for whoever limits what may be touched by where it stands. None: gone."""
        entry = await self._ask(lambda line: entry_of(line, subject, ("objectGUID",)))
        return entry.dn if entry else None

    async def state(self, subject: SubjectId) -> State:
        return await self._ask(lambda line: state_of(self._standing(line, subject), self.world.now()))

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        return await self._ask(lambda line: self._rules(line, self._standing(line, subject)))

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        """What broke off on one server is looked for there and nowhere else: another may not have heard of it yet."""
        there = at if at in self.wire.place.hosts else self._where(subject)
        entry = await self._ask(lambda line: self._standing(line, subject), there)
        self.unclear.pop(subject, None)
        return f"lock:{entry.number('lockouttime')}" if action is Action.UNLOCK else f"pwd:{entry.number(LAST_SET.lower())}"

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        """A domain controller knows no condition on a modify, so what is written may arrive late."""
        await self._ask(lambda line: self._reset(line, subject, password, whatever_age=whatever_age))

    async def unlock(self, subject: SubjectId) -> None:
        await self._ask(lambda line: self._unlock(line, subject))

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        return await self._ask(lambda line: self._sign_in(line, subject, password))

    async def bad_tries_left(self, subject: SubjectId) -> int:
        def left(line: LdapConnection) -> int:
            account = self._standing(line, subject)
            return PasswordPolicy.read(line, self.base, account).tries_left(account, self.world.now())

        return await self._ask(left)

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        try:
            return await self.told.changes(self.wire, self.name, self.base, since, self.world.now())
        except LdapRefused as no:
            raise Silent(SilenceReason.ACCOUNT, no.text) from no

    async def health(self) -> Health:
        return await health(self._ask(lambda line: line.base(self.base, ("minPwdLength",))), self.base, SILENT)

    def after_reset(self) -> tuple[str, ...]:
        return self.advice

    async def close(self) -> None:
        """`Closing`: lines that are in use are waited for, in a thread."""
        await asyncio.to_thread(self.hang_up)

    def hang_up(self) -> None:
        """Now."""
        self.wire.close()

    # ------------------------------------------------ on a line, in a thread

    def _reset(self, line: LdapConnection, subject: SubjectId, password: Secret, *, whatever_age: bool) -> None:
        """Servers that know policy hints hold to the minimum age with them, and with the history, so those are then left out."""
        if not self.writeback:
            raise Rejected("directory.read_only")
        account, hints = self._changeable(line, subject), () if whatever_age else policy_hints(line)
        rules = self._rules(line, account, hints=bool(hints))
        rules = replace(rules, may_change_at=0.0) if whatever_age else rules
        text = normal(password)
        self._demand(self._person_of(subject, account), rules, Secret(text))
        new = {"unicodePwd": [f'"{text}"'.encode("utf-16-le")], "lockoutTime": [b"0"], "pwdLastSet": [b"-1"]}
        self._write(line, subject, new, rules, hints)

    def _unlock(self, line: LdapConnection, subject: SubjectId) -> None:
        if not (self.writeback and self.unlocks):
            raise Rejected("directory.read_only")
        self._changeable(line, subject)
        self._write(line, subject, {"lockoutTime": [b"0"]}, DirectoryRules())

    def _write(
        self,
        line: LdapConnection,
        subject: SubjectId,
        new: dict[str, list[bytes]],
        rules: DirectoryRules,
        hints: tuple[Control, ...] = (),
    ) -> None:
        """One modify: all of it or nothing. By GUID, so that a new name in between does no harm."""
        self.unclear[subject] = self.world.now(), line.host
        try:
            line.replace(named(subject) or "", new, hints)
        except LdapRefused as no:
            self.unclear.pop(subject, None)
            raise refusal(no, rules) from no
        self.unclear.pop(subject, None)

    def _demand(self, who: Person, rules: DirectoryRules, password: Secret) -> None:
        """Our own no has its reason, the server's hasn't. A minimum age it would not even hold a reset to. Raises Rejected."""
        if (wait := rules.may_change_at - self.world.now()) > 0:
            raise Rejected("password.too_young", args(minutes=math.ceil(wait / MINUTE)))
        if broken := first_unmet(by_directory(password, who, rules)):
            raise Rejected(broken.id, broken.args)
        if "\0" in password.reveal():
            raise Rejected("password.untypable")  # it could be set, and nobody could sign in with it

    def _changeable(self, line: LdapConnection, subject: SubjectId) -> Entry:
        """Raises Rejected."""
        account = entry_of(line, subject, STANDING)
        if account is None:
            raise Rejected("people.gone")
        if is_protected(account):
            raise Rejected("directory.protected")
        if is_disabled(account):
            raise Rejected("directory.disabled")
        if is_over(account, self.world.now()):
            raise Rejected("directory.over")
        return account

    def _sign_in(self, line: LdapConnection, subject: SubjectId, password: Secret) -> SignIn:
        account = entry_of(line, subject, ("1.1",))
        if account is None:
            return SignIn.WRONG
        text = normal(password)
        if not text or "\0" in text:
            # None at all would be let in as nobody, and the server stops reading at a null. Both count as a try this way.
            text = self.world.id("none")
        with line.apart() as other:
            return answer(other.bind(account.dn, Secret(text)))

    def _standing(self, line: LdapConnection, subject: SubjectId) -> Entry:
        if account := entry_of(line, subject, STANDING):
            return account
        raise Unreachable  # gone: nothing can be said of it, and what was done to it last stays open

    def _rules(self, line: LdapConnection, account: Entry, *, hints: bool | None = None) -> DirectoryRules:
        listed = bool(policy_hints(line)) if hints is None else hints
        return PasswordPolicy.read(line, self.base, account).rules(account, hints=listed)

    def _person(self, line: LdapConnection, entry: Entry | None) -> Person | None:
        return person(line, self.name, self.base, entry, self.world.now()) if entry else None

    def _person_of(self, subject: SubjectId, account: Entry) -> Person:
        words = tuple(text for name in ("givenname", "sn") if (text := account.text(name)))
        login, shown = account.text("samaccountname") or "", account.text("displayname") or ""
        return Person(subject, login, shown, frozenset(), words=words)

    def _where(self, subject: SubjectId) -> str | None:
        at, host = self.unclear.get(subject, (0.0, ""))
        return host if self.world.now() < at + REPLICATED else None

    async def _ask(self, what: Callable[[LdapConnection], T], at: str | None = None) -> T:
        try:
            return await self.wire.ask(what, at)
        except LdapRefused as no:  # of a question: the server's rules don't let us see it
            raise Silent(SilenceReason.ACCOUNT, no.text) from no


def policy_hints(line: LdapConnection) -> tuple[Control, ...]:
    """Sent critical, so that a server that can't hold to them refuses instead of forgetting; nothing where it lists none."""
    root = line.base("", ("supportedControl",))
    listed = next((oid for oid in HINTS if root and oid in root.texts("supportedcontrol")), None)
    return ((listed, True, KEEP_HISTORY),) if listed else ()


def normal(password: Secret) -> str:
    """As a keyboard at a workstation would have typed it; half characters count as a question mark."""
    return unicodedata.normalize("NFC", password.reveal().encode("utf-8", "replace").decode())
