"""Open conversations: who may run a turn, where each stands, and what it leaves when it settles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.interfaces import Lost, Notice, ReplyTo, Standing, UnreadEvent
from bot.conversation.lifetimes import LEASE, LIFETIME
from bot.model.facts import Fact
from bot.model.step import Step
from bot.model.turn import PAGE, Claim, Party, Window
from bot.platform.clock import World
from bot.platform.ids import ConversationId, OptionId, WindowId
from store import audit, case_rows, chat_outbox
from store import conversation_statements as sql
from store.conversation_rows import as_claim, as_party, as_standing, as_window, conversation_row, noticed, opened, window_row
from store.database import AnyRow, Database
from store.facts import NEW_WINDOW, kept, record
from store.set_changes import begun
from store.signed_sets import SignedSets
from store.taken_events import TakenEvents


@dataclass(frozen=True)
class StoredConversations:
    """The engine's port, on either database. Each method is one short transaction, or one read."""

    database: Database
    world: World
    sets: SignedSets
    _events: TakenEvents = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_events", TakenEvents(self.database, self.world))

    async def open_conversation(self, first: Step, window: Window, party: Party, event: str) -> Claim | None:
        now = self.world.now()
        async with self.database.write("open") as conn:
            if not (await conn.execute(sql.OPEN, conversation_row(first, window, party, event, now))).first():
                return None
            await conn.execute(NEW_WINDOW, window_row(window) | ({"show_at": now} if party.account and window.chat else {}))
        sealed = window if window.sealed else None
        return Claim(window.conversation, 0, 1, now + LEASE, first, first, party, 0, window, sealed, expires=now + LIFETIME)

    async def claim(self, window: WindowId, turn: int, who: str, option: OptionId | None = None) -> Claim | None:
        if not who:
            return None
        now = self.world.now()
        async with self.database.write("claim") as conn:
            wanted = {"window_": window, "turn_": turn, "who_": who, "now_": now, "until_": now + LEASE, "option_": option}
            return await self._claimed(conn, (await conn.execute(sql.CLAIM, wanted)).first(), window, now)

    async def take_event(self, event: str, reply_to: ReplyTo | None = None) -> bool:
        return await self._events.take(event, reply_to)

    async def understood(self, event: str) -> None:
        await self._events.understood(event)

    async def lease_unread(self, chats: Sequence[str], age: float, limit: int) -> Sequence[UnreadEvent]:
        return await self._events.lease_unread(chats, age, limit)

    async def claim_due(self, id: ConversationId) -> Claim | None:
        now = self.world.now()
        async with self.database.write("claim") as conn:
            wanted = {"id_": id, "now_": now, "until_": now + LEASE}
            row = (await conn.execute(sql.CLAIM_DUE, wanted)).first()
            pressed = row.pressed_in if row and row.held > 1 and row.pressed is not None else None
            return await self._claimed(conn, row, pressed, now)

    async def _claimed(self, conn: AsyncConnection, row: AnyRow | None, speaking: WindowId | None, now: float) -> Claim | None:
        """The claim that `row` is. An unknown step raises UnknownPart, which rolls the claim back."""
        if row is None:
            return None
        shown = [as_window(w) for w in await conn.execute(sql.WINDOWS, {"conversation_": row.id, "window_": speaking or ""})]
        return as_claim(
            row,
            next((w for w in shown if w.id == speaking), None),
            next((w for w in shown if w.sealed), None),
            now,
        )

    async def bind(self, window: WindowId, browser: str, label: str) -> tuple[bool, Claim | None]:
        now = self.world.now()
        async with self.database.write("bind") as conn:
            await conn.execute(sql.LOCKED, {"window_": window})
            page = (await conn.execute(sql.PAGE_TO_BIND, {"window_": window})).first()
            if page is None or page.due_at is None or page.kind != PAGE:
                return False, None
            if page.browser is None and min(page.link_expires, page.expires_at) <= now:
                return False, None
            bound = Window(window, ConversationId(page.conversation), PAGE, "", browser, label, now)
            if page.browser is None:
                await conn.execute(sql.BIND, {"window_": window, "browser_": browser, "label_": label, "now_": now})
                claim = await self._claim_or_nudge(conn, page, bound, now)
                await case_rows.followed(conn, as_party(page), now)
                await audit.append(conn, [opened(bound, page, "opened")], now)
                return True, claim
            if page.browser != browser:
                await audit.append(conn, [opened(bound, page, "taken")], now)
                return False, None
            wanted = {"id_": page.conversation, "now_": now, "until_": now + LEASE}
            return True, await self._claimed(conn, (await conn.execute(sql.CLAIM_DUE, wanted)).first(), window, now)

    async def _claim_or_nudge(self, conn: AsyncConnection, page: AnyRow, bound: Window, now: float) -> Claim | None:
        if page.held and page.due_at > now:
            await nudge(conn, bound.conversation, now)
            return None
        row = (await conn.execute(sql.TAKE, {"id_": page.conversation, "until_": now + LEASE})).one()
        return as_claim(row, bound, bound, now)

    async def settle(
        self, claim: Claim, step: Step, notice: Notice | None, facts: Sequence[Fact], *, closed: bool, wake_in: float | None
    ) -> None:
        now = self.world.now()
        moved = {"id_": claim.conversation, "claim_": claim.number, "step_": kept(step), "notice_": noticed(notice)}
        async with self.database.write("settle") as conn:
            if closed:
                done = await conn.execute(sql.CLOSE, moved)
            else:
                done = await conn.execute(sql.SETTLE, {**moved, "now_": now, "due_": _due(claim, wake_in, now)})
            if not done.first():
                raise Lost
            await chat_outbox.moved(conn, claim.conversation, now)
            ended = await case_rows.followed(conn, claim.party, now, step if closed else None)
            changing, written = await begun(conn, self.sets, facts)
            await record(conn, [*written, *ended], now, claim.conversation if closed else None, changing)

    async def release(self, claim: Claim, wake_in: float | None) -> None:
        now = self.world.now()
        given = {"id_": claim.conversation, "claim_": claim.number, "now_": now, "due_": _due(claim, wake_in, now)}
        async with self.database.write("release") as conn:
            if not (await conn.execute(sql.RELEASE, given)).rowcount:
                raise Lost

    async def due(self, limit: int) -> list[ConversationId]:
        async with self.database.read() as conn:
            ids = (await conn.execute(sql.DUE, {"now_": self.world.now(), "limit_": limit})).scalars()
            return [ConversationId(id) for id in ids]

    async def standing(self, window: WindowId) -> Standing | None:
        now = self.world.now()
        async with self.database.read() as conn:
            row = (await conn.execute(sql.STANDING, {"window_": window, "now_": now})).first()
        return as_standing(row, now) if row else None

    async def newest(self, kind: str, address: str) -> WindowId | None:
        async with self.database.read() as conn:
            wanted = {"kind_": kind, "address_": address, "now_": self.world.now()}
            id = (await conn.execute(sql.NEWEST, wanted)).scalar()
            return WindowId(id) if id else None


async def nudge(conn: AsyncConnection, conversation: ConversationId, now: float) -> None:
    """Something happened that this conversation may wait for: in the same transaction as what happened."""
    await conn.execute(sql.NUDGE, {"id_": conversation, "now_": now})


def _due(claim: Claim, wake_in: float | None, now: float) -> float:
    """When to look again: never later than it expires, unless that has been seen and can't be settled yet."""
    if wake_in is None:
        return claim.expires
    return now + wake_in if claim.expired else min(now + wake_in, claim.expires)
