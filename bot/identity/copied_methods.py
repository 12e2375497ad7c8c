"""A signature by a copy of somebody's key: rightly made, and yet a proof of nothing but that there is a copy."""

from collections.abc import Iterable

from bot.identity.interfaces import Records
from bot.identity.methods.tools import Copied, Right
from bot.identity.registered import Registered
from bot.messaging.ledger import ADMINS
from bot.model.facts import Audited
from bot.model.suspensions import Suspended
from bot.platform.ids import Action, Kind, MethodId, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.sentences import args


def counting(methods: Iterable[Registered], kind: Kind, now: float) -> list[Registered]:
    """Those of a kind that prove something now."""
    return [m for m in methods if m.kind == kind and m.usable_from <= now and not m.suspended]


def answering(methods: Iterable[Registered], kind: Kind, tried: MethodId | None, now: float) -> list[Registered]:
    """Those that may answer: all that count, or, where one is tried that doesn't (yet, or any more), that one alone."""
    theirs = [m for m in methods if m.kind == kind]
    counts = counting(theirs, kind, now)
    return [m for m in theirs if m.id == tried and m not in counts] or counts


async def unless_copied(
    records: Records, subject: SubjectId, kind: Kind, found: Right | Copied | None, now: float
) -> Right | None:
    """The right answer. A copied one is suspended at once, whatever becomes of the turn; its owner and all admins are told."""
    if not isinstance(found, Copied):
        return found
    about = args(method=found.method, kind=kind)
    await records.written(
        Suspended(subject, (found.method,), now),
        Audited("identity:method:copied", subject, about),
        Sent("notice", subject, (*args(action=Action.REGISTER, outcome="copied", at=now), *about)),
        Sent("alarm", ADMINS, args(words="alarm.method.copied", subject=subject)),
    )
    return None
