"""How far the newest attempt of an account's own person came, read from its rows of the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.audit.chain import AuditEntry

REFUSED = "conversation:answer:refused:"
ROLES = ("agents.", "case.", "coverage.", "explain.", "rules.")  # refusals of whoever wanted something as the holder of a role


class AttemptStage(StrEnum):
    """Where it broke off; also the end of a message id."""

    PROVING = "proving"  # a code was asked for, or one was right, and no more came
    GRANTED = "granted"  # enough was proved, and nothing was done with it
    REJECTED = "rejected"  # the directory said no
    OPEN = "open"  # it was sent to the directory, and nobody knows
    REFUSED = "refused"  # as `words` says
    FAULT = "fault"  # of ours


ENDS = ("reset", "unlock", "change")
ENDED = {"rejected": AttemptStage.REJECTED, "intended": AttemptStage.OPEN, "unconfirmed": AttemptStage.OPEN}


@dataclass(frozen=True, slots=True)
class Attempt:
    """`words`: the sentence with which it was refused, if it was."""

    stage: AttemptStage
    at: float
    words: str = ""


def newest_attempt(rows: Sequence[AuditEntry]) -> Attempt | None:
    """`rows` are newest first. None: none is known, or it came to its end."""
    for row in rows:
        what, about, how = (*row.tag.split(":"), "", "")[:3]
        if row.tag.startswith(REFUSED) and not row.tag.removeprefix(REFUSED).startswith(ROLES):
            words = row.tag.removeprefix(REFUSED)
            return Attempt(AttemptStage.FAULT, row.at) if words == "fault" else Attempt(AttemptStage.REFUSED, row.at, words)
        if (what, about) == ("identity", "proof"):
            return Attempt(AttemptStage.PROVING, row.at)
        if (what, about) == ("identity", "grant") and how in ENDS:
            return Attempt(AttemptStage.GRANTED, row.at)
        if what == "account" and about in ENDS:
            return Attempt(ENDED[how], row.at) if how in ENDED else None
        if (what, about) in (("identity", "method"), ("identity", "chat"), ("identity", "browser")):
            return None  # that is what was proved for
    return None
