"""The embedded directory behind a wire that can be cut: before the question arrives, or before the answer does."""

import asyncio
from dataclasses import dataclass, field

from bot.directory.interfaces import Unreachable, Write
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from store.database import AnyRow
from store.directory import EmbeddedDirectory


@dataclass
class Mood:
    """`silent`: nothing gets through. `tells_nothing`: the next change is made, but the wire breaks before it is confirmed."""

    silent: bool = False
    tells_nothing: bool = False
    slow: asyncio.Event | None = None  # nothing gets through before it is set
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # set when something waits for `slow`

    async def hears(self) -> None:
        if self.slow:
            self.asked.set()
            await self.slow.wait()
        if self.silent:
            raise Unreachable

    def answers(self) -> None:
        if self.tells_nothing:
            self.tells_nothing, self.silent = False, True
            raise Unreachable


@dataclass(frozen=True)
class MoodyDirectory(EmbeddedDirectory):
    """Real in all else."""

    mood: Mood = field(default_factory=Mood)

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        await self.mood.hears()
        await super().reset(subject, password, whatever_age=whatever_age, write=write)
        self.mood.answers()

    async def unlock(self, subject: SubjectId) -> None:
        await self.mood.hears()
        await super().unlock(subject)
        self.mood.answers()

    async def _standing(self, subject: SubjectId) -> AnyRow:
        await self.mood.hears()
        return await super()._standing(subject)
