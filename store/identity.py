"""Methods, challenges, proofs and grants: what identity reads, and what it writes outside of a turn."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from bot.conversation.facts import Audited, Challenged, Granted, Proved, Sent
from bot.identity.records import Registered
from bot.ids import Action, CaseId, ChallengeId, ConversationId, GrantId, Kind, Line, MethodId, ProofId, SubjectId, WindowId
from bot.keys import Keys
from bot.secret import Secret
from store.conversations import nudge
from store.database import AnyRow
from store.facts import CHALLENGE_COLUMNS, PROOF_COLUMNS, record
from store.limits import Limits, charged
from store.tables import CHALLENGE, GRANT, METHOD, PROOF

OPEN_CHALLENGE = select(*(CHALLENGE.c[name] for name in CHALLENGE_COLUMNS)).where(CHALLENGE.c.id == bindparam("id_"))
UNDELIVERED = (
    update(CHALLENGE)
    .where(CHALLENGE.c.id == bindparam("id_"), CHALLENGE.c.undelivered == "")
    .values(undelivered=bindparam("words_"))
    .returning(CHALLENGE.c.conversation)
)
_proof = select(*(PROOF.c[name] for name in PROOF_COLUMNS))
UNSPENT = _proof.where(PROOF.c.conversation == bindparam("of_"), PROOF.c.grant.is_(None)).order_by(PROOF.c.at, PROOF.c.id)
TIED = _proof.where(PROOF.c.grant == bindparam("id_"))
ON_DISK = select(GRANT).where(GRANT.c.id == bindparam("id_"), GRANT.c.void.is_(False))
METHODS = select(METHOD).where(METHOD.c.subject == bindparam("subject_")).order_by(METHOD.c.registered_at, METHOD.c.id)
REGISTER = insert(METHOD)


@dataclass(frozen=True)
class StoredRecords(Limits):
    """Identity's port, allowances included."""

    keys: Keys

    async def challenge(self, id: ChallengeId) -> Challenged | None:
        async with self.database.read() as conn:
            row = (await conn.execute(OPEN_CHALLENGE, {"id_": id})).first()
        return _challenged(row) if row else None

    async def undelivered(self, id: ChallengeId, words: str) -> bool:
        async with self.database.write("undelivered") as conn:
            found = (await conn.execute(UNDELIVERED, {"id_": id, "words_": words})).first()
            if found:
                await nudge(conn, ConversationId(found.conversation), self.world.now())
        return found is not None

    async def once(self, key: str, seconds: float, *facts: Audited | Sent) -> bool:
        """The port of bot/alarms.py."""
        now = self.world.now()
        async with self.database.write("once") as conn:
            if first := await charged(conn, key, 1, 1, now, seconds):
                await record(conn, facts, now)
        return first

    async def proofs(self, conversation: ConversationId) -> Sequence[Proved]:
        async with self.database.read() as conn:
            return [_proved(row) for row in await conn.execute(UNSPENT, {"of_": conversation})]

    async def grant(self, id: GrantId) -> tuple[Granted, Sequence[Proved]] | None:
        async with self.database.read() as conn:
            row = (await conn.execute(ON_DISK, {"id_": id})).first()
            if row is None:
                return None
            tied = {row.id: _proved(row) for row in await conn.execute(TIED, {"id_": id})}
        granted = _granted(row)
        return granted, [tied[proof] for proof in granted.proofs if proof in tied]

    async def methods(self, subject: SubjectId) -> Sequence[Registered]:
        async with self.database.read() as conn:
            rows = (await conn.execute(METHODS, {"subject_": subject})).all()
        return [self._registered(row) for row in rows]

    async def register(self, method: Registered) -> None:
        row = {
            "id": method.id,
            "subject": method.subject,
            "kind": method.kind,
            "registered_at": method.registered_at,
            "usable_from": method.usable_from,
            "last_step": method.last_step,
        }
        name = method_row(method.id, method.subject, method.kind, method.usable_from)
        async with self.database.write("register") as conn:
            await conn.execute(REGISTER, row | {"secret": self.keys.seal(name, method.secret.reveal().encode())})

    def _registered(self, row: AnyRow) -> Registered:
        plain = self.keys.open(method_row(row.id, row.subject, row.kind, row.usable_from), row.secret)
        return Registered(
            MethodId(row.id),
            SubjectId(row.subject),
            Kind(row.kind),
            Secret(plain.decode()),
            row.registered_at,
            row.usable_from,
            row.last_step,
        )


def method_row(id: str, subject: str, kind: str, usable_from: float) -> str:
    """What the seal is bound to: a row moved to another person by hand, or out of its quarantine, doesn't open."""
    return json.dumps(["method", id, subject, str(kind), usable_from])


def _challenged(row: AnyRow) -> Challenged:
    return Challenged(
        id=ChallengeId(row.id),
        conversation=ConversationId(row.conversation),
        subject=SubjectId(row.subject),
        action=Action(row.action),
        kind=Kind(row.kind),
        method=MethodId(row.method) if row.method is not None else None,
        hint=Line(row.hint),
        expires=row.expires,
        undelivered=row.undelivered,
    )


def _proved(row: AnyRow) -> Proved:
    return Proved(
        id=ProofId(row.id),
        conversation=ConversationId(row.conversation),
        subject=SubjectId(row.subject),
        action=Action(row.action),
        kind=Kind(row.kind),
        method=MethodId(row.method) if row.method is not None else None,
        window=WindowId(row.window),
        at=row.at,
        challenge=ChallengeId(row.challenge),
        step=row.step,
        mac=row.mac,
    )


def _granted(row: AnyRow) -> Granted:
    return Granted(
        id=GrantId(row.id),
        conversation=ConversationId(row.conversation),
        subject=SubjectId(row.subject),
        action=Action(row.action),
        case=CaseId(row.case) if row.case is not None else None,
        proofs=tuple(ProofId(id) for id in json.loads(row.proofs)),
        expires=row.expires,
        mac=row.mac,
    )
