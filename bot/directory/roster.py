"""The accounts of an embedded directory as an operator writes them: what is said of each, and the port by which it is taken over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.platform.secret import Secret


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """What is said of one account. None: nothing is, and it stays as it is. An empty text takes away what is there."""

    login: str
    name: str | None = None
    mail: str | None = None  # the work mailbox
    other_mail: str | None = None
    mobile: str | None = None
    phone: str | None = None
    manager: str | None = None  # by sign-in name
    department: str | None = None
    language: str | None = None
    admin: bool | None = None
    enabled: bool | None = None
    groups: tuple[str, ...] | None = None  # directly in these, and in no other
    joins: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()


class ExpectedAccount(StrEnum):
    """Which accounts the entries are of."""

    NEW = "new"
    KNOWN = "known"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What was done, or would be: sign-in names, and the groups that came into being."""

    made: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterFault:
    """Why one entry can't be taken over, and what cures it. `place`: which one it is, from 0."""

    place: int
    sentence: str


class FaultyRoster(Exception):  # noqa: N818 - an answer, not a fault
    """Nothing was taken over. `faults`: all of them, in the order of the entries."""

    def __init__(self, faults: Sequence[RosterFault]) -> None:
        super().__init__(len(faults))
        self.faults = tuple(sorted(faults, key=lambda fault: fault.place))


class Roster(Protocol):
    """Nothing here asks for a grant, so only an operator's commands hold one."""

    async def entries(self) -> Sequence[RosterEntry]:
        """Every account, whole, by sign-in name."""

    async def take_over(
        self, entries: Sequence[RosterEntry], expected: ExpectedAccount, *, password: Secret | None = None, dry: bool = False
    ) -> RosterChange:
        """All of them in one transaction with its audit, or none. Raises FaultyRoster, and Rejected for the password of a new account.

        Groups that are named and aren't there are made. A new account without a password has none. `dry`: only looks.
        """
