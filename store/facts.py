"""Writes facts inside the transaction that settles: all of them, or Lost and none."""

import json
from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy import and_, bindparam, delete, func, insert, literal, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.interfaces import Lost
from bot.model.browsers import BrowserForgotten, BrowserTicked
from bot.model.codec import dump
from bot.model.drifts import Drifted
from bot.model.facts import (
    Added,
    AgentInvited,
    AgentRuled,
    Audited,
    Began,
    CaseOpened,
    CaseWatched,
    Challenged,
    ChatLinked,
    ChatUnlinked,
    Cleared,
    Confirmed,
    Exchanged,
    Fact,
    Frozen,
    Granted,
    Once,
    PageOffered,
    Proved,
    Removed,
    Restarted,
    UsedUp,
    Worked,
)
from bot.model.passes import PassMinted
from bot.model.step import Step
from bot.model.suspensions import Resumed, Suspended
from bot.model.turn import PAGE, WATCH
from bot.platform.ids import ConversationId
from bot.platform.job_outbox import Sent
from store import agent_rows, audit, browser_rows, case_rows, chat_links, method_rows
from store.attempt_limits import charged
from store.database import JOB as WORK
from store.database import telling, upsert
from store.method_rows import must
from store.signed_sets import Changing
from store.tables import CHALLENGE, CONVERSATION, COUNTER, GRANT, JOB, PROOF, WINDOW

given = bindparam
CHALLENGE_COLUMNS = CHALLENGE.c.keys()
PROOF_COLUMNS = [c for c in PROOF.c.keys() if c != "grant"]  # noqa: SIM118 - a collection of columns, not a dict
OF = "conversation_"  # SQLAlchemy keeps the plain names of columns for itself

_new_challenge = upsert(CHALLENGE)
CHALLENGED = _new_challenge.on_conflict_do_update(
    index_elements=["conversation"],
    set_={c.name: c for c in _new_challenge.excluded if c.name != "conversation"},
)
USED = delete(CHALLENGE).where(CHALLENGE.c.id == given("challenge_"))
HELD = update(GRANT).where(GRANT.c.id == given("grant_"), method_rows.RIGHT).values(expires=GRANT.c.expires)  # locks it, too
PROVED = insert(PROOF)
GRANTED = insert(GRANT)
TIED = (
    update(PROOF).where(PROOF.c.id.in_(given("proofs_", expanding=True)), PROOF.c.grant.is_(None)).values(grant=given("grant_"))
)
HANDED_ON = update(PROOF).where(PROOF.c.grant == given("old_")).values(grant=given("grant_"))
VOID = update(GRANT).where(GRANT.c.id == given("old_"), GRANT.c.void.is_(False)).values(void=True)
UNOPENED = and_(WINDOW.c.conversation == given(OF), WINDOW.c.kind == PAGE, WINDOW.c.browser.is_(None))
NO_LINKS = delete(WINDOW).where(UNOPENED)
NEW_WINDOW = insert(WINDOW)
NO_CHALLENGE = delete(CHALLENGE).where(CHALLENGE.c.conversation == given(OF))
NO_PROOFS = delete(PROOF).where(PROOF.c.conversation == given(OF), PROOF.c.grant.is_(None))
NO_GRANTS = update(GRANT).where(GRANT.c.conversation == given(OF)).values(void=True)
WATCHING = (
    update(WINDOW)
    .where(WINDOW.c.conversation == given(OF), WINDOW.c.kind == PAGE, WINDOW.c.browser.is_not(None))
    .values(kind=WATCH)
)
RESTARTED = (
    update(CONVERSATION)
    .where(CONVERSATION.c.id == given(OF))
    .values(moves=CONVERSATION.c.moves + given("moves_"), first=func.coalesce(given("first_"), CONVERSATION.c.first))
)
CLEARED = delete(COUNTER).where(COUNTER.c.key == given("key_"))
SENT = insert(JOB).returning(telling(literal(WORK)))


async def record(
    conn: AsyncConnection,
    facts: Sequence[Fact],
    now: float,
    closing: ConversationId | None = None,
    changing: Changing | None = None,
) -> None:
    """All facts; then, if it is `closing`, what dies with a conversation; last the audit, whose head is locked no longer than needed.

    `changing`: the signed sets that these facts change, if any. Raises Lost.
    """
    for fact in facts:
        await _write(conn, fact, now)
    if jobs := [
        {
            "kind": f.kind,
            "subject": f.to,
            "about": json.dumps(f.about),
            "tries": 0,
            "due_at": now,
            "queue": f.queue,
            "at": now,
            "until": now + f.good_for,
        }
        for f in facts
        if isinstance(f, Sent)
    ]:
        await conn.execute(SENT, jobs if len(jobs) > 1 else jobs[0])
    if closing:
        for statement in (NO_CHALLENGE, NO_PROOFS, NO_LINKS):
            await conn.execute(statement, {OF: closing})
    audited = [f for f in facts if isinstance(f, Audited)]
    await (changing.end(conn, audited, now) if changing else audit.append(conn, audited, now))


