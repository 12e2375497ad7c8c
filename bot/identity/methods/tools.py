"""What a method works with in one turn, what a house has to carry it with, and a right answer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.messaging.messenger import Channel
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Args


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
class Tools:
    """For one turn."""

    turn: Turn
    passwords: PasswordTrial
    keys: Keys
    world: World


@dataclass(frozen=True, slots=True)
class Means:
    """What this house has, as far as it decides which methods it can carry."""

    channels: Collection[Channel]
    tries_passwords: bool
    signs_in: bool


@dataclass(frozen=True, slots=True)
class Right:
    """A right answer: the registered method that it belongs to, if there is one, and its place among all of that method's answers."""

    method: MethodId | None
    step: int = 0  # must be newer than the last one, or the turn is lost; 0: this method has no such order
    drift: int | None = None  # how far its clock is off, where that is another than was known. Not learnt from strangers
    remark: tuple[str, Args] | None = None  # what its owner should hear of it, if it is them for sure
