"""How conversations and windows become rows, and back."""

import json
from collections.abc import Sequence
from typing import Any

from bot.conversation.interfaces import Notice, Standing
from bot.conversation.lifetimes import LEASE, LIFETIME
from bot.model.asker import Asker
from bot.model.codec import load
from bot.model.facts import BY_STRANGERS, Audited
from bot.model.step import Step
from bot.model.turn import ChatAccount, Claim, Party, Window
from bot.platform.ids import CaseId, ConversationId, OptionId, Origin, SubjectId, WindowId
from store.database import AnyRow
from store.facts import kept


def conversation_row(first: Step, window: Window, party: Party, event: str, now: float) -> dict[str, object]:
    """A new one, held by whoever opens it."""
    step = kept(first)
    return {
        "id": window.conversation,
        "event": event,
        "turn": 0,
        "claim": 1,
        "held": 1,
        "due_at": now + LEASE,
        "opened_at": now,
        "opened_in": window.kind,
        "expires_at": now + LIFETIME,
        "nudges": 0,
        "seen": 0,
        "moves": 0,
        "step": step,
        "first": step,
        "notice": None,
        "origin": party.origin,
        "subject": party.subject,
        "language": party.language,
        "account": json.dumps([a.kind, a.id, a.name]) if (a := party.account) else None,
    }


def as_claim(row: AnyRow, speaking: Window | None, sealed: Window | None, now: float) -> Claim:
    return Claim(
        conversation=ConversationId(row.id),
        turn=row.turn,
        number=row.claim,
        until=row.due_at,
        step=load(json.loads(row.step)),
        first=load(json.loads(row.first)),
        party=as_party(row),
        nudges=row.seen,
        window=speaking,
        sealed=sealed,
        moves=row.moves,
        expires=float(row.expires_at),  # RETURNING may make it an int in SQLite, and a MAC covers what is made of it
        died=row.held > 1,
        pressed=OptionId(row.pressed) if row.pressed is not None else None,
        expired=row.expires_at <= now,
    )


def as_party(row: AnyRow) -> Party:
    return Party(
        Origin(row.origin),
        SubjectId(row.subject) if row.subject else None,
        row.language,
        _asker(row.asker),
        _account(row.account),
    )


def _asker(raw: str | None) -> Asker | None:
    if raw is None:
        return None
    case, agent, name, *ticket = json.loads(raw)  # older rows have none
    return Asker(CaseId(case), SubjectId(agent), name, *ticket)


def _account(raw: str | None) -> ChatAccount | None:
    return ChatAccount(*json.loads(raw)) if raw else None


def as_window(row: Sequence[Any]) -> Window:
    id, conversation, kind, address, browser, label, bound_at = row
    return Window(WindowId(id), ConversationId(conversation), kind, address, browser, label, bound_at)


def window_row(window: Window) -> dict[str, object]:
    return {
        "id": window.id,
        "conversation": window.conversation,
        "kind": window.kind,
        "address": window.address,
        "browser": window.browser,
        "label": window.label,
        "bound_at": window.bound_at,
        "link_expires": 0.0,
    }


def opened(page: Window, row: AnyRow, how: str) -> Audited:
    party = as_party(row)
    by = (BY_STRANGERS,) if how == "taken" and row.subject is None else party.detail
    by = (*by, ("browser", page.label)) if party.asker else by
    detail = (("conversation", page.conversation), ("window", page.id), *by)
    return Audited(f"page:link:{how}", row.subject or page.conversation, detail)


def as_standing(row: AnyRow, now: float) -> Standing:
    """How a conversation stands, from its row. Raises UnknownPart for a step that a newer replica wrote."""
    words, arguments = json.loads(row.notice) if row.notice else ("", ())
    return Standing(
        window=as_window(row[:7]),
        step=load(json.loads(row.step)),
        turn=row.turn,
        notice=Notice(words, tuple((n, v) for n, v in arguments)) if words else None,
        closed=row.due_at is None,
        busy=row.due_at is not None and (row.held > 0 or row.due_at <= now),
        party=as_party(row),
        sealed=as_window(row[7:14]) if row[7] else None,
        moves=row.moves,
        first=load(json.loads(row.first)),
        where=row.opened_in,
        began=row.opened_at,
    )


def noticed(notice: Notice | None) -> str | None:
    """A passing remark as its row has it."""
    return json.dumps((notice.words, notice.args)) if notice else None
