"""A chat in the terminal: lines in, prompts out, links printed. Secrets are asked for on the page, never here."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from adapters.terminal.render import Render
from bot.conversation.interfaces import Stale, Upgrading
from bot.conversation.view import View
from bot.engine.engine import Engine
from bot.model.turn import Party
from bot.platform.clock import World
from bot.platform.ids import WindowId
from bot.platform.secret import Secret

KIND = "terminal"
PEEK = 0.3  # seconds between looks at a conversation that somebody else may move on
TAIL = 20  # looks after the end of the input


@dataclass
class TerminalChat:
    """One person at one terminal. `out` takes whole lines."""

    engine: Engine
    party: Party
    address: str  # this terminal and this person; nobody else may answer here
    render: Render
    world: World
    out: Callable[[str], None]
    _window: WindowId | None = None
    _shown: tuple[WindowId, int] | None = None
    _over: bool = False
    _talking: asyncio.Lock = field(default_factory=asyncio.Lock)

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
        async with self._talking:
            try:
                view = await self.engine.hear(KIND, self.address, Secret(line), self.party, self.world.id("line"))
            except Upgrading:
                self.out(self.render.remark("engine.newer"))
            except Stale:
                self.out(self.render.remark("engine.stale"))
            else:
                self._window = self.engine.windows.read_token(view.token)[0]
                self._show(self._window, view, again=view.notice is not None)

    def _show(self, window: WindowId, view: View, *, again: bool = False) -> None:
        """`again`: a remark that is in no row, on a question that has been shown before."""
        if (again or self._shown != (window, view.turn)) and (view.closed or not view.busy):
            self._shown, self._over = (window, view.turn), view.closed
            self.out(self.render.view(view))

    async def _watch(self) -> None:
        """Chats are told: whoever moved the conversation, the newest turn is shown."""
        while True:
            await asyncio.sleep(PEEK)
            if not self._talking.locked():
                await self.peek()

    async def peek(self) -> None:
        """Show what is new, also of a conversation that another process at this terminal began."""
        self._window = self._window or await self.engine.store.newest(KIND, self.address)
        if self._window is None or self._over:
            return
        try:
            self._show(self._window, await self.engine.view(self._window))
        except Stale:
            return

    async def _finish(self) -> None:
        """A script's input has ended: what is under way at this moment is still shown."""
        for _ in range(TAIL):
            if self._window is None or self._over:
                return
            await asyncio.sleep(PEEK / 3)
            await self.peek()
            if not (await self.engine.view(self._window)).busy:
                return


async def typed_lines() -> AsyncIterator[str]:
    """Standard input, line by line, without holding up the loop."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield line.rstrip("\r\n")
