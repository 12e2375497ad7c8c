"""What decides is signed in whole sets: a row that is missing, older or written by hand doesn't fit the MAC of its set."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.platform.errors import OperatorError
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys, UnknownKey

PURPOSE = "signed set"
SEALED = "record:set:sealed"  # the tag of the audit's row that tells of a new version
SetRow: TypeAlias = tuple[str, str, str, float, float]  # what it is, its name, its kind, and two numbers, mostly times


class SetKind(StrEnum):
    """Kinds of sets."""

    ACCOUNT = "account"  # one for each subject: all that decides whether and how this account is recovered
    POLICY = "policy"  # the document in force
    AGENTS = "agents"  # writeback agents, and where each stands


@dataclass(frozen=True, slots=True, order=True)
class SetName:
    """One set. `owner`: whose it is; empty where there is one of its kind."""

    kind: SetKind
    owner: str = ""


@dataclass(frozen=True, slots=True)
class SetSeal:
    """Stands beside its rows. `version` grows by one with every change; `audit` is the number of the audit's row that tells of it."""

    version: int = 0  # 0: there has been no row yet
    audit: int = 0
    key: str = ""  # the ring's key that made the MAC: whoever takes it out of the ring makes its sets void
    mac: str = ""


UNSEALED = SetSeal()


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One set as it stands, for whoever looks at all of them."""

    name: SetName
    seal: SetSeal
    fits: bool


def account_of(subject: SubjectId) -> SetName:
    """All that decides about this account."""
    return SetName(SetKind.ACCOUNT, subject)


class ForgedSet(OperatorError):  # noqa: N818 - says what was found
    """Somebody was at the rows of a set, so nothing is added to it."""

    def __init__(self, names: Iterable[SetName]) -> None:
        which = ", ".join(sorted(f"{name.kind} {name.owner}".strip() for name in names))
        super().__init__(
            f"The database's rows of {which} aren't as Unlatch wrote them, so they allow nothing and nothing was changed. "
            "`unlatch audit verify` says what is wrong."
        )


@dataclass
class SetSeals:
    """Makes and checks seals, and remembers the newest version of each set that it has seen: an older one fits no more."""

    keys: Keys
    _newest: dict[SetName, int] = field(default_factory=dict, repr=False)

    def sealed(self, name: SetName, version: int, audit: int, rows: Iterable[SetRow]) -> SetSeal:
        """By the current key."""
        key = self.keys.current
        return SetSeal(version, audit, key, self._mac(name, version, audit, key, rows))

    def fits(self, name: SetName, seal: SetSeal, rows: Iterable[SetRow]) -> bool:
        """Whether these rows, all of them and no others, are as we wrote them last, as far as this process knows."""
        there = list(rows)
        if seal.version < self._newest.get(name, 0):
            return False
        if not seal.version:
            return not there
        try:
            ours = self.keys.same(self._mac(name, seal.version, seal.audit, seal.key, there), seal.mac)
        except UnknownKey:
            return False
        if ours:
            self._newest[name] = seal.version
        return ours

    def _mac(self, name: SetName, version: int, audit: int, key: str, rows: Iterable[SetRow]) -> str:
        return self.keys.sign_by(key, PURPOSE, repr((str(name.kind), name.owner, version, audit, key, sorted(rows))))
