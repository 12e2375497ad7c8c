"""What has had its time is forgotten, a few rows at a time: they are found on a connection that keeps nobody waiting, and deleted in short transactions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Delete, Float, Select, and_, bindparam, delete, exists, or_, select

from bot.accounts.interfaces import Outcome
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.sentences import args
from bot.platform.set_seals import account_of
from bot.platform.vault import DEMO_INBOX
from bot.settings.retention import RetentionSection
from store.audit import append
from store.case_rows import CASE
from store.database import Database
from store.event_rows import HEARD
from store.signed_sets import SignedSets
from store.tables import CONVERSATION, COUNTER, DEAD_LETTER, GRANT, KNOWN_BROWSER, OPERATION, SEALED, WINDOW

BATCH = 200  # rows of one transaction: some ten milliseconds for whoever waits to write
PAUSE = 0.02  # seconds between two, so that turns go first
DAY = 86400.0
KEYS: BindParameter[Any] = bindparam("keys_", expanding=True)
BEFORE = bindparam("before_", type_=Float)
c, w, g, o, k = CONVERSATION.c, WINDOW.c, GRANT.c, OPERATION.c, CASE.c
newer, its = OPERATION.alias("newer").c, GRANT.alias("its").c


@dataclass(frozen=True)
class Kind:
    """Records of one sort. `overdue` finds their keys; `gone` deletes all that hangs on them, in order."""

    name: str
    key: ColumnElement[str] | ColumnElement[int]
    overdue: Select[Any]
    gone: Sequence[Delete]
    signed: bool = False  # the keys are of accounts whose signed sets they are part of


_over = and_(c.due_at.is_(None), c.expires_at < BEFORE)
_rightful = exists().where(g.conversation == c.id)
# The newest change of each sort says whose the directory's mark is, and one without an outcome isn't over yet.
_superseded = exists().where(
    newer.subject == o.subject, newer.action == o.action, newer.at > o.at, newer.outcome == Outcome.CHANGED.value
)
_last = or_(o.outcome == Outcome.INTENDED.value, and_(o.outcome != Outcome.REJECTED.value, ~_superseded))
_needed = exists().where(its.conversation == c.id, o.grant == its.id, _last)
_watched = exists().where(k.caller == c.id, k.ended == "")
_granted = select(g.id).where(g.conversation.in_(KEYS))

DIALOGS = Kind("dialogs", c.id, select(c.id).where(_over, ~_rightful), [delete(CONVERSATION).where(c.id.in_(KEYS))])
EVENTS = Kind(
    "events", HEARD.c.event, select(HEARD.c.event).where(HEARD.c.at < BEFORE), [delete(HEARD).where(HEARD.c.event.in_(KEYS))]
)
COUNTERS = Kind(
    "counters",
    COUNTER.c.key,
    select(COUNTER.c.key).where(COUNTER.c.until <= BEFORE),
    [delete(COUNTER).where(COUNTER.c.key.in_(KEYS))],
)
WINDOWS = Kind(
    "windows",
    w.id,
    select(w.id).join_from(WINDOW, CONVERSATION, w.conversation == c.id).where(_over),
    [delete(WINDOW).where(w.id.in_(KEYS))],
)
CHANGES = Kind(
    "changes",
    c.id,
    select(c.id).where(_over, _rightful, ~_needed, ~_watched),
    [
        delete(OPERATION).where(o.grant.in_(_granted)),
        delete(GRANT).where(g.conversation.in_(KEYS)),
        delete(CONVERSATION).where(c.id.in_(KEYS)),
    ],
)
CASES = Kind("cases", k.id, select(k.id).where(k.ended != "", k.ended_at < BEFORE), [delete(CASE).where(k.id.in_(KEYS))])
_letter, _browser = DEAD_LETTER.c, KNOWN_BROWSER.c
LETTERS = Kind(
    "letters", _letter.id, select(_letter.id).where(_letter.died_at < BEFORE), [delete(DEAD_LETTER).where(_letter.id.in_(KEYS))]
)
MESSAGES = Kind(
    "messages",
    SEALED.c.name,
    select(SEALED.c.name).where(SEALED.c.folder == DEMO_INBOX, SEALED.c.at < BEFORE),
    [delete(SEALED).where(SEALED.c.folder == DEMO_INBOX, SEALED.c.name.in_(KEYS))],
)
BROWSERS = Kind(
    "browsers",
    _browser.subject,
    select(_browser.subject).where(_browser.at < BEFORE).distinct(),
    [delete(KNOWN_BROWSER).where(_browser.subject.in_(KEYS), _browser.at < BEFORE)],
    signed=True,
)


@dataclass(frozen=True)
class StoredRetention:
    """`days` says how long each sort is kept; what must be kept longer is, whatever it says."""

    database: Database
    world: World
    days: RetentionSection
    sets: SignedSets

    async def sweep(self) -> None:
        """Once a minute, so that strangers can't fill the disk: what led to nothing, and what counts no more."""
        days = self.days
        for kind, kept in ((DIALOGS, days.conversations), (EVENTS, days.events), (COUNTERS, 0), (MESSAGES, days.conversations)):
            await self._forget(kind, kept)

    async def forget(self) -> None:
        """Once a night: what has had its time. How much it was is in the audit."""
        days = self.days
        kinds = (WINDOWS, days.windows), (CHANGES, days.changes), (CASES, days.cases), (LETTERS, days.letters)
        gone = {kind.name: await self._forget(kind, kept) for kind, kept in (*kinds, (BROWSERS, days.browsers))}
        if any(gone.values()):
            async with self.database.write("forgotten") as conn:
                said = args(**{name: str(n) for name, n in gone.items() if n})
                await append(conn, [Audited("retention:records:deleted", "store", said)], self.world.now())

    async def _forget(self, kind: Kind, days: int) -> int:
        """How many, once they are gone."""
        before, many, last = {"before_": self.world.now() - days * DAY}, 0, None
        page = kind.overdue.order_by(kind.key).limit(BATCH)
        while True:
            async with self.database.survey() as conn:
                behind = page if last is None else page.where(kind.key > last)
                keys = list(await conn.scalars(behind, before))
            many += await self._delete(kind, keys, before) if keys else 0
            if len(keys) < BATCH:
                return many
            last = keys[-1]
            await asyncio.sleep(PAUSE)

    async def _delete(self, kind: Kind, keys: Sequence[Any], before: dict[str, float]) -> int:
        """Asked once more in the transaction: a counter, say, may have begun anew meanwhile."""
        async with self.database.write(f"forget {kind.name}") as conn:
            changing = await self.sets.begin_what_fits(conn, list(map(account_of, keys)) if kind.signed else [])
            sure = list(await conn.scalars(kind.overdue.where(kind.key.in_(KEYS)), {**before, "keys_": keys}))
            sure = [key for key in sure if not kind.signed or account_of(key) not in changing.unfit]
            for statement in kind.gone if sure else ():
                await conn.execute(statement, {**before, "keys_": sure})
            await changing.end(conn, [], self.world.now())
        return len(sure)
