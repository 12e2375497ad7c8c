"""Operations on directories: one row for each grant that was spent, so that nothing happens twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Float, and_, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.accounts.interfaces import LATE, OPEN, USABLE, Cause, Operation, Outcome, StillOpen
from bot.model.facts import Fact
from bot.model.turn import Claim
from bot.platform.clock import World
from bot.platform.ids import Action, ConversationId, GrantId, SubjectId
from store.conversations import nudge
from store.database import AnyRow, Database, one_at_a_time, upsert
from store.facts import record
from store.identity_records import granted_of
from store.tables import CONVERSATION, GRANT, OPERATION

given = bindparam
c, g = CONVERSATION.c, GRANT.c

_right = (
    select(g.id, g.action, g.subject, literal(Outcome.INTENDED.value), given("mark_"), literal(""), given("at_", type_=Float))
    .join_from(GRANT, CONVERSATION, g.conversation == c.id)
    .where(g.id == given("grant_"), g.action == given("action_"), g.subject == given("subject_"))
    .where(g.void.is_(False), g.expires > given("now_"))
    .where(c.id == given("conversation_"), c.claim == given("claim_"), c.held > 0)
    .with_for_update(of=CONVERSATION)
)
_intended = upsert(OPERATION).from_select(["grant", "action", "subject", "outcome", "mark", "after", "at"], _right)
INTEND = _intended.on_conflict_do_update(
    index_elements=["grant"],
    set_={"outcome": _intended.excluded.outcome, "mark": _intended.excluded.mark, "at": _intended.excluded.at},
    where=OPERATION.c.outcome.in_([usable.value for usable in USABLE]),
).returning(*OPERATION.c)
_password = and_(
    OPERATION.c.subject == given("subject_"),
    OPERATION.c.action.in_([Action.RESET.value, Action.CHANGE.value]),
    OPERATION.c.grant != given("besides_"),
)
ON_ITS_WAY = select(func.max(OPERATION.c.at)).where(
    _password, OPERATION.c.outcome.in_([still.value for still in OPEN]), OPERATION.c.at > given("since_", type_=Float)
)
LEFT = select(literal(1)).where(
    OPERATION.c.subject == given("subject_"), OPERATION.c.after == given("mark_"), OPERATION.c.grant != given("besides_")
)
NEWEST = (
    select(OPERATION)
    .where(OPERATION.c.subject == given("subject_"), OPERATION.c.action == given("action_"))
    .where(OPERATION.c.outcome != Outcome.REJECTED.value)
    .order_by(OPERATION.c.at.desc())
    .limit(1)
)
CONFIRMED = (
    select(OPERATION.c.at)
    .where(OPERATION.c.outcome == Outcome.CHANGED.value, func.substr(OPERATION.c.subject, 1, given("long_")) == given("begins_"))
    .order_by(OPERATION.c.at.desc())
    .limit(1)
)
ON_RECORD = select(OPERATION).where(OPERATION.c.grant == given("grant_"))
CAUSE = (
    select(GRANT, c.opened_at, *(column.label(f"{column.name}_") for column in OPERATION.c))
    .join_from(GRANT, CONVERSATION, g.conversation == c.id)
    .outerjoin(OPERATION, OPERATION.c.grant == g.id)
    .where(g.id == given("grant_"))
)
CONCLUDE = (
    update(OPERATION)
    .where(
        OPERATION.c.grant == given("grant_"), OPERATION.c.outcome == given("was_"), OPERATION.c.at == given("at_", type_=Float)
    )
    .values(outcome=given("outcome_"), after=given("after_"))
    .returning(select(g.conversation).where(g.id == OPERATION.c.grant).scalar_subquery().label("conversation"))
)


@dataclass(frozen=True)
class StoredOperations:
    """Operations on directories, and what they were done for."""

    database: Database
    world: World

    async def intend(
        self,
        grant: GrantId,
        action: Action,
        subject: SubjectId,
        claim: Claim,
        mark: str,
        facts: Sequence[Fact],
        *,
        alone: bool = False,
    ) -> Operation | None:
        now = self.world.now()
        wanted = {
            "grant_": grant,
            "action_": action,
            "subject_": subject,
            "mark_": mark,
            "now_": now,
            "at_": now,
            "conversation_": claim.conversation,
            "claim_": claim.number,
        }
        async with self.database.write("intend") as conn:
            if alone:
                await one_at_a_time(conn, f"write {subject}")
                if until := await self._open_until(conn, subject, None):
                    raise StillOpen(until)
            row = (await conn.execute(INTEND, wanted)).first()
            if row is None:
                return None
            await record(conn, facts, now)
        return _operation(row)

    async def open_until(self, subject: SubjectId, besides: GrantId | None = None) -> float:
        async with self.database.read() as conn:
            return await self._open_until(conn, subject, besides)

    async def _open_until(self, conn: AsyncConnection, subject: SubjectId, besides: GrantId | None) -> float:
        since = self.world.now() - LATE
        at = await conn.scalar(ON_ITS_WAY, {"subject_": subject, "besides_": besides or "", "since_": since})
        return 0.0 if at is None else at + LATE

    async def owns(self, subject: SubjectId, mark: str, besides: GrantId) -> bool:
        async with self.database.read() as conn:
            return (await conn.execute(LEFT, {"subject_": subject, "mark_": mark, "besides_": besides})).first() is not None

    async def operation(self, grant: GrantId) -> Operation | None:
        async with self.database.read() as conn:
            row = (await conn.execute(ON_RECORD, {"grant_": grant})).first()
        return _operation(row) if row else None

    async def last_confirmed(self, directory: str) -> float:
        """When a directory last confirmed a change, as it was read back; 0: never."""
        begins = f"{directory}:"
        async with self.database.read() as conn:
            return float(await conn.scalar(CONFIRMED, {"begins_": begins, "long_": len(begins)}) or 0.0)

    async def cause(self, grant: GrantId) -> Cause | None:
        async with self.database.read() as conn:
            row = (await conn.execute(CAUSE, {"grant_": grant})).first()
        return _cause(row) if row else None

    async def last(self, subject: SubjectId, action: Action) -> Operation | None:
        async with self.database.read() as conn:
            row = (await conn.execute(NEWEST, {"subject_": subject, "action_": action})).first()
        return _operation(row) if row else None

    async def conclude(
        self, made: Operation, outcome: Outcome, facts: Sequence[Fact], after: str = "", *, wakes: bool = False
    ) -> None:
        given = {"grant_": made.grant, "was_": made.outcome, "at_": made.at, "outcome_": outcome, "after_": after}
        async with self.database.write("conclude") as conn:
            if row := (await conn.execute(CONCLUDE, given)).first():
                now = self.world.now()
                if wakes:
                    await nudge(conn, ConversationId(row.conversation), now)
                await record(conn, facts, now)


def _cause(row: AnyRow) -> Cause:
    granted = granted_of(row)
    if row.outcome_ is None:
        return Cause(granted, row.opened_at, None)
    about = (granted.id, granted.action, granted.subject, Outcome(row.outcome_))
    return Cause(granted, row.opened_at, Operation(*about, row.mark_, row.after_, row.at_))


def _operation(row: AnyRow) -> Operation:
    subject, outcome = SubjectId(row.subject), Outcome(row.outcome)
    return Operation(GrantId(row.grant), Action(row.action), subject, outcome, row.mark, row.after, row.at)
