"""An engine over a real store whose steps do what a test tells them."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from typing import cast

import pytest_asyncio
import structlog
from sqlalchemy import text

from bot.conversation.closed import Closed
from bot.conversation.view import View
from bot.conversation.windows import Windows
from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.language.translations import Words
from bot.model.codec import step
from bot.model.prompt import Ask, Text, Wait
from bot.model.reply import Reply
from bot.model.step import Step
from bot.model.turn import Party, Turn, Window
from bot.platform.clock import World
from bot.platform.ids import ConversationId, Origin, SubjectId, WindowId, WordsId
from bot.platform.keyring import Keys
from bot.platform.process import log_to_stderr
from bot.platform.secret import Secret
from bot.policy.pasted_passwords import PastedPasswords
from store.open import Store, open_store
from tests.kit.stores import Clock

ANA = Party(Origin.LINKED, SubjectId("demo:ana"))
DONE = Closed(WordsId("unlock.done"))


@dataclass
class Script:
    """What the two steps below do in this test."""

    answer: Callable[[Reply, Desk], Awaitable[Step]] | None = None
    look: Callable[[Desk], Awaitable[Step]] | None = None
    looks: int = 0


SCRIPT = Script()


@step("engine.asks")
class Asks:
    """Well?"""

    number: int = 0

    def ask(self) -> Ask:
        return Ask("find.self", Text())

    async def answer(self, reply: Reply, desk: Desk) -> Step:
        assert SCRIPT.answer
        return await SCRIPT.answer(reply, desk)

    async def look(self, desk: Desk) -> Step:
        SCRIPT.looks += 1
        return await SCRIPT.look(desk) if SCRIPT.look else self


@step("engine.waits")
class Waits:
    """One moment."""

    def ask(self) -> Wait:
        return Wait("opening")

    async def look(self, desk: Desk) -> Step:
        SCRIPT.looks += 1
        return await SCRIPT.look(desk) if SCRIPT.look else self


class Door:
    """Nobody comes in here."""

    async def wish(self, text: str, party: Party, now: Step | None = None, *, doubtful: bool = True) -> Step | None:
        return None

    async def first_step(self, text: str, party: Party) -> Step:
        return Asks()

    def goes_on(self, now: Step) -> bool:
        return False

    def leave(self, now: Step, wish: Step) -> Step:
        raise AssertionError


@dataclass
class Tools:
    """The part of a desk that these steps use."""

    turn: Turn


@dataclass
class House:
    """An engine over a real store."""

    engine: Engine
    store: Store
    clock: Clock
    log: io.StringIO
    window: WindowId = field(default=WindowId("w1"))

    async def opens(self, first: Step) -> View:
        window = Window(self.window, ConversationId("c1"), "terminal", "ana")
        await self.engine.open_conversation(first, window, ANA, "event-1")
        return await self.view()

    async def view(self) -> View:
        return await self.engine.view(self.window)

    async def says(self, said: str = "hello") -> View:
        return await self.engine.take_answer((await self.view()).token, "ana", said=Secret(said))

    async def tags(self) -> list[str]:
        return [row.tag async for row in self.store.audit.rows()]

    async def row(self) -> tuple[str, int, int, float | None]:
        """The step, the fence, how often it is held, and when it is due."""
        async with self.store.database.read() as conn:
            found = (await conn.execute(text("select step, claim, held, due_at from conversation"))).one()
        return found.step, found.claim, found.held, found.due_at

    async def writes(self, statement: str, **values: object) -> None:
        async with self.store.database.write("test") as conn:
            await conn.execute(text(statement), values)


@pytest_asyncio.fixture
async def house(sqlite: str, world: World, clock: Clock, keys: Keys) -> AsyncIterator[House]:
    SCRIPT.answer, SCRIPT.look, SCRIPT.looks = None, None, 0
    log = io.StringIO()
    with redirect_stderr(log):
        log_to_stderr()
    store = await open_store(sqlite, world, keys)

    def desk(turn: Turn) -> Desk:
        return cast("Desk", Tools(turn))

    words = Words("Contoso", lambda: "")
    yield House(
        Engine(store.conversations, desk, world, Windows(keys), words, Door(), PastedPasswords(store.records, keys)),
        store,
        clock,
        log,
    )
    await store.close()
    structlog.reset_defaults()
