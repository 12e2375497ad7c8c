"""The table of vendors' events that have been taken, and its statements."""

from sqlalchemy import Float, Index, Table, bindparam, select, text, update
from sqlmodel import Field, SQLModel

from store.database import upsert
from store.row import Row

UNREAD = text("chat IS NOT NULL")


class HeardRow(Row, table=True):
    """One event: sent again, it is taken no second time. It has a `chat` until what was typed in it has been understood."""

    __table_args__ = (Index("ix_heard_unread", "at", sqlite_where=UNREAD, postgresql_where=UNREAD),)
    event: str = Field(primary_key=True)
    at: float = Field(index=True)
    chat: str | None = None
    reply_to: str | None = None  # where its writer is asked to write again, as that chat names the place


HEARD: Table = SQLModel.metadata.tables["heard"]

h, given = HEARD.c, bindparam
TAKE = upsert(HEARD).on_conflict_do_nothing(index_elements=["event"]).returning(h.event)
READ = update(HEARD).where(h.event == given("event_")).values(chat=None, reply_to=None)
_waiting = (
    select(h.event)
    .where(UNREAD, h.at < given("before_", type_=Float), h.chat.in_(given("chats_", expanding=True)))
    .order_by(h.at)
    .limit(given("limit_"))
)
LEASE_UNREAD = (
    update(HEARD)
    .where(h.event.in_(_waiting.with_for_update(skip_locked=True)))
    .values(at=given("now_", type_=Float))
    .returning(h.event, h.chat, h.reply_to)
)
