"""The only hands on a directory. They move for a grant, once, with the intent on disk before and the outcome after."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.accounts.interfaces import Allowance, GrantCheck, Operations, Outcome, Persons, watch
from bot.directory.asking import TIMEOUT, asked
from bot.directory.interfaces import (
    Blind,
    Directory,
    DirectoryRules,
    Follows,
    Lags,
    Rejected,
    SignIn,
    State,
    Unreachable,
    tries,
)
from bot.model.facts import Audited, Fact, Once, Sent
from bot.model.turn import Turn
from bot.platform.constant_time import paced
from bot.platform.ids import Action, GrantId, SubjectId, directory_of, is_decoy
from bot.platform.metrics import Metrics
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args
from bot.policy.check import PasswordCheck

SPARE_TRIES = 2  # we never use up the last tries that the directory allows before it locks (ST39)
TRIES_A_DAY = 3  # wrong passwords that we pass on for one account and origin; counted first, so parallel ones are no more
ALONE = 15.0  # seconds; longer than a directory call, shorter than the pause before the same one asks again


@dataclass(frozen=True)
class Accounts:
    """What one turn may do to accounts, and ask about them."""

    turn: Turn
    operations: Operations
    directories: Mapping[str, Directory]
    people: Persons
    grant_check: Callable[[], GrantCheck]
    allowance: Allowance
    check: PasswordCheck
    metrics: Metrics

    async def reset(self, grant: GrantId, subject: SubjectId, password: Secret, before: str | None = None) -> Outcome:
        """A new password. Raises Misstep with the rule that it breaks. `before`: what `following` said; a job watches it, too."""
        return await self._set(grant, Action.RESET, subject, password, before)

    async def change(self, grant: GrantId, subject: SubjectId, password: Secret, before: str | None = None) -> Outcome:
        """As `reset`, for somebody who knew the old one."""
        return await self._set(grant, Action.CHANGE, subject, password, before)

    async def unlock(self, grant: GrantId, subject: SubjectId) -> Outcome:
        """Takes the lock off, and changes nothing else."""
        directory = self._directory(subject)
        return await self._do(grant, Action.UNLOCK, subject, lambda: directory.unlock(subject))

    async def disown(self, grant: GrantId, subject: SubjectId, unknown: Secret) -> Outcome:
        """A password that nobody knows. Held to no rule of ours; raises Misstep when the directory refuses it, or is silent.

        Nor to a minimum age: the change that is disowned was made a moment ago, and its maker must not be safe for a day.

        Several may ask for it with a grant each: while one has asked the directory, others lose their turn.
        """
        directory, alone = self._directory(subject), Once(f"disown:{subject}", ALONE)
        with_it = [alone, *_watched(subject, grant, await self.following(subject))]

        async def effect() -> None:
            await directory.reset(subject, unknown, whatever_age=True)

        return await self._do(grant, Action.DISOWN, subject, effect, *with_it)

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        """What the directory asks of a password. Raises Misstep when it is silent."""
        return await asked(self._directory(subject).rules(subject))

    async def kept_until(self, grant: GrantId, subject: SubjectId) -> float:
        """When the minimum age of the password in force ends; 0: it is over. A refusal is on the audit. Raises Misstep."""
        until = (await self.rules(subject)).may_change_at
        if until <= self.check.world.now():
            return 0.0
        detail = (*self._about(grant), *args(why="password.too_young", until=int(until)))
        self.turn.note(Audited("account:password:refused", subject, detail))
        return until

    async def mark(self, subject: SubjectId) -> str:
        """The directory's stamp on the password as it is now. Raises Misstep when it is silent."""
        return await asked(self._directory(subject).mark(subject, Action.DISOWN))

    async def state(self, subject: SubjectId) -> State:
        """How the account stands. Raises Misstep when the directory is silent."""
        return await asked(self._directory(subject).state(subject))

    def lags(self, subject: SubjectId) -> bool:
        """Whether the directory may show an older copy for a while: then a mark that hasn't moved says nothing."""
        directory = self._directory(subject)
        return isinstance(directory, Lags) and directory.lags(subject)

    async def following(self, subject: SubjectId) -> str | None:
        """The mark of a second directory that takes over new passwords later. None: there is none. Raises Misstep when it is silent."""
        directory = self._directory(subject)
        return await asked(directory.following(subject)) if isinstance(directory, Follows) else None

    def tries(self, subject: SubjectId) -> bool:
        """Whether `knows` can say anything. To a stranger it's the same for everybody, and for nobody."""
        if self.turn.party.subject is None:
            return any(map(tries, self.directories.values()))
        return tries(self._directory(subject), subject)

    @property
    def tries_all(self) -> bool:
        """Whether it can for every account that there is."""
        return not any(isinstance(directory, Blind) for directory in self.directories.values())

    async def knows(self, subject: SubjectId, password: Secret) -> bool:
        """One try at the password in force, always below the directory's own lockout. Raises Refuse when none is left.

        A stranger learns neither that nor, by the clock, whether there was anything to compare with.
        """
        if self.turn.party.subject is not None:
            return await self._knows(subject, password)
        async with paced():
            try:
                return not is_decoy(subject) and await self._knows(subject, password)
            except Refuse:
                return False

    async def _knows(self, subject: SubjectId, password: Secret) -> bool:
        directory = self._directory(subject)
        try:
            left = await asked(directory.bad_tries_left(subject)) - SPARE_TRIES
        except Rejected as never:  # a directory that tries no password for anybody
            raise Refuse(never.words, **dict(never.args_)) from never
        if left <= 0 or not await self.allowance.may_try_password(subject, min(left, TRIES_A_DAY)):
            raise Refuse("change.too_many_tries")
        said = await asked(directory.sign_in(subject, password))
        if said is SignIn.LOCKED:
            raise Refuse("change.locked")
        return said in (SignIn.RIGHT, SignIn.MUST_CHANGE, SignIn.EXPIRED)

    def advice(self, subject: SubjectId) -> tuple[str, ...]:
        """What to do after a new password, by the directory's own advice."""
        return self._directory(subject).after_reset()

    async def became(self, grant: GrantId) -> Outcome | None:
        """What became of it, for a step that looks again. None: nothing has happened, it may be done now."""
        on_record = await self.operations.operation(grant)
        if on_record is None or on_record.outcome is Outcome.REJECTED:
            return None
        if on_record.outcome is not Outcome.INTENDED:
            return on_record.outcome
        directory, subject, action = self._directory(on_record.subject), on_record.subject, on_record.action
        try:
            async with asyncio.timeout(TIMEOUT):
                moved = await directory.mark(subject, action) != on_record.mark
        except (Unreachable, OSError, TimeoutError):
            return await self._conclude(grant, action, subject, Outcome.UNCONFIRMED)
        if not moved and self.lags(subject):
            return await self._conclude(grant, action, subject, Outcome.UNCONFIRMED)
        await self._conclude(grant, action, subject, Outcome.CHANGED if moved else Outcome.REJECTED, on_record.mark)
        return Outcome.CHANGED if moved else None

    async def _set(self, grant: GrantId, action: Action, subject: SubjectId, password: Secret, before: str | None) -> Outcome:
        directory = self._directory(subject)
        person, rules = await self.people.person(subject), await asked(directory.rules(subject))
        await self.check.demand(password, person, rules)
        await self.allowance.effect(subject)
        watched = _watched(subject, grant, before)
        return await self._do(grant, action, subject, lambda: directory.reset(subject, password), *watched)

    async def _do(
        self, grant: GrantId, action: Action, subject: SubjectId, effect: Callable[[], Awaitable[None]], *with_it: Fact
    ) -> Outcome:
        await self.grant_check().authorize(grant, action, subject)
        mark = await asked(self._directory(subject).mark(subject, action))  # before we touch it
        intent = Audited(f"account:{action}:intended", subject, self._about(grant))
        if not await self.operations.intend(grant, action, subject, self.turn.claim, mark, [*with_it, intent]):
            raise Refuse("accounts.no_right")
        try:
            async with asyncio.timeout(TIMEOUT):
                await effect()
        except Rejected as no:
            await self._conclude(grant, action, subject, Outcome.REJECTED, why=no.words)
            raise Misstep(no.words, **dict(no.args_)) from no
        except (Unreachable, OSError, TimeoutError):
            return await self.became(grant) or Outcome.UNCONFIRMED
        return await self._conclude(grant, action, subject, Outcome.CHANGED, mark)

    async def _conclude(
        self, grant: GrantId, action: Action, subject: SubjectId, outcome: Outcome, before: str = "", *, why: str = ""
    ) -> Outcome:
        after = await self._after(action, subject, before) if outcome is Outcome.CHANGED else ""
        detail = (*self._about(grant), ("why", why)) if why else self._about(grant)
        facts: list[Fact] = [Audited(f"account:{action}:{outcome}", subject, detail)]
        if outcome is not Outcome.REJECTED and action is not Action.DISOWN:  # that one is told with all that was undone
            facts.append(Sent("notice", subject, args(action=action, outcome=outcome, grant=grant)))
        await self.operations.conclude(grant, outcome, facts, after)
        self.metrics.operation(action, outcome)
        return outcome

    async def _after(self, action: Action, subject: SubjectId, before: str) -> str:
        """The directory's mark now, so that "this wasn't me" can tell whether its last change is still ours.

        Empty: it isn't known, also where an older copy is shown of what has just been changed.
        """
        try:
            after = await asked(self._directory(subject).mark(subject, action))
        except Misstep:
            return ""
        return "" if after == before else after

    def _about(self, grant: GrantId) -> tuple[tuple[str, str], ...]:
        party = self.turn.party
        return (*args(grant=grant, conversation=self.turn.conversation, origin=party.origin), *party.detail)

    def _directory(self, subject: SubjectId) -> Directory:
        if directory := self.directories.get(directory_of(subject)):
            return directory
        raise Refuse("people.gone")


def _watched(subject: SubjectId, grant: GrantId, before: str | None) -> list[Fact]:
    return [] if before is None else [watch(subject, grant, before)]
