"""The helpdesk's cases: their table, and the statements by which a turn opens, watches and ends one."""

import json
from typing import Any

from sqlalchemy import (
    BindParameter,
    CursorResult,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
    not_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from bot.conversation.interfaces import Lost
from bot.conversation.lifetimes import LIFETIME
from bot.helpdesk.cases import MOST_OPEN
from bot.helpdesk.interfaces import Hands
from bot.model.asker import Asker
from bot.model.facts import Audited, Began, CaseOpened, CaseWatched
from bot.model.step import Step
from bot.model.turn import Party
from bot.platform.ids import CaseId, ConversationId, Origin, SubjectId
from bot.platform.sentences import args
from store.attempt_limits import charged
from store.conversation_statements import NUDGE
from store.database import telling, upsert
from store.row import Row
from store.tables import CONVERSATION, GRANT

OPEN = text("ended = ''")


class CaseRow(Row, table=True):
    """One case, kept when its conversations are long forgotten. It is open until `ended` says the caller's last sentence."""

    __table_args__ = (Index("ix_case_open", "subject", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),)

    id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    agent: str = Field(index=True)
    watcher: str  # the conversation that it is watched from
    caller: str
    action: str
    reason: str = Field(sa_type=Text)
    ticket: str
    at: float
    ended: str
    ended_at: float


CASE: Table = SQLModel.metadata.tables["case"]

LONGER = 60.0  # seconds that the agent's conversation outlives the caller's, so that every end is seen

c, k = CONVERSATION.c, CASE.c
TYPES: dict[str, type[TypeEngine[Any]]] = {"at": Float, "ended_at": Float, "reason": Text}
_new: dict[str, BindParameter[Any]] = {
    column.name: bindparam(f"{column.name}_", type_=TYPES.get(column.name, String)) for column in k
}
_open = CASE.alias("open")
_many = select(func.count()).where(_open.c.agent == _new["agent"], _open.c.ended == "").scalar_subquery()
OPENED = (
    upsert(CASE)
    .from_select([*_new], select(*_new.values()).where(_many < bindparam("most_", type_=Integer)))
    .on_conflict_do_nothing()
)
WATCHED = update(CASE).where(k.id == bindparam("case_"), k.ended == "").values(watcher=bindparam("watcher_"))
PROLONGED = (
    update(CONVERSATION)
    .where(c.id == bindparam("id_"), c.expires_at < bindparam("until_", type_=Float))
    .values(expires_at=bindparam("until_", type_=Float))
)
BEGAN = upsert(CONVERSATION).returning(telling(c.id))
WATCHER = select(k.watcher, k.agent).where(k.id == bindparam("case_"))
ENDED = (
    update(CASE).where(k.id == bindparam("case_"), k.ended == "").values(ended=bindparam("words_"), ended_at=bindparam("now_"))
)
GRANTED = select(GRANT.c.id).where(GRANT.c.conversation == k.caller, GRANT.c.void.is_(False)).exists()
SIDES = select(k.caller, k.watcher, k.subject).where(k.id == bindparam("case_"))
# A turn that is being run names the agent whom it began with, and so would a right that it gives.
ASKED_BY = (
    update(CONVERSATION)
    .where(c.id == bindparam("id_"), c.held == 0, c.due_at.is_not(None))
    .values(asker=bindparam("asker_"), turn=c.turn + 1)
)
PASSED_ON = (
    update(CASE)
    .where(k.id == bindparam("case_"), k.agent == bindparam("was_"), k.ended == "", not_(GRANTED))
    .where(_many < bindparam("most_", type_=Integer))
    .values(agent=_new["agent"], watcher=bindparam("watcher_"))
)


async def opened(conn: AsyncConnection, fact: CaseOpened, now: float) -> CursorResult[Any]:
    """No row, when the agent has too many open, or the account has one."""
    names = ("subject", "agent", "watcher", "caller", "action", "reason", "ticket")
    row = {f"{name}_": getattr(fact, name) for name in names}
    await conn.execute(PROLONGED, {"id_": fact.watcher, "until_": now + LIFETIME + LONGER})
    await charged(conn, f"cases-of:{fact.agent}", 0, MOST_OPEN, now, LIFETIME)  # an agent's turns come one after the other
    return await conn.execute(OPENED, row | {"id_": fact.case, "at_": now, "ended_": "", "ended_at_": 0.0, "most_": MOST_OPEN})


async def watched(conn: AsyncConnection, fact: CaseWatched, now: float) -> CursorResult[Any]:
    """No row, when it has ended meanwhile. It looks once more, since what happened up to now was told to the one before."""
    await conn.execute(PROLONGED, {"id_": fact.watcher, "until_": now + LIFETIME + LONGER})
    await conn.execute(NUDGE, {"id_": fact.watcher, "now_": now})
    return await conn.execute(WATCHED, {"case_": fact.case, "watcher_": fact.watcher})


async def began(conn: AsyncConnection, fact: Began, first: str, now: float) -> None:
    """A conversation without a window, due at once. `first`: its step as a row has it."""
    row = {
        "id": fact.conversation,
        "event": fact.asker.case,  # one for each case
        "turn": 0,
        "claim": 0,
        "held": 0,
        "due_at": now,
        "opened_at": now,
        "opened_in": str(Origin.CASE),
        "expires_at": now + LIFETIME,
        "nudges": 0,
        "seen": 0,
        "moves": 0,
        "step": first,
        "first": first,
        "notice": None,
        "origin": Origin.CASE,
        "subject": fact.subject,
        "language": fact.language,
        "asker": _kept(fact.asker),
    }
    await conn.execute(BEGAN, row)


async def passed_on(
    conn: AsyncConnection, case: CaseId, was: SubjectId, asker: Asker, watcher: ConversationId, how: Hands, now: float
) -> Audited | None:
    """None: nothing was written. Raises Lost, when something was that mustn't stay. The caller's conversation first, as by whatever moves it."""
    about = {"case_": case, "was_": was}
    held = (await conn.execute(SIDES, {"case_": case})).first()
    if held is None or not (await conn.execute(ASKED_BY, {"id_": held.caller, "asker_": _kept(asker)})).rowcount:
        return None
    for looking in sorted({held.watcher, watcher} - {""}):
        await conn.execute(NUDGE, {"id_": looking, "now_": now})
    await charged(conn, f"cases-of:{asker.agent}", 0, MOST_OPEN, now, LIFETIME)
    given = about | {"agent_": asker.agent, "watcher_": watcher, "most_": MOST_OPEN}
    if not (await conn.execute(PASSED_ON, given)).rowcount:
        raise Lost
    return Audited(f"helpdesk:case:{how}", held.subject, (*asker.detail, *args(was=was)))


def _kept(asker: Asker) -> str:
    return json.dumps((asker.case, asker.agent, asker.name, asker.ticket))


async def followed(conn: AsyncConnection, party: Party, now: float, last: Step | None = None) -> list[Audited]:
    """The caller's conversation has moved, so its agent's looks; `last`: the step that ended it. Nothing for any but a case's."""
    if party.asker is None:
        return []
    case = party.asker.case
    watcher = (await conn.execute(WATCHER, {"case_": case})).scalar()
    await conn.execute(NUDGE, {"id_": watcher, "now_": now})
    if last is None:
        return []
    words = last.ask().id
    await conn.execute(ENDED, {"case_": case, "words_": words, "now_": now})
    return [Audited("helpdesk:case:ended", party.subject or SubjectId(case), (*party.detail, *args(how=words)))]
