"""A chat in the terminal: lines in, prompts out, links printed. Secrets are asked for on the page, never here."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from adapters.terminal.render import Render
from bot.conversation.engine import Engine
from bot.conversation.turn import Party
from bot.conversation.view import View
from bot.conversation.windows import Stale, Upgrading
from bot.ids import WindowId
from bot.secret import Secret
from bot.world import World

KIND = "terminal"
PEEK = 0.3  # seconds between looks at a conversation that somebody else may move on


@dataclass
class Chat:
    """One person at one terminal. `out` takes whole lines."""

    engine: Engine
    party: Party
    address: str  # this terminal and this person; nobody else may answer here
    render: Render
    world: World
    out: Callable[[str], None]
    _window: WindowId | None = None
    _shown: int = field(default=-1)
    _over: bool = True

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Until the input ends; then until what was begun is told."""
        watching = asyncio.create_task(self._watch())
        try:
            async for line in lines:
                await self.hear(line)
            await self._finish()
        finally:
            watching.cancel()

    async def hear(self, line: str) -> None:
        """One line that was typed: words, or an option's id, label or number."""
        if not line.strip():
            return
        try:
            view = await self.engine.hear(KIND, self.address, Secret(line), self.party, self.world.id("line"))
        except Upgrading:
            self.out(self.render.remark("engine.newer"))
            return
        except Stale:
            self.out(self.render.remark("engine.stale"))
            return
        await self._follow(view)

    async def _follow(self, view: View) -> None:
        self._window = self.engine.windows.opened(view.token)[0]
        fresh = view.turn != self._shown or view.notice is not None
        if fresh and not (view.busy and not view.closed):
            self._shown, self._over = view.turn, view.closed
            self.out(self.render.view(view))

    async def _watch(self) -> None:
        """Chats are told: whoever moved the conversation, the newest turn is shown."""
        while True:
            await asyncio.sleep(PEEK)
            await self._peek()

    async def _peek(self) -> None:
        if self._window is None or self._over:
            return
        try:
            view = await self.engine.view(self._window)
        except Stale:
            return
        if view.turn != self._shown and not view.busy:
            await self._follow(view)

    async def _finish(self) -> None:
        """A script's input has ended: what is under way at this moment is still shown."""
        for _ in range(20):
            if self._window is None or self._over:
                return
            await asyncio.sleep(PEEK / 3)
            view = await self.engine.view(self._window)
            await self._peek()
            if not view.busy:
                return


async def typed_lines() -> AsyncIterator[str]:
    """Standard input, line by line, without holding up the loop."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield line.rstrip("\r\n")
