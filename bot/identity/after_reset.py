"""For a day after a reset methods are changed by nobody but whoever proves it by one that no page in between can get at."""

from bot.accounts.interfaces import Operations, Outcome
from bot.identity.identity import Identity
from bot.identity.methods.registry import METHODS
from bot.model.facts import Proved
from bot.platform.ids import Action, GrantId, Kind, SubjectId

DAY = 86400.0


async def held_until(operations: Operations, subject: SubjectId, action: Action, now: float) -> float:
    """A day after this was done, or may have been; 0: that is over."""
    last = await operations.last(subject, action)
    return last.at + DAY if last and last.outcome is not Outcome.REJECTED and now - last.at < DAY else 0.0


async def withstands(identity: Identity, subject: SubjectId, grant: GrantId | None) -> bool:
    """Whether such a one has proved this grant; before there is a grant, whether one is on file that could."""
    if grant is None:
        now = identity.world.now()
        return any(_strong(m.kind) for m in await identity.methods(subject) if m.usable_from <= now and not m.suspended)
    records, turn = identity.records, identity.turn
    proofs = [*await records.proofs_of(grant), *await records.proofs(turn.conversation), *turn.noted(Proved)]
    return any(_strong(p.kind) for p in proofs if (p.subject, p.action) == (subject, Action.REGISTER))


def _strong(kind: Kind) -> bool:
    return METHODS[kind].resists_phishing and METHODS[kind].counts_as_two
