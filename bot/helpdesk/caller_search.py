"""Finds the account of somebody who called: by what the directory knows them by, or else by what is left of a name on a bad line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.directory.interfaces import Directory
from bot.helpdesk.case_names import in_full
from bot.identity.interfaces import Records
from bot.identity.people import People
from bot.language.spelling import edits, errors_in
from bot.model.turn import Turn
from bot.platform.ids import Line, SubjectId
from bot.platform.sentences import Misstep

MOST, NEAR = 5, 400  # that an agent is shown, and that are looked at for them
SEARCHES, HOUR = 60, 3600.0  # of one agent
SHORTEST = 2  # letters of a word that says something


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as its directory last told it."""

    subject: SubjectId
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be meant; `exact`: nobody else can be."""

    subject: SubjectId
    who: Line
    exact: bool


class AccountNames(Protocol):
    """Accounts by parts of their names, as far as their directories have told them."""

    async def named(self, directories: Sequence[str], parts: Sequence[str], most: int) -> Sequence[Listed]:
        """Whose name or sign-in name has a word that begins with one of these, without regard to case."""


@dataclass(frozen=True)
class CallerSearch:
    """For one turn of an agent's."""

    turn: Turn
    people: People
    directories: Mapping[str, Directory]
    names: AccountNames
    records: Records

    async def find(self, typed: str) -> list[Found]:
        """The likeliest first, at most five. Raises Misstep when an agent has looked for too many."""
        if not (await self.records.hit(f"searches-by:{self.turn.party.subject}", SEARCHES, HOUR)).allowed:
            raise Misstep("case.searched_too_often")
        if person := await self.people.find(typed):
            return [Found(person.subject, in_full(person), exact=True)]
        words = [word for word in typed.casefold().replace(",", " ").split() if len(word) >= SHORTEST]
        if not words:
            return []
        near = await self.names.named(tuple(self.directories), [word[:SHORTEST] for word in words], NEAR)
        fits = sorted((wrong, each.name, each.login, each.subject) for each in near if (wrong := _wrong(words, each)) is not None)
        return [Found(subject, Line(f"{name} ({login})"), exact=False) for _, name, login, subject in fits[:MOST]]


def _wrong(words: Sequence[str], listed: Listed) -> int | None:
    """How many letters are wrong, all in all; None: it is somebody else."""
    parts = [*listed.name.casefold().split(), listed.login.casefold()]
    each = [min(_apart(word, part) for part in parts) for word in words]
    return sum(each) if all(wrong <= errors_in(word) for word, wrong in zip(words, each, strict=True)) else None


def _apart(word: str, part: str) -> int:
    return 0 if part.startswith(word) else edits(word, part)
