"""What a turn may leave behind about browsers that people call their own."""

from dataclasses import dataclass

from bot.platform.ids import GrantId, SubjectId


@dataclass(frozen=True, slots=True)
class BrowserTicked:
    """Its person says that this browser (the hash of its cookie) is their own.

    The turn is lost without a REGISTER grant of theirs in force, or where it is known for so many (`most`) others.
    """

    subject: SubjectId
    browser: str
    label: str
    at: float
    grant: GrantId
    most: int


@dataclass(frozen=True, slots=True)
class BrowserForgotten:
    """It is anybody's again."""

    subject: SubjectId
    browser: str
