"""What a doctor says: how bad it is, what was seen, and the mend."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen, and the mend; `remedy` is empty when all is well."""

    level: Level
    sentence: str
    remedy: str = ""


def ok(sentence: str) -> Finding:
    """A finding where all is well."""
    return Finding(Level.OK, sentence)


def warn(sentence: str, remedy: str) -> Finding:
    """A finding: it works, and somebody should know something."""
    return Finding(Level.WARN, sentence, remedy)


def fail(sentence: str, remedy: str) -> Finding:
    """A finding: it doesn't work, or it isn't safe."""
    return Finding(Level.FAIL, sentence, remedy)
