"""What the agent lets itself be asked for, whoever asks: read from a file on its own machine, and held there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from adapters.writeback.rpc import CHANGING, Call, Verb
from bot.directory.interfaces import Directory, Person, Rejected
from bot.platform.errors import OperatorError
from bot.platform.ids import SubjectId

EVERYBODY = "*"


class LimitReached(Exception):  # noqa: N818 - an answer
    """Not carried out, for a reason that is for the log and not for people. Nothing was changed."""


@runtime_checkable
class Located(Protocol):
    """A directory whose accounts stand in a tree."""

    async def place(self, subject: SubjectId) -> str | None:
        """The distinguished name as it is now, RFC 4514. None: gone. May raise Unreachable."""


@dataclass(frozen=True, slots=True)
class AgentLimits:
    """`under`: distinguished names below which accounts may be touched. `groups`: or whose members may be; "*" is everybody."""

    under: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # groups whose members are never touched
    unlock_only: bool = False
    a_minute: int = 10  # resets and unlocks
    a_day: int = 200
    tries_a_minute: int = 30  # passwords that are tried for people who change theirs
    stop_file: Path = field(default=Path("stop"))

    def stopped(self) -> bool:
        """Whether somebody on this machine has said stop."""
        return self.stop_file.exists()

    def demand_sense(self, directory: Directory) -> None:
        """Raises OperatorError for limits that can't be held."""
        if not self.under and not self.groups:
            raise OperatorError('The limits allow nobody: name [limits] under = ["OU=Staff,DC=corp,DC=example"], or groups.')
        if self.under and not isinstance(directory, Located):
            raise OperatorError(
                'This directory has no organisational units: take [limits] under out, and say groups = ["..."] or ["*"].'
            )

    async def demand(self, call: Call, directory: Directory) -> None:
        """Raises Rejected with words for the person, LimitReached, Unreachable. Asks the directory itself, whatever the bot says it knows."""
        if call.verb in CHANGING:
            await self._demand(call, directory)
        elif call.verb is Verb.SIGN_IN:
            try:
                await self._demand(call, directory)
            except Rejected as no:  # the port has no such answer to a sign-in
                raise LimitReached(no.words) from None

    async def _demand(self, call: Call, directory: Directory) -> None:
        if self.unlock_only and call.verb is Verb.RESET:
            raise Rejected("writeback.unlock_only")
        subject = SubjectId(call.subject)
        person = await directory.person(subject)
        if person is None:
            return  # the directory says so itself
        if person.protected:
            raise Rejected("directory.protected")
        if _any(self.never, person) or not await self._inside(person, directory):
            raise Rejected("writeback.outside")

    async def _inside(self, person: Person, directory: Directory) -> bool:
        if EVERYBODY in self.groups or _any(self.groups, person):
            return True
        if not self.under or not isinstance(directory, Located):
            return False
        place = await directory.place(person.subject)
        return place is not None and any(below(place, base) for base in self.under)


def below(place: str, base: str) -> bool:
    """Whether a distinguished name stands under another one, part by part, without regard to case and blanks."""
    inner, outer = parts(place), parts(base)
    return bool(outer) and len(inner) > len(outer) and inner[-len(outer) :] == outer


def parts(name: str) -> Sequence[str]:
    """The relative names of a distinguished name. A backslash makes the next character an ordinary one (RFC 4514)."""
    found, now, escaped = [], "", False
    for c in name:
        if c == "," and not escaped:
            found.append(now)
            now = ""
        else:
            now += c
        escaped = c == "\\" and not escaped
    return [_plain(part) for part in (*found, now) if part.strip()]


def _plain(part: str) -> str:
    kind, _, value = part.partition("=")
    return f"{kind.strip()}={value.strip()}".casefold()


def _any(groups: Sequence[str], person: Person) -> bool:
    names = {group.casefold() for group in person.groups}
    return any(group.casefold() in names for group in groups)
