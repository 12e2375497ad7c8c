"""A phone that is reported lost: what lives on it is suspended, for a day by a linked chat alone, by proof until its owner ends it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.identity.identity import Identity
from bot.identity.methods.registry import METHODS, on_phone
from bot.identity.registered import Registered
from bot.model.facts import Audited, Once
from bot.model.suspensions import Suspended
from bot.model.turn import Turn
from bot.platform.ids import Action, GrantId, MethodId, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.sentences import Args, args

LAPSES = 86400.0  # seconds, where too little was proved: whoever has somebody's chat can shut them out for no longer
AGAIN = 30 * LAPSES  # before the same reporter suspends anything of the same account in that way again


@dataclass(frozen=True)
class LostPhones:
    """For one turn. It only ever takes away: codes, calls and approvals stop, notices don't, and what is enough stays as it is."""

    turn: Turn
    identity: Identity

    async def report(self, subject: SubjectId, methods: Sequence[Registered]) -> int:
        """By whoever talks from a chat that is linked to this account, without any proof. Until when; 0: it suspends nothing."""
        key = f"lost:{subject}:{self._reporter(subject)}"
        if not methods or not self._reporter(subject) or await self.identity.records.counted(key):
            return 0
        until = int(self.identity.world.now() + LAPSES)
        self.turn.note(Once(key, AGAIN))
        self.too(subject, methods, until)
        return until

    def too(self, subject: SubjectId, methods: Sequence[Registered], until: float) -> None:
        """This lived on it as well: a part of a report that was made, and so for as long."""
        self._suspended(subject, methods, "lost", until)

    async def keep(self, subject: SubjectId, grant: GrantId, also: Collection[MethodId]) -> None:
        """By enough proof: until they have proved who they are by another way, and tried it. What has just proved it isn't lost.

        Raises Refuse without a right.
        """
        await self.identity.authorize(grant, Action.REGISTER, subject)
        here = {proof.method for proof in await self.identity.records.proofs_of(grant)}
        mine = [m for m in await self.identity.methods(subject) if m.confirmed]
        lost = [m for m in lost_with_it(mine, also) if m.id not in here and not lasting(m)]
        if lost:
            self._suspended(subject, lost, "kept", 0.0, args(grant=grant))

    def _reporter(self, subject: SubjectId) -> str:
        """Empty: anybody, or whoever says on the phone that it is them."""
        party = self.turn.party
        if party.subject != subject or party.asker:
            return ""
        return f"{party.account.kind}:{party.account.id}" if party.account else str(party.origin)

    def _suspended(self, subject: SubjectId, methods: Sequence[Registered], why: str, until: float, by: Args = ()) -> None:
        now, said = (
            self.identity.world.now(),
            args(conversation=self.turn.conversation, whence=self.turn.party.origin, until=until),
        )
        about = args(action=Action.REGISTER, outcome=why, at=now, method=methods[0].id)
        self.turn.note(
            Suspended(subject, tuple(m.id for m in methods), now, until),
            *(Audited(f"identity:method:{why}", subject, (*args(method=m.id, kind=m.kind), *by, *said)) for m in methods),
            Sent("notice", subject, about),
        )


def lost_with_it(mine: Sequence[Registered], also: Collection[MethodId] = ()) -> list[Registered]:
    """What was on the phone for sure, and `also` what they named: of several that any may stand for the others, each may live on another phone."""
    return [m for m in mine if m.id in also or (m.kind in on_phone() and m not in on_one_of_them(mine))]


def on_one_of_them(mine: Sequence[Registered]) -> list[Registered]:
    """Of which only their owner knows whether this phone had it."""
    alike = Counter(m.kind for m in mine)
    return [m for m in mine if m.kind in on_phone() and METHODS[m.kind].any_answers and alike[m.kind] > 1]


def lasting(method: Registered) -> bool:
    """Suspended, and by nothing but its owner's proof to be ended."""
    return method.suspended and not method.suspended_until
