"""Browsers that people ticked as their own: what a turn changes of them, in the transaction that settles."""

from typing import assert_never

from sqlalchemy import Float, Integer, String, bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.browsers import BrowserForgotten, BrowserTicked
from store.database import one_at_a_time, upsert
from store.method_rows import REGISTERING, must
from store.tables import KNOWN_BROWSER

k = KNOWN_BROWSER.c
KNOWN_TO_OTHERS = select(func.count()).where(k.browser == bindparam("browser_"), k.subject != bindparam("subject_"))
_given = (
    bindparam("subject_", type_=String),
    bindparam("browser_", type_=String),
    bindparam("label_", type_=String),
    bindparam("at_", type_=Float),
)
_allowed = select(*_given).where(
    REGISTERING,
    KNOWN_TO_OTHERS.scalar_subquery() < bindparam("most_", type_=Integer),
)
_new = upsert(KNOWN_BROWSER).from_select(["subject", "browser", "label", "at"], _allowed)
TICKED = _new.on_conflict_do_update(
    index_elements=["subject", "browser"], set_={"label": _new.excluded.label, "at": _new.excluded.at}
)
FORGOTTEN = delete(KNOWN_BROWSER).where(k.subject == bindparam("subject_"), k.browser == bindparam("browser_"))


async def changed(conn: AsyncConnection, fact: BrowserTicked | BrowserForgotten, now: float) -> None:
    """Raises Lost."""
    about = {"subject_": fact.subject, "browser_": fact.browser}
    match fact:
        case BrowserTicked():
            await one_at_a_time(conn, f"browser {fact.browser}")  # or two at once would both be the last one allowed
            given = {"label_": fact.label, "at_": fact.at, "grant_": fact.grant, "most_": fact.most, "now_": now}
            must(await conn.execute(TICKED, {**about, **given}), 1)
        case BrowserForgotten():
            await conn.execute(FORGOTTEN, about)
        case _:
            assert_never(fact)
