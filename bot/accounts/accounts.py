"""The only hands on a directory. They move for a grant, once, with the intent on disk before and the outcome after."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.accounts.interfaces import Allowance, GrantCheck, Operation, Operations, Outcome, Persons, StillOpen, watch
from bot.accounts.late_writes import watched
from bot.accounts.ownership import became_of
from bot.directory.asking import TIMEOUT, asked
from bot.directory.interfaces import (
    NOT_LOCKED,
    Blind,
    Conditional,
    Directory,
    DirectoryRules,
    Follows,
    Lags,
    Rejected,
    SignIn,
    State,
    Unreachable,
    Write,
    tries,
)
from bot.model.facts import Audited, Fact, Once
from bot.model.turn import Turn
from bot.platform.ids import Action, GrantId, SubjectId, directory_of, is_decoy
from bot.platform.job_outbox import Sent
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
        return await self._do(grant, Action.UNLOCK, subject, lambda _: directory.unlock(subject))

    async def disown(self, grant: GrantId, subject: SubjectId, unknown: Secret) -> Outcome:
        """A password that nobody knows. Held to no rule of ours; raises Misstep when the directory refuses it, or is silent.

        Nor to a minimum age: the change that is disowned was made a moment ago, and its maker must not be safe for a day.

        Several may ask for it with a grant each: while one has asked the directory, others lose their turn.
        """
        directory, alone = self._directory(subject), Once(f"disown:{subject}", ALONE)
        with_it = [alone, *_watched(subject, grant, await self.following(subject))]

        async def effect(made: Operation) -> None:
            await directory.reset(subject, unknown, whatever_age=True, write=Write(made.grant, made.mark))

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

        Nobody's password is known to nobody.
        """
        if is_decoy(subject):
            return False
        directory = self._directory(subject)
        try:
            left = await asked(directory.bad_tries_left(subject)) - SPARE_TRIES
        except Rejected as never:  # a directory that tries no password for anybody
            raise Refuse(never.words, **dict(never.args_)) from never
        if left <= 0:
            raise Refuse("change.locked" if (await self.state(subject)).locked else "change.near_lockout")
        if not await self.allowance.may_try_password(subject, min(left, TRIES_A_DAY)):
            raise Refuse("change.too_many_tries")
        said = await asked(directory.sign_in(subject, password))
        if said is SignIn.LOCKED:
            raise Refuse("change.locked")
        return said in (SignIn.RIGHT, SignIn.MUST_CHANGE, SignIn.EXPIRED)

    def advice(self, subject: SubjectId) -> tuple[str, ...]:
        """What to do after a new password, by the directory's own advice."""
        return self._directory(subject).after_reset()

    async def became(self, grant: GrantId) -> Outcome | None:
        """What became of it, for a step that looks again. None: nothing has happened, it may be done now.

        Whoever began it and died may have written, and their write may still be on its way.
        """
        made = await self.operations.operation(grant)
        if made is None or made.outcome is Outcome.REJECTED:
            return None
        if made.outcome is not Outcome.INTENDED:
            return made.outcome
        seen = await self._unheard(made)
        once_more = made.action is Action.UNLOCK and seen is Outcome.UNCONFIRMED and await self._still_locked(made.subject)
        return None if once_more else seen

    async def _still_locked(self, subject: SubjectId) -> bool:
        """Then it may be taken off once more: twice does no harm, and what still arrives of the first time is on the audit."""
        try:
            return (await self.state(subject)).locked
        except Misstep:
            return False

    async def _set(self, grant: GrantId, action: Action, subject: SubjectId, password: Secret, before: str | None) -> Outcome:
        directory = self._directory(subject)
        person, rules = await self.people.person(subject), await asked(directory.rules(subject))
        await self.check.demand(password, person, rules)
        await self.allowance.effect(subject)
        with_it = _watched(subject, grant, before)

        async def effect(made: Operation) -> None:
            await directory.reset(subject, password, write=Write(made.grant, made.mark))

        return await self._do(grant, action, subject, effect, *with_it, password=password)

    async def _do(
        self,
        grant: GrantId,
        action: Action,
        subject: SubjectId,
        effect: Callable[[Operation], Awaitable[None]],
        *with_it: Fact,
        password: Secret | None = None,
    ) -> Outcome:
        await self.grant_check().authorize(grant, action, subject)
        made = await self._intended(grant, action, subject, with_it)
        try:
            async with asyncio.timeout(TIMEOUT):
                await effect(made)
        except Rejected as no:
            if no.words == NOT_LOCKED:  # somebody was quicker
                return await self._conclude(made, Outcome.MOVED)
            await self._conclude(made, Outcome.REJECTED, why=no.words)
            raise Misstep(no.words, **dict(no.args_)) from no
        except Unreachable as silent:
            if silent.unsent:
                await self._conclude(made, Outcome.REJECTED, why="accounts.directory_silent")
                raise Misstep("accounts.directory_silent") from silent
            return await self._unheard(made, silent.at, password)
        except (OSError, TimeoutError):
            return await self._unheard(made, password=password)
        return await self._conclude(made, Outcome.CHANGED)

    async def _intended(self, grant: GrantId, action: Action, subject: SubjectId, with_it: Sequence[Fact]) -> Operation:
        """On disk, before anything is touched. A second new password waits for a first one that may still arrive.

        Not where of two the later one is void anyway, and not where somebody takes their account back: that is done over again.
        """
        mark = await asked(self._directory(subject).mark(subject, action))
        facts = [*with_it, Audited(f"account:{action}:intended", subject, self._about(grant))]
        alone = action in (Action.RESET, Action.CHANGE) and not self._conditional(subject)
        try:
            made = await self.operations.intend(grant, action, subject, self.turn.claim, mark, facts, alone=alone)
        except StillOpen as earlier:
            seconds = max(1, math.ceil(earlier.until - self.check.world.now()))
            raise Misstep("accounts.earlier_may_arrive", seconds=seconds) from earlier
        if made is None:
            raise Refuse("accounts.no_right")
        return made

    def _conditional(self, subject: SubjectId) -> bool:
        directory = self._directory(subject)
        return isinstance(directory, Conditional) and directory.conditional(subject)

    async def _unheard(self, made: Operation, at: str = "", password: Secret | None = None) -> Outcome:
        """Nobody heard the end of it. While the password is at hand, the directory can say whether it is the one in force."""
        directory = self._directory(made.subject)
        try:
            seen = await became_of(made, await asked(directory.mark(made.subject, made.action, at)), directory)
            if seen is Outcome.MOVED and password is not None and await self._in_force(made.subject, password):
                seen = Outcome.CHANGED
        except Misstep:
            seen = Outcome.UNCONFIRMED
        return await self._conclude(made, seen, at=at)

    async def _in_force(self, subject: SubjectId, password: Secret) -> bool:
        """One try at it, where one can be made and the directory's own lockout is far."""
        directory = self._directory(subject)
        if not tries(directory, subject) or await asked(directory.bad_tries_left(subject)) <= SPARE_TRIES:
            return False
        return await asked(directory.sign_in(subject, password)) in (SignIn.RIGHT, SignIn.MUST_CHANGE, SignIn.EXPIRED)

    async def _conclude(self, made: Operation, outcome: Outcome, *, why: str = "", at: str = "") -> Outcome:
        action, subject = made.action, made.subject
        after = await self._after(action, subject, made.mark) if outcome is Outcome.CHANGED else ""
        detail = (*self._about(made.grant), ("why", why)) if why else self._about(made.grant)
        facts: list[Fact] = [Audited(f"account:{action}:{outcome}", subject, detail)]
        if outcome is not Outcome.REJECTED and action is not Action.DISOWN:  # that one is told with all that was undone
            facts.append(Sent("notice", subject, args(action=action, outcome=outcome, grant=made.grant)))
        if outcome is Outcome.UNCONFIRMED:
            facts.append(watched(made, at))
        await self.operations.conclude(made, outcome, facts, after)
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
