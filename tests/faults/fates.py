"""What becomes of a request on a broken wire, and who decides it: by the kind of the request, so many times."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """Of one request."""

    PASSED = "passed on"
    QUESTION_CUT = "cut before it arrived"
    ANSWER_CUT = "done, its answer cut"
    HELD = "held up, and passed on whether or not its caller waits"
    SLOW = "slow"


@dataclass
class Fates:
    """Of the wires of one replica to one server: what has been ordered for which requests, and what has happened."""

    ordered: dict[str, list[tuple[Fate, float]]] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)

    def order(self, request: str, fate: Fate, seconds: float, times: int) -> None:
        """For the next requests of this kind."""
        self.ordered.setdefault(request, []).extend([(fate, seconds)] * times)

    def heal(self) -> None:
        """Whatever hasn't come true yet doesn't."""
        self.ordered.clear()

    def of(self, request: str) -> tuple[Fate, float]:
        """And for how many seconds."""
        waiting = self.ordered.get(request)
        if not waiting:
            return Fate.PASSED, 0.0
        fate, seconds = waiting.pop(0)
        self.happened[f"{request}: {fate}"] += 1
        return fate, seconds
