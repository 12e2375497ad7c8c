"""Cases as rules and agents see them, and the one thing that an agent does to a caller's conversation: hang up."""

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, String, and_, bindparam, case, func, or_, select, update

from bot.accounts.interfaces import Outcome
from bot.conversation.interfaces import Lost
from bot.helpdesk.interfaces import CaseHistory, CaseStanding, CaseState, Hands, Progress
from bot.helpdesk.signals import DAY, HOUR, CaseCounts
from bot.model.asker import Asker
from bot.model.step import Step
from bot.platform.clock import World
from bot.platform.ids import Action, CaseId, ConversationId, Kind, SubjectId
from store.case_rows import CASE, GRANTED, followed, passed_on
from store.conversation_rows import as_party
from store.conversation_statements import PARTY_COLUMNS
from store.database import AnyRow, Database, telling
from store.facts import kept, record
from store.tables import CHALLENGE, CONVERSATION, GRANT, OPERATION, PROOF, WINDOW

given = bindparam
c, k, w, g, o = CONVERSATION.c, CASE.c, WINDOW.c, GRANT.c, OPERATION.c

_open = and_(k.subject == given("subject_"), k.ended == "")
OPEN = select(func.count()).where(k.agent == given("agent_"), k.ended == "")
THEIRS = select(k.id, k.agent).where(_open)
FAILED = (
    select(k.id)
    .where(k.subject == given("subject_"), k.ended.in_(given("failed_", expanding=True)), k.ended_at > given("since_"))
    .limit(1)
)
_browser = select(w.label).where(w.conversation == k.caller, w.browser.is_not(None)).order_by(w.bound_at.desc()).limit(1)
_outcome = (
    select(o.outcome)
    .join_from(OPERATION, GRANT, o.grant == g.id)
    .where(g.conversation == k.caller)
    .order_by(o.at.desc())
    .limit(1)
)
PROGRESS = select(
    k.caller,
    k.ended,
    k.agent,
    k.subject,
    k.ticket,
    select(CHALLENGE.c.kind).where(CHALLENGE.c.conversation == k.caller).scalar_subquery().label("asked"),
    select(c.notice).where(c.id == k.caller).scalar_subquery().label("notice"),
    select(func.max(w.link_expires)).where(w.conversation == k.caller).scalar_subquery().label("link_until"),
    _browser.scalar_subquery().label("opened"),
    GRANTED.label("granted"),
    _outcome.scalar_subquery().label("outcome"),
).where(k.id == given("case_"))
PROVED = select(PROOF.c.kind).where(PROOF.c.conversation == given("caller_")).order_by(PROOF.c.at, PROOF.c.id)
_state = case(
    (k.ended != "", CaseState.ENDED),
    (GRANTED, CaseState.WAITING),
    (select(PROOF.c.id).where(PROOF.c.conversation == k.caller).exists(), CaseState.PROVEN),
    (select(w.id).where(w.conversation == k.caller, w.browser.is_not(None)).exists(), CaseState.OPENED),
    else_=CaseState.ASKED,
)
_whose = or_(given("agent_", type_=String) == "", k.agent == given("agent_", type_=String))
STANDING = (
    select(k.id, k.subject, k.agent, k.action, k.at, _state.label("state"))
    .where(or_(k.ended == "", k.ended_at > given("since_")), _whose)
    .order_by(k.ended != "", k.at, k.id)
    .limit(given("most_"))
)
OF_CALLER = select(k.id, k.subject, k.agent, k.action, k.at, _state.label("state")).where(_open)
HAS_OPEN = select(k.caller).where(k.id == given("case_"), k.ended == "")
_others = k.id != given("case_")
FOR_ONE = select(func.count()).where(_others, k.subject == given("subject_"), k.at > given("day_"))
TARGETS = select(func.count(k.subject.distinct())).where(
    _others, k.agent == given("agent_"), k.subject != given("subject_"), k.at > given("hour_")
)
CALLER = HAS_OPEN.where(k.agent == given("by_"))
OWN = HAS_OPEN.where(k.subject == given("by_"))
# A turn that is being run may be at the directory: it is left to tell what became of it.
CUT = (
    update(CONVERSATION)
    .where(c.id == given("id_"), c.held == 0, c.due_at.is_not(None))
    .values(step=given("step_"), notice=None, turn=c.turn + 1, due_at=None)
    .returning(telling(c.id), *PARTY_COLUMNS)
)


