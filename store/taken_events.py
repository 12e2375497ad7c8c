"""Vendors' events, each taken once: those that come at one moment in one transaction, since a commit is most of an acknowledgement."""

import asyncio
from dataclasses import dataclass, field

from bot.platform.clock import World
from store import conversation_statements as sql
from store.database import Database


@dataclass
class TakenEvents:
    """While one transaction is written, those that come meanwhile wait for the next."""

    database: Database
    world: World
    _waiting: list[tuple[str, asyncio.Future[bool]]] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None

    async def take(self, event: str) -> bool:
        """Whether this copy is the one that is taken. Raises Unavailable."""
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, taken))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await taken

    async def _write(self) -> None:
        while self._waiting:
            copies, self._waiting = self._waiting, []
            try:
                new = await self._taken(sorted({event for event, _ in copies}))
            except BaseException as fault:  # noqa: BLE001 - whatever it is, those who wait for it have it
                for _, taken in copies:
                    if not taken.done():
                        taken.set_exception(fault)
                continue
            for event, taken in copies:
                if not taken.done():
                    taken.set_result(event in new)
                    new.discard(event)

    async def _taken(self, events: list[str]) -> set[str]:
        """Sorted, so that two replicas that take the same ones don't wait for each other."""
        now = self.world.now()
        async with self.database.write("hear") as conn:
            return set((await conn.execute(sql.HEAR, [{"event": event, "at": now} for event in events])).scalars())