async def _write(conn: AsyncConnection, fact: Fact, now: float) -> None:
    match fact:
        case Challenged():
            await conn.execute(CHALLENGED, _row(fact, CHALLENGE_COLUMNS))
        case Proved():
            await _proved(conn, fact)
        case Granted():
            await _granted(conn, fact)
        case Exchanged():
            await _exchanged(conn, fact)
        case PageOffered():
            await conn.execute(NO_LINKS, {OF: fact.conversation})
            await conn.execute(NEW_WINDOW, _page(fact))
        case Restarted():
            await _restarted(conn, fact)
        case UsedUp() | Added() | Confirmed() | PassMinted() | Worked() | Drifted() | Removed() | Suspended() | Resumed():
            await method_rows.changed(conn, fact, now)
        case ChatLinked():
            must(await conn.execute(HELD, {"grant_": fact.grant, "subject_": fact.subject, "now_": now}), 1)
            await chat_links.linked(conn, fact)
        case ChatUnlinked():
            await chat_links.unlinked(conn, fact)
        case BrowserTicked() | BrowserForgotten():
            await browser_rows.changed(conn, fact, now)
        case Frozen():
            await method_rows.frozen(conn, fact)
        case CaseOpened():
            must(await case_rows.opened(conn, fact, now), 1)
        case CaseWatched():
            must(await case_rows.watched(conn, fact, now), 1)
        case Began():
            await case_rows.began(conn, fact, kept(fact.first), now)
        case AgentInvited():
            must(await agent_rows.invited(conn, fact, now), 1)
        case AgentRuled():
            must(await agent_rows.ruled(conn, fact, now), 1)
        case Cleared():
            await conn.execute(CLEARED, {"key_": fact.key})
        case Once():
            if not await charged(conn, fact.key, 1, 1, now, fact.seconds) and fact.alone:
                raise Lost
        case Sent() | Audited():
            return  # together, and at the end
        case _:
            assert_never(fact)


async def _granted(conn: AsyncConnection, fact: Granted) -> None:
    await conn.execute(GRANTED, _grant(fact))
    must(await conn.execute(TIED, {"proofs_": fact.proofs, "grant_": fact.id}), len(fact.proofs))


async def _exchanged(conn: AsyncConnection, fact: Exchanged) -> None:
    await conn.execute(GRANTED, _grant(fact.new))
    must(await conn.execute(HANDED_ON, {"old_": fact.old, "grant_": fact.new.id}), len(fact.new.proofs))
    must(await conn.execute(VOID, {"old_": fact.old}), 1)


async def _proved(conn: AsyncConnection, fact: Proved) -> None:
    must(await conn.execute(USED, {"challenge_": fact.challenge}), 1)
    if fact.method:
        worked = await method_rows.worked(conn, fact.method, fact.step, fact.at)
        must(worked, 1 if fact.step else worked.rowcount)  # an answer that has an order serves once
    await conn.execute(PROVED, _row(fact, PROOF_COLUMNS))


async def _restarted(conn: AsyncConnection, fact: Restarted) -> None:
    what: list[Any] = [NO_CHALLENGE, NO_PROOFS, NO_GRANTS, *((NO_LINKS, WATCHING) if fact.unbind else ())]
    for statement in what:
        await conn.execute(statement, {OF: fact.conversation})
    await conn.execute(
        RESTARTED, {OF: fact.conversation, "moves_": int(fact.unbind), "first_": kept(fact.first) if fact.first else None}
    )


def kept(step: Step) -> str:
    """A step as its row has it."""
    return json.dumps(dump(step), separators=(",", ":"))


def _row(fact: Challenged | Proved, columns: Sequence[str]) -> dict[str, object]:
    return {column: getattr(fact, column) for column in columns}


def _grant(fact: Granted) -> dict[str, object]:
    return {
        "id": fact.id,
        "conversation": fact.conversation,
        "subject": fact.subject,
        "action": fact.action,
        "case": fact.case,
        "proofs": json.dumps(fact.proofs),
        "expires": fact.expires,
        "mac": fact.mac,
        "void": False,
        "agent": fact.agent,
    }


def _page(fact: PageOffered) -> dict[str, object]:
    return {
        "id": fact.window,
        "conversation": fact.conversation,
        "kind": PAGE,
        "address": "",
        "browser": None,
        "label": "",
        "bound_at": 0.0,
        "link_expires": fact.expires,
    }