@dataclass(frozen=True)
class StoredCases:
    """The port of bot/helpdesk/cases.py."""

    database: Database
    world: World

    async def case_history(self, agent: SubjectId, subject: SubjectId, failed: Collection[str], since: float) -> CaseHistory:
        about = {"agent_": agent, "subject_": subject}
        async with self.database.read() as conn:
            many = (await conn.execute(OPEN, {"agent_": agent})).scalar_one()
            theirs = (await conn.execute(THEIRS, {"subject_": subject})).all()
            lately = (await conn.execute(FAILED, about | {"failed_": sorted(failed), "since_": since})).first()
        mine = next((CaseId(row.id) for row in theirs if row.agent == agent), None)
        return CaseHistory(many, mine, any(row.agent != agent for row in theirs), lately is not None)

    async def counts(self, agent: SubjectId, subject: SubjectId, case: CaseId | None, now: float) -> CaseCounts:
        about = {"case_": case or "", "agent_": agent, "subject_": subject, "day_": now - DAY, "hour_": now - HOUR}
        async with self.database.read() as conn:
            for_one = (await conn.execute(FOR_ONE, {n: about[n] for n in ("case_", "subject_", "day_")})).scalar_one()
            of_theirs = {n: about[n] for n in ("case_", "agent_", "subject_", "hour_")}
            return CaseCounts(for_one, (await conn.execute(TARGETS, of_theirs)).scalar_one())

    async def progress(self, case: CaseId) -> Progress | None:
        async with self.database.read() as conn:
            row = (await conn.execute(PROGRESS, {"case_": case})).first()
            if row is None:
                return None
            proved = tuple(Kind(kind) for kind in await conn.scalars(PROVED, {"caller_": row.caller}))
        outcome = Outcome(row.outcome) if row.outcome else None
        agent, subject = SubjectId(row.agent), SubjectId(row.subject)
        late = not row.opened and (row.link_until or math.inf) <= self.world.now()
        asked, wrong = Kind(row.asked) if row.asked else None, _wrong(row.notice)
        told = (row.opened or "", proved, bool(row.granted), outcome, row.ended)
        return Progress(*told, agent, subject, row.ticket, asked, wrong, late)

    async def standing(self, agent: SubjectId | None, ended_since: float, most: int) -> Sequence[CaseStanding]:
        wanted = {"agent_": agent or "", "since_": ended_since, "most_": most}
        async with self.database.read() as conn:
            return [_standing(row) for row in await conn.execute(STANDING, wanted)]

    async def pass_on(self, case: CaseId, was: SubjectId, asker: Asker, watcher: ConversationId, how: Hands) -> bool:
        now = self.world.now()
        try:
            async with self.database.write("pass on") as conn:
                told = await passed_on(conn, case, was, asker, watcher, how, now)
                if told:
                    await record(conn, [told], now)
                return told is not None
        except Lost:
            return False

    async def of_caller(self, subject: SubjectId) -> CaseStanding | None:
        async with self.database.read() as conn:
            row = (await conn.execute(OF_CALLER, {"subject_": subject})).first()
        return _standing(row) if row else None

    async def hang_up(self, case: CaseId, agent: SubjectId, last: Step) -> None:
        await self._cut(CALLER, case, agent, last)

    async def end_for_caller(self, case: CaseId, subject: SubjectId, last: Step) -> None:
        await self._cut(OWN, case, subject, last)

    async def _cut(self, whose: Select[str], case: CaseId, by: SubjectId, last: Step) -> None:
        now = self.world.now()
        async with self.database.write("hang up") as conn:
            caller = (await conn.execute(whose, {"case_": case, "by_": by})).scalar()
            if caller and (idle := (await conn.execute(CUT, {"id_": caller, "step_": kept(last)})).first()):
                ended = await followed(conn, as_party(idle), now, last)
                await record(conn, ended, now, ConversationId(caller))


def _wrong(notice: str | None) -> bool:
    """Whether the caller was last told that an answer is wrong: each method has such a sentence."""
    return notice is not None and str(json.loads(notice)[0]).endswith(".wrong")


def _standing(row: AnyRow) -> CaseStanding:
    subject, agent = SubjectId(row.subject), SubjectId(row.agent)
    return CaseStanding(CaseId(row.id), subject, agent, Action(row.action), row.at, CaseState(row.state))
