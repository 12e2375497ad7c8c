"""What a method works with in one turn, what a house has to carry it with, and a right answer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.messaging.messenger import Channel
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import MethodId, SubjectId, WindowId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Args, Refuse
from bot.policy.current import Policies


class PasswordTrial(Protocol):
    """Whoever may try a password against the directory."""

    @property
    def tries_all(self) -> bool:
        """Whether it can be tried for every account that there is."""

    def tries(self, subject: SubjectId) -> bool:
        """Whether it can be tried for this account, as far as whoever speaks may know."""

    async def knows(self, subject: SubjectId, password: Secret) -> bool:
        """One try. Raises Refuse when no more may be made."""


@dataclass(frozen=True, slots=True)
class Place:
    """The page, the browser that it is bound to (the hash of its cookie; what it says it is), and the address at which people see us."""

    page: WindowId
    browser: str
    label: str
    origin: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Tools:
    """For one turn."""

    turn: Turn
    passwords: PasswordTrial
    keys: Keys
    world: World
    origin: str  # https://name[:port]
    policies: Policies
    company: str

    @property
    def place(self) -> Place:
        """Where this turn's answer was given. Raises Refuse anywhere but on the sealed page."""
        page = self.turn.claim.sealed
        if page is None or self.turn.window != page.id:
            raise Refuse("verify.over")
        return Place(page.id, page.browser or "", page.label, self.origin, self.keys)


@dataclass(frozen=True, slots=True)
class Means:
    """What this house has, as far as it decides which methods it can carry."""

    channels: Collection[Channel]
    tries_passwords: bool
    signs_in: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Right:
    """A right answer: the registered method that it belongs to, if there is one, and its place among all of that method's answers."""

    method: MethodId | None
    step: int = 0  # must be newer than the last one, or the turn is lost; 0: this method has no such order
    drift: int | None = None  # how far its clock is off, where that is another than was known. Not learnt from strangers
    remark: tuple[str, Args] | None = None  # what its owner should hear of it, if it is them for sure


@dataclass(frozen=True, slots=True)
class Copied:
    """A right answer whose place among all of them was passed already: somebody has a copy of this method."""

    method: MethodId


@dataclass(frozen=True, slots=True)
class Met:
    """Something that was met elsewhere: since when, and by which registered method, if by one."""

    at: float
    method: MethodId | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A method that a browser has made, as it is registered. Its id is no other's."""

    id: MethodId
    secret: Secret
    step: int
