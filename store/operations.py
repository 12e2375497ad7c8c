"""Operations on directories: one row for each grant that was spent, so that nothing happens twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, literal, select, update

from bot.accounts.records import Operation, Outcome
from bot.conversation.facts import Fact
from bot.conversation.turn import Claim
from bot.ids import Action, GrantId, SubjectId
from bot.world import World
from store.database import Database, upsert
from store.facts import record
from store.tables import CONVERSATION, GRANT, OPERATION

given = bindparam
c, g = CONVERSATION.c, GRANT.c

_right = (
    select(g.id, g.action, g.subject, literal(Outcome.INTENDED.value), given("mark_"))
    .join_from(GRANT, CONVERSATION, g.conversation == c.id)
    .where(g.id == given("grant_"), g.action == given("action_"), g.subject == given("subject_"))
    .where(g.void.is_(False), g.expires > given("now_"))
    .where(c.id == given("conversation_"), c.claim == given("claim_"), c.held > 0)
    .with_for_update(of=CONVERSATION)
)
_intended = upsert(OPERATION).from_select(["grant", "action", "subject", "outcome", "mark"], _right)
INTEND = _intended.on_conflict_do_update(
    index_elements=["grant"],
    set_={"outcome": _intended.excluded.outcome, "mark": _intended.excluded.mark},
    where=OPERATION.c.outcome.in_([Outcome.REJECTED.value, Outcome.UNCONFIRMED.value]),
).returning(OPERATION.c.grant)
ON_RECORD = select(OPERATION).where(OPERATION.c.grant == given("grant_"))
CONCLUDE = (
    update(OPERATION)
    .where(OPERATION.c.grant == given("grant_"), OPERATION.c.outcome == Outcome.INTENDED.value)
    .values(outcome=given("outcome_"))
)


@dataclass(frozen=True)
class StoredOperations:
    """The port of accounts."""

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
        if row is None:
            return None
        return Operation(GrantId(row.grant), Action(row.action), SubjectId(row.subject), Outcome(row.outcome), row.mark)

    async def conclude(self, grant: GrantId, outcome: Outcome, facts: Sequence[Fact]) -> None:
        async with self.database.write("conclude") as conn:
            if (await conn.execute(CONCLUDE, {"grant_": grant, "outcome_": outcome})).rowcount:
                await record(conn, facts, self.world.now())
