"""Operations on directories: one row for each grant that was spent, so that nothing happens twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Float, bindparam, literal, select, update

from bot.accounts.interfaces import Cause, Operation, Outcome
from bot.model.facts import Fact
from bot.model.turn import Claim
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, SubjectId
from store.database import AnyRow, Database, upsert
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
    where=OPERATION.c.outcome.in_([Outcome.REJECTED.value, Outcome.UNCONFIRMED.value]),
).returning(OPERATION.c.grant)
NEWEST = (
    select(OPERATION)
    .where(OPERATION.c.subject == given("subject_"), OPERATION.c.action == given("action_"))
    .where(OPERATION.c.outcome != Outcome.REJECTED.value)
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
    .where(OPERATION.c.grant == given("grant_"), OPERATION.c.outcome == Outcome.INTENDED.value)
    .values(outcome=given("outcome_"), after=given("after_"))
)


@dataclass(frozen=True)
class StoredOperations:
    """Operations on directories, and what they were done for."""

    database: Database
    world: World

    async def intend(
        self, grant: GrantId, action: Action, subject: SubjectId, claim: Claim, mark: str, facts: Sequence[Fact]
    ) -> bool:
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
            if not (await conn.execute(INTEND, wanted)).first():
                return False
            await record(conn, facts, now)
        return True

    async def operation(self, grant: GrantId) -> Operation | None:
        async with self.database.read() as conn:
            row = (await conn.execute(ON_RECORD, {"grant_": grant})).first()
        return _operation(row) if row else None

    async def cause(self, grant: GrantId) -> Cause | None:
        async with self.database.read() as conn:
            row = (await conn.execute(CAUSE, {"grant_": grant})).first()
        return _cause(row) if row else None

    async def last(self, subject: SubjectId, action: Action) -> Operation | None:
        async with self.database.read() as conn:
            row = (await conn.execute(NEWEST, {"subject_": subject, "action_": action})).first()
        return _operation(row) if row else None

    async def conclude(self, grant: GrantId, outcome: Outcome, facts: Sequence[Fact], after: str = "") -> None:
        async with self.database.write("conclude") as conn:
            if (await conn.execute(CONCLUDE, {"grant_": grant, "outcome_": outcome, "after_": after})).rowcount:
                await record(conn, facts, self.world.now())


def _cause(row: AnyRow) -> Cause:
    granted = granted_of(row)
    if row.outcome_ is None:
        return Cause(granted, row.opened_at, None)
    about = (granted.id, granted.action, granted.subject, Outcome(row.outcome_))
    return Cause(granted, row.opened_at, Operation(*about, row.mark_, row.after_, row.at_))


def _operation(row: AnyRow) -> Operation:
    subject, outcome = SubjectId(row.subject), Outcome(row.outcome)
    return Operation(GrantId(row.grant), Action(row.action), subject, outcome, row.mark, row.after, row.at)
