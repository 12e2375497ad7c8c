"""A change of the rules on its way: previewed, proposed where it takes two admins, and in force or withdrawn; signed by us at each stage."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from typing import NewType, Protocol

from bot.model.facts import Audited
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.policy.history import PolicyVersion
from bot.policy.interfaces import PolicyStore

ChangeId = NewType("ChangeId", str)


class ChangeStage(StrEnum):
    """How far it has come."""

    DRAFT = "draft"  # its author looks at what it would do
    PROPOSED = "proposed"  # waits for another admin
    APPLIED = "applied"  # was put in force, whatever came after it
    WITHDRAWN = "withdrawn"


OPEN = frozenset({ChangeStage.DRAFT, ChangeStage.PROPOSED})


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """`base`: the version that it was made over. `mac` covers everything above it, by a key that isn't in the database."""

    id: ChangeId
    base: int
    document: str
    by: SubjectId
    at: float
    stage: ChangeStage = ChangeStage.DRAFT
    ended_by: str = ""  # who put it in force or withdrew it
    version: int = 0  # that it became
    mac: str = ""


def sealed_change(keys: Keys, change: PolicyChange) -> PolicyChange:
    """The same, signed."""
    return replace(change, mac=keys.sign("policy-change", _text(change)))


def is_ours(keys: Keys, change: PolicyChange) -> bool:
    """Whether it is as we wrote it: one that was written by hand is shown to nobody."""
    return keys.signed("policy-change", _text(change), change.mac)


def _text(change: PolicyChange) -> str:
    return repr(astuple(replace(change, stage=change.stage, mac=""))[:-1])


class PolicyChangeStore(PolicyStore, Protocol):
    """Versions of the rules, and changes on their way to become one. Each write is one short transaction."""

    async def history(self) -> Sequence[PolicyVersion]:
        """All versions, oldest first."""

    async def add(self, change: PolicyChange, *facts: Audited | Sent) -> None:
        """A change that nobody has seen yet."""

    async def change(self, id: ChangeId) -> PolicyChange | None:
        """None: there is none of this name."""

    async def proposed(self) -> Sequence[PolicyChange]:
        """Those that wait for another admin, oldest first."""

    async def move(self, change: PolicyChange, was: ChangeStage, *facts: Audited | Sent) -> None:
        """It stands otherwise from now on. Raises Lost when it stood otherwise than `was`."""

    async def put_in_force(self, change: PolicyChange, was: ChangeStage, *facts: Audited | Sent) -> None:
        """Its document is the newest version, `change.version`. Raises Lost as `move`, and when `change.base` isn't the newest any more."""
