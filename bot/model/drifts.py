"""What is learnt of the clock of somebody's authenticator."""

from dataclasses import dataclass

from bot.platform.ids import MethodId


@dataclass(frozen=True, slots=True)
class Drifted:
    """Its answers come so many time-steps after what they should be (before, if negative), as its owner's own ones have shown."""

    method: MethodId
    steps: int
