"""OpenLDAP with slapo-ppolicy as a directory: who is who, how an account stands, new passwords, and locks taken off."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.directories.ldap.entry import Entry, escaped
from adapters.directories.ldap.line import GONE, INVALID_CREDENTIALS, SUCCESS, Control, Line, Refused, Silent, Why
from adapters.directories.ldap.wire import Wire
from adapters.directories.openldap.controls import ASKED, only_if
from adapters.directories.openldap.people import ACCOUNT, PERSON, chosen, groups_of, person_of, subject_of
from adapters.directories.openldap.policy import POLICIES, RULES, STANDING, Policy, default
from adapters.directories.openldap.refusals import answer, refusal
from adapters.directories.openldap.told import Told
from bot.accounts.directory import Changes, Health, Person, Rejected, Rules, SignIn, State, Unreachable
from bot.conversation.reply import args
from bot.ids import Action, SubjectId
from bot.policy.passwords import by_directory, first_unmet
from bot.secret import Secret
from bot.world import World

T = TypeVar("T")
NO_PASSWORD = 48  # inappropriateAuthentication (RFC 4511 appendix A)
OVERTAKEN = {16, GONE, 122}  # noSuchAttribute: that lock is off; noSuchObject: renamed; assertionFailed (RFC 4528)
SECOND, SKEW = 1.0, 2.0  # how finely `pwdChangedTime` counts, and how far two clocks may differ
WHOLE = 300.0  # seconds for reading everybody
SILENT = {
    Why.NETWORK: "No server answers.",
    Why.CERTIFICATE: "The server's certificate isn't one that ca_file vouches for, or has another name.",
    Why.ACCOUNT: "The service account isn't let in.",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class OpenLdapDirectory:
    """Implements the port. The service account writes with the right `write`, so that the server holds its own policy to us."""

    name: str
    wire: Wire
    base: str
    world: World
    writeback: bool = True
    unlocks: bool = True
    advice: tuple[str, ...] = ("after_reset.sign_in_again",)
    skew: float = SKEW
    told: Told = field(default_factory=Told)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, text: str) -> Person | None:
        asked = escaped(text.strip())
        question = f"(&{ACCOUNT}(|(uid={asked})(mail={asked})))"
        return await self._ask(lambda line: self._person(line, chosen(line.search(self.base, question, PERSON), text)))

    async def person(self, subject: SubjectId) -> Person | None:
        return await self._ask(lambda line: self._person(line, self._entry(line, subject, PERSON)))

    async def state(self, subject: SubjectId) -> State:
        return await self._ask(lambda line: self._judged(line, subject, Policy.state))

    async def rules(self, subject: SubjectId) -> Rules:
        return await self._ask(lambda line: self._judged(line, subject, Policy.rules))

    async def mark(self, subject: SubjectId, action: Action) -> str:
        """`pwdChangedTime` counts seconds, so a fresh one is left alone until its second is over: the next is another one then."""
        entry = await self._ask(lambda line: self._standing(line, subject))
        if action is Action.UNLOCK:
            return f"lock:{entry.text('pwdaccountlockedtime') or ''}"
        changed = Policy().state(entry, self.world.now()).changed_at
        if changed is not None:
            await asyncio.sleep(min(SECOND, max(0.0, changed + SECOND + self.skew - self.world.now())))
        return f"pwd:{entry.text('pwdchangedtime') or ''}"

    async def reset(self, subject: SubjectId, password: Secret) -> None:
        await self._ask(lambda line: self._reset(line, subject, password))

    async def unlock(self, subject: SubjectId) -> None:
        await self._ask(lambda line: self._unlock(line, subject))

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        return await self._ask(lambda line: self._sign_in(line, subject, password))

    async def bad_tries_left(self, subject: SubjectId) -> int:
        return await self._ask(lambda line: self._judged(line, subject, Policy.tries_left))

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        async with self.reading:
            return await self._ask(lambda line: self.told.changes(line, self.name, self.base, since, self.world.now()), WHOLE)

    async def health(self) -> Health:
        try:
            found = await self._ask(lambda line: line.base(self.base, ("1.1",)))
        except Silent as silent:
            return Health(ok=False, detail=SILENT[silent.why])
        return Health(ok=found is not None, detail="" if found else f"There is no {self.base}, or it can't be read.")

    def after_reset(self) -> tuple[str, ...]:
        return self.advice

    def close(self) -> None:
        """Hang up."""
        self.wire.close()

    # ------------------------------------------------ on a line, in a thread

    def _reset(self, line: Line, subject: SubjectId, password: Secret) -> None:
        """A changed password takes the lock off by itself; naming the lock in the same modify would undo it (16)."""
        if not self.writeback:
            raise Rejected("directory.read_only")
        account = self._account(line, subject)
        policy, now = self._policy(line, account), self.world.now()
        rules = policy.rules(account, now)
        if broken := first_unmet(by_directory(password, Person(subject, "", "", frozenset()), rules)):
            raise Rejected(broken.id, broken.args)
        new = password.reveal().encode("utf-8", "replace")
        if new.startswith(b"{"):
            raise Rejected("password.brace", args(brace="{"))  # the server would take it for a hash
        values = {"userPassword": [new], "pwdReset": []}
        try:
            self._modify(line, subject, account, lambda seen: line.replace(seen.dn, values, self._given(seen)))
        except Refused as no:
            raise refusal(no, rules, now) from no

    def _unlock(self, line: Line, subject: SubjectId) -> None:
        """The very lock that was seen is deleted: the server then forgets the wrong passwords as well, which a replace doesn't."""
        if not (self.writeback and self.unlocks):
            raise Rejected("directory.read_only")

        def take_off(account: Entry) -> None:
            if lock := account.raw("pwdaccountlockedtime"):
                line.amend(account.dn, "pwdAccountLockedTime", delete=[lock], controls=self._given(account))

        try:
            self._modify(line, subject, self._account(line, subject), take_off)
        except Refused as no:
            raise refusal(no, Rules(), self.world.now()) from no

    def _modify(
        self, line: Line, subject: SubjectId, account: Entry, effect: Callable[[Entry], None], *, again: bool = True
    ) -> None:
        """Whoever was renamed or changed in between is looked at once more. Raises Refused, Rejected."""
        try:
            effect(account)
        except Refused as no:
            if no.code not in OVERTAKEN:
                raise
            now = self._account(line, subject)
            if not again:
                raise Rejected("directory.overtaken") from no
            self._modify(line, subject, now, effect, again=False)

    def _given(self, account: Entry) -> tuple[Control, Control]:
        return ASKED, only_if(account.text("entryuuid") or "")

    def _sign_in(self, line: Line, subject: SubjectId, password: Secret) -> SignIn:
        account = self._entry(line, subject)
        if account is None:
            return SignIn.WRONG
        # An empty password would be no try at all (RFC 4513 section 5.1.2); an unguessable one in its place is counted.
        given = password if password.reveal() else Secret(self.world.id("none"))
        with line.apart() as other:
            welcome = other.bind(account.dn, given, (ASKED,))
        if welcome.code in {SUCCESS, INVALID_CREDENTIALS, NO_PASSWORD}:
            return answer(welcome, self._policy(line, account).state(account, self.world.now()))
        raise Silent(text=welcome.text)

    def _account(self, line: Line, subject: SubjectId) -> Entry:
        """One that may be changed. Raises Rejected."""
        account = self._entry(line, subject)
        if account is None:
            raise Rejected("people.gone")
        if Policy().state(account, self.world.now()).disabled:
            raise Rejected("directory.disabled")
        return account

    def _judged(self, line: Line, subject: SubjectId, judge: Callable[[Policy, Entry, float], T]) -> T:
        account = self._standing(line, subject)
        return judge(self._policy(line, account), account, self.world.now())

    def _standing(self, line: Line, subject: SubjectId) -> Entry:
        if account := self._entry(line, subject):
            return account
        raise Unreachable  # gone: nothing can be said of it, and what was done to it last stays open

    def _entry(self, line: Line, subject: SubjectId, attributes: tuple[str, ...] = STANDING) -> Entry | None:
        uuid = subject.partition(":")[2]
        if not UUID.fullmatch(uuid):
            return None
        return next(iter(line.search(self.base, f"(&{ACCOUNT}(entryUUID={uuid}))", attributes)), None)

    def _person(self, line: Line, entry: Entry | None) -> Person | None:
        if entry is None:
            return None
        manager = line.base(entry.text("manager") or "", ("entryUUID",)) if entry.text("manager") else None
        above = subject_of(self.name, manager) if manager else None
        return person_of(self.name, entry, groups_of(line, self.base, entry), above, self.world.now())

    def _policy(self, line: Line, account: Entry) -> Policy:
        own = account.text("pwdpolicysubentry")
        return Policy.read(line.base(own, RULES) if own else default(line.search(self.base, POLICIES, RULES)))

    async def _ask(self, what: Callable[[Line], T], patience: float | None = None) -> T:
        try:
            return await (self.wire.ask(what) if patience is None else self.wire.ask(what, patience=patience))
        except Refused as no:  # of a question: the server's rules don't let us see it
            raise Silent(Why.ACCOUNT, no.text) from no
