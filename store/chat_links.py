"""Which chat accounts are linked to which account, as part of all that is signed for that account."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.facts import Audited, ChatLinked, ChatUnlinked
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.set_seals import account_of
from store.database import Database, upsert
from store.signed_sets import CHAT, SignedSets
from store.tables import CHAT_LINK

given = bindparam
c = CHAT_LINK.c
LINKED = select(c.subject).where(c.kind == given("kind_"), c.account == given("account_"))
_new = upsert(CHAT_LINK)
PUT = _new.on_conflict_do_update(
    index_elements=["kind", "account"], set_={name: _new.excluded[name] for name in ("subject", "at")}
)
DROP = delete(CHAT_LINK).where(c.kind == given("kind_"), c.account == given("account_"))


@dataclass(frozen=True)
class StoredChatLinks:
    """The port of bot/identity/chat_links.py."""

    database: Database
    world: World
    sets: SignedSets

    async def linked(self, kind: str, account: str) -> SubjectId | None:
        async with self.database.read() as conn:
            found = await holder(conn, kind, account)
        for subject in found:
            if (kind, account) in await self.accounts_of(subject):
                return subject
        return None

    async def accounts_of(self, subject: SubjectId, since: float = 0.0, before: float = inf) -> Sequence[tuple[str, str]]:
        rows = await self.sets.held(account_of(subject)) or ()
        linked = sorted((row.x, row.kind, row.name) for row in rows if row.what == CHAT and since <= row.x < before)
        return [(kind, account) for _, kind, account in linked]

    async def put(self, kind: str, account: str, subject: SubjectId, fact: Audited) -> None:
        now = self.world.now()
        async with self.database.write("link") as conn:
            changing = await self.sets.begin(conn, *map(account_of, {subject, *await holder(conn, kind, account)}))
            await conn.execute(PUT, {"kind": kind, "account": account, "subject": subject, "at": now})
            await changing.end(conn, [fact], now)

    async def drop(self, kind: str, account: str, fact: Audited) -> bool:
        async with self.database.write("unlink") as conn:
            changing = await self.sets.begin(conn, *map(account_of, await holder(conn, kind, account)))
            gone = bool((await conn.execute(DROP, {"kind_": kind, "account_": account})).rowcount)
            await changing.end(conn, [fact] if gone else [], self.world.now())
        return gone


async def holder(conn: AsyncConnection, kind: str, account: str) -> Sequence[SubjectId]:
    """Whose it is as the row has it, which only the whole set of theirs can confirm; nobody's: none."""
    return [SubjectId(subject) for subject in await conn.scalars(LINKED, {"kind_": kind, "account_": account})]


async def linked(conn: AsyncConnection, fact: ChatLinked) -> None:
    """In the transaction that settles: the link is there, in the place of an older one."""
    row = {"kind": fact.kind, "account": fact.account, "subject": fact.subject, "at": fact.at}
    await conn.execute(PUT, row)


async def unlinked(conn: AsyncConnection, fact: ChatUnlinked) -> None:
    """In the transaction that settles: the link is gone."""
    await conn.execute(DROP, {"kind_": fact.kind, "account_": fact.account})
