"""Which chat accounts are linked to which account; a row that isn't as we wrote it is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import structlog
from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.identity.chat_links import link_mac
from bot.model.facts import Audited, ChatLinked, ChatUnlinked
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys
from store import audit
from store.database import Database, upsert
from store.tables import CHAT_LINK

given = bindparam
c = CHAT_LINK.c
log = structlog.get_logger()
LINKED = select(c.subject, c.mac).where(c.kind == given("kind_"), c.account == given("account_"))
THEIRS = (
    select(c.kind, c.account, c.mac)
    .where(c.subject == given("subject_"), c.at >= given("since_"), c.at < given("before_"))
    .order_by(c.at, c.kind, c.account)
)
_new = upsert(CHAT_LINK)
PUT = _new.on_conflict_do_update(
    index_elements=["kind", "account"], set_={name: _new.excluded[name] for name in ("subject", "at", "mac")}
)
DROP = delete(CHAT_LINK).where(c.kind == given("kind_"), c.account == given("account_"))


@dataclass(frozen=True)
class StoredChatLinks:
    """The port of bot/identity/chat_links.py."""

    database: Database
    world: World
    keys: Keys

    async def linked(self, kind: str, account: str) -> SubjectId | None:
        async with self.database.read() as conn:
            row = (await conn.execute(LINKED, {"kind_": kind, "account_": account})).first()
        if row is None:
            return None
        if not self._ours(kind, account, SubjectId(row.subject), row.mac):
            log.error("chat_links.forged", kind=kind, account=account)
            return None
        return SubjectId(row.subject)

    async def accounts_of(self, subject: SubjectId, since: float = 0.0, before: float = inf) -> Sequence[tuple[str, str]]:
        async with self.database.read() as conn:
            rows = (await conn.execute(THEIRS, {"subject_": subject, "since_": since, "before_": before})).all()
        return [(kind, account) for kind, account, mac in rows if self._ours(kind, account, subject, mac)]

    async def put(self, kind: str, account: str, subject: SubjectId, fact: Audited) -> None:
        now, mac = self.world.now(), link_mac(self.keys, kind, account, subject)
        async with self.database.write("link") as conn:
            await conn.execute(PUT, {"kind": kind, "account": account, "subject": subject, "at": now, "mac": mac})
            await audit.append(conn, [fact], now)

    async def drop(self, kind: str, account: str, fact: Audited) -> bool:
        async with self.database.write("unlink") as conn:
            gone = bool((await conn.execute(DROP, {"kind_": kind, "account_": account})).rowcount)
            if gone:
                await audit.append(conn, [fact], self.world.now())
        return gone

    def _ours(self, kind: str, account: str, subject: SubjectId, mac: str) -> bool:
        return self.keys.signed("chat link", repr((kind, account, str(subject))), mac)


async def linked(conn: AsyncConnection, fact: ChatLinked) -> None:
    """In the transaction that settles: the link is there, in the place of an older one."""
    row = {"kind": fact.kind, "account": fact.account, "subject": fact.subject, "at": fact.at, "mac": fact.mac}
    await conn.execute(PUT, row)


async def unlinked(conn: AsyncConnection, fact: ChatUnlinked) -> None:
    """In the transaction that settles: the link is gone."""
    await conn.execute(DROP, {"kind_": fact.kind, "account_": fact.account})
