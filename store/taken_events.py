"""Vendors' events, each taken once: those that come at one moment in one transaction, since a commit is most of an acknowledgement."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.conversation.interfaces import ReplyTo, UnreadEvent
from bot.platform.clock import World
from store import event_rows as sql
from store.database import Database


@dataclass(frozen=True, slots=True)
class _Copy:
    event: str
    reply_to: ReplyTo | None
    taken: asyncio.Future[bool]

    def row(self, at: float) -> dict[str, object]:
        """As it is taken."""
        chat, place = (self.reply_to.chat, json.dumps(dict(self.reply_to.place))) if self.reply_to else (None, None)
        return {"event": self.event, "at": at, "chat": chat, "reply_to": place}


@dataclass
class TakenEvents:
    """While one transaction is written, those that come meanwhile wait for the next."""

    database: Database
    world: World
    _waiting: list[_Copy] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None

    async def take(self, event: str, reply_to: ReplyTo | None) -> bool:
        """Whether this copy is the one that is taken. Raises Unavailable."""
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Copy(event, reply_to, taken))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await taken

    async def understood(self, event: str) -> None:
        """Nobody has to be asked for it again."""
        async with self.database.write("understood") as conn:
            await conn.execute(sql.READ, {"event_": event})

    async def lease_unread(self, chats: Sequence[str], age: float, limit: int) -> Sequence[UnreadEvent]:
        """What is so many seconds old and hasn't been understood, oldest first; nobody else gets it for as long again."""
        now = self.world.now()
        async with self.database.write("unread") as conn:
            wanted = {"chats_": list(chats), "before_": now - age, "now_": now, "limit_": limit}
            rows = await conn.execute(sql.LEASE_UNREAD, wanted)
            return [UnreadEvent(row.event, ReplyTo(row.chat, json.loads(row.reply_to))) for row in rows]

    async def _write(self) -> None:
        while self._waiting:
            copies, self._waiting = self._waiting, []
            try:
                new = await self._taken({copy.event: copy for copy in copies})
            except BaseException as fault:  # noqa: BLE001 - whatever it is, those who wait for it have it
                for copy in copies:
                    if not copy.taken.done():
                        copy.taken.set_exception(fault)
                continue
            for copy in copies:
                if not copy.taken.done():
                    copy.taken.set_result(copy.event in new)
                    new.discard(copy.event)

    async def _taken(self, copies: dict[str, _Copy]) -> set[str]:
        """Sorted, so that two replicas that take the same ones don't wait for each other."""
        now = self.world.now()
        async with self.database.write("hear") as conn:
            return set((await conn.execute(sql.TAKE, [copies[event].row(now) for event in sorted(copies)])).scalars())
