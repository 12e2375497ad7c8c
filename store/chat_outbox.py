"""Which windows of vendors' chats have something new to be shown: the window's row is its own job."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Float, bindparam, case, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine.interfaces import ChatUpdate, PostedMessage
from bot.identity.registered import NEVER
from bot.platform.clock import World
from bot.platform.ids import ConversationId, WindowId
from store.database import Database
from store.tables import WINDOW

given = bindparam
w = WINDOW.c
NOW = given("now_", type_=Float)
IDLE = literal(NEVER, Float)  # nothing to show; NULL: no vendor's chat, and never shown by us
# What is being shown, or waits because the vendor asked for it, keeps its time; whoever shows it sees that it has moved.
_stirred = {"moved": w.moved + 1, "show_at": case((w.show_at == IDLE, NOW), else_=w.show_at)}
MOVED = update(WINDOW).where(w.conversation == given("conversation_"), w.show_at.is_not(None)).values(_stirred)
_due = (
    select(w.id).where(w.show_at <= NOW, w.kind.in_(given("kinds_", expanding=True))).order_by(w.show_at).limit(given("limit_"))
)
TAKE = (
    update(WINDOW)
    .where(w.id.in_(_due.with_for_update(skip_locked=True)))
    .values(show_at=given("until_"), tries=w.tries + 1)
    .returning(w.id, w.kind, w.address, w.message, w.below, w.moved, w.tries)
)
_same = w.moved == given("moved_")
SHOWN = (
    update(WINDOW)
    .where(w.id == given("id_"))
    .values(
        message=given("message_"),
        tries=0,
        below=case((_same, False), else_=w.below),
        show_at=case((_same, IDLE), else_=NOW),
    )
)
LATER = update(WINDOW).where(w.id == given("id_")).values(show_at=given("at_"), tries=given("tries_"))
STIRRED = update(WINDOW).where(w.id == given("id_"), w.show_at.is_not(None)).values(_stirred)
REFRESHED = STIRRED.values(message=given("message_"))
BELOW = STIRRED.values({"below": True})
STANDING = select(w.message).where(w.id == given("id_"))

AGAIN = BELOW.values(show_at=case((w.show_at == IDLE, NOW), else_=w.show_at))


@dataclass(frozen=True)
class StoredShowings:
    """The port of bot/engine/chat_outbox.py."""

    database: Database
    world: World

    async def lease_due(self, kinds: Sequence[str], limit: int, lease: float) -> Sequence[ChatUpdate]:
        now = self.world.now()
        wanted = {"now_": now, "until_": now + lease, "kinds_": list(kinds), "limit_": limit}
        async with self.database.read() as conn:  # mostly there is nothing, and a look costs no write
            if not (await conn.execute(_due, wanted)).first():
                return []
        async with self.database.write("lease chat updates") as conn:
            rows = (await conn.execute(TAKE, wanted)).all()
        return [
            ChatUpdate(WindowId(id), kind, address, json.loads(message) if message else None, bool(below), moved, tries)
            for id, kind, address, message, below, moved, tries in rows
        ]

    async def shown(self, item: ChatUpdate, message: PostedMessage | None) -> None:
        given = {"id_": item.window, "moved_": item.moved, "message_": json.dumps(message) if message else None}
        async with self.database.write("shown") as conn:
            await conn.execute(SHOWN, given | {"now_": self.world.now()})

    async def postpone(self, item: ChatUpdate, seconds: float, *, untried: bool = False) -> None:
        tries = item.tries - 1 if untried else item.tries
        async with self.database.write("later shown") as conn:
            await conn.execute(LATER, {"id_": item.window, "at_": self.world.now() + seconds, "tries_": tries})

    async def standing(self, window: WindowId) -> PostedMessage | None:
        async with self.database.read() as conn:
            message = await conn.scalar(STANDING, {"id_": window})
        return json.loads(message) if message else None

    async def refresh(self, window: WindowId) -> None:
        async with self.database.write("stirred") as conn:
            message = json.loads(await conn.scalar(STANDING, {"id_": window}) or "{}")
            message.pop("looks", None)
            await conn.execute(
                REFRESHED, {"id_": window, "now_": self.world.now(), "message_": json.dumps(message) if message else None}
            )

    async def said_below(self, window: WindowId) -> None:
        async with self.database.write("said below") as conn:
            await conn.execute(BELOW, {"id_": window, "now_": self.world.now()})

    async def show_again(self, window: WindowId) -> None:
        async with self.database.write("show again") as conn:
            await conn.execute(AGAIN, {"id_": window, "now_": self.world.now()})


async def moved(conn: AsyncConnection, conversation: ConversationId, now: float) -> None:
    """In the transaction that moves the conversation."""
    await conn.execute(MOVED, {"conversation_": conversation, "now_": now})
