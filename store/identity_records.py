"""Methods, challenges, proofs and grants: what identity reads, and what it writes outside of a turn."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, insert, or_, select, update

from bot.conversation.interfaces import Lost
from bot.identity.interfaces import KNOWN_FOR, KnownBrowser
from bot.identity.methods.registry import METHODS as KINDS
from bot.identity.registered import Registered, sealed_as
from bot.model.facts import Audited, Challenged, Fact, Granted, Proved
from bot.model.turn import PAGE
from bot.platform.ids import (
    Action,
    CaseId,
    ChallengeId,
    ConversationId,
    GrantId,
    Kind,
    Line,
    MethodId,
    ProofId,
    SubjectId,
    WindowId,
)
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.set_seals import account_of
from store.browser_rows import KNOWN_TO_OTHERS
from store.conversations import nudge
from store.database import AnyRow
from store.facts import CHALLENGE_COLUMNS, PROOF_COLUMNS, record
from store.ledger import StoredLedger
from store.set_changes import begun
from store.signed_sets import BROWSER, FROZEN, METHODS, SUSPENDED, SignedSets
from store.tables import CHALLENGE, GRANT, METHOD, PROOF, WINDOW

OPEN_CHALLENGE = select(*(CHALLENGE.c[name] for name in CHALLENGE_COLUMNS)).where(CHALLENGE.c.id == bindparam("id_"))
UNDELIVERED = (
    update(CHALLENGE)
    .where(CHALLENGE.c.id == bindparam("id_"), CHALLENGE.c.undelivered == "")
    .values(undelivered=bindparam("words_"))
    .returning(CHALLENGE.c.conversation)
)
SIGNED_IN = (
    update(CHALLENGE)
    .where(CHALLENGE.c.id == bindparam("id_"), CHALLENGE.c.signed_in == "")
    .values(signed_in=bindparam("confirmation_"))
)
OPEN_QUESTIONS = (
    select(*(CHALLENGE.c[name] for name in CHALLENGE_COLUMNS), WINDOW.c.id.label("page"))
    .join(WINDOW, WINDOW.c.conversation == CHALLENGE.c.conversation)
    .where(
        CHALLENGE.c.kind == bindparam("kind_"),
        or_(bindparam("subject_", type_=String).is_(None), CHALLENGE.c.subject == bindparam("subject_")),
        CHALLENGE.c.signed_in == "",
        CHALLENGE.c.undelivered == "",
        CHALLENGE.c.expires > bindparam("now_"),
        WINDOW.c.kind == PAGE,
        WINDOW.c.browser.is_not(None),
    )
)
_proof = select(*(PROOF.c[name] for name in PROOF_COLUMNS))
UNSPENT = _proof.where(PROOF.c.conversation == bindparam("of_"), PROOF.c.grant.is_(None)).order_by(PROOF.c.at, PROOF.c.id)
TIED = _proof.where(PROOF.c.grant == bindparam("id_"))
ON_DISK = select(GRANT).where(GRANT.c.id == bindparam("id_"), GRANT.c.void.is_(False))
REGISTER = insert(METHOD)
OWNER = select(METHOD.c.subject).where(METHOD.c.id == bindparam("id_"))


@dataclass(frozen=True)
class StoredRecords(StoredLedger):
    """Identity's port, allowances included."""

    keys: Keys
    sets: SignedSets

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

    async def signed_in(self, asked: Challenged, confirmation: str, fact: Audited) -> bool:
        now = self.world.now()
        async with self.database.write("signed in") as conn:
            await nudge(conn, asked.conversation, now)  # conversation before challenge, as a settle locks them
            if found := bool((await conn.execute(SIGNED_IN, {"id_": asked.id, "confirmation_": confirmation})).rowcount):
                await record(conn, [fact], now)
        return found

    async def open_questions(self, kind: Kind, subject: SubjectId | None = None) -> Sequence[tuple[Challenged, WindowId]]:
        given = {"kind_": kind, "subject_": subject, "now_": self.world.now()}
        async with self.database.read() as conn:
            return [(_challenged(row), WindowId(row.page)) for row in await conn.execute(OPEN_QUESTIONS, given)]

    async def proofs(self, conversation: ConversationId) -> Sequence[Proved]:
        async with self.database.read() as conn:
            return [_proved(row) for row in await conn.execute(UNSPENT, {"of_": conversation})]

    async def grant(self, id: GrantId) -> tuple[Granted, Sequence[Proved]] | None:
        async with self.database.read() as conn:
            row = (await conn.execute(ON_DISK, {"id_": id})).first()
            if row is None:
                return None
            tied = {row.id: _proved(row) for row in await conn.execute(TIED, {"id_": id})}
        granted = granted_of(row)
        return granted, [tied[proof] for proof in granted.proofs if proof in tied]

    async def proofs_of(self, grant: GrantId) -> Sequence[Proved]:
        async with self.database.read() as conn:
            return [_proved(row) for row in await conn.execute(TIED, {"id_": grant})]

    async def methods(self, subject: SubjectId) -> Sequence[Registered]:
        rows = await self.sets.held(account_of(subject)) or ()
        now = self.world.now()
        off = {row.name: row.y for row in rows if row.what == SUSPENDED and (row.y == 0 or row.y > now)}
        known = [  # a newer replica knows more
            _method_of(self.keys, row, off.get(row.name)) for row in rows if row.what == METHODS and row.kind in KINDS
        ]
        return sorted(known, key=lambda method: (method.registered_at, method.id))

    async def browsers(self, subject: SubjectId) -> Sequence[KnownBrowser]:
        since, rows = self.world.now() - KNOWN_FOR, await self.sets.held(account_of(subject)) or ()
        known = [KnownBrowser(row.name, row.kind, row.x) for row in rows if row.what == BROWSER and row.x > since]
        return sorted(known, key=lambda each: (each.at, each.browser))

    async def known_for(self, browser: str, besides: SubjectId) -> int:
        async with self.database.read() as conn:
            return int(await conn.scalar(KNOWN_TO_OTHERS, {"browser_": browser, "subject_": besides}) or 0)

    async def frozen(self, subject: SubjectId) -> float:
        rows = await self.sets.held(account_of(subject))
        return math.inf if rows is None else max((row.x for row in rows if row.what == FROZEN), default=0.0)

    async def did(self, subject: SubjectId, *facts: Fact) -> None:
        """At their own page, outside of any conversation (the port of bot/coverage/own_page.py)."""
        async with self.database.write("own page") as conn:
            changing = await self.sets.begin(conn, account_of(subject))
            await record(conn, facts, self.world.now(), changing=changing)

    async def owner(self, method: MethodId) -> SubjectId | None:
        async with self.database.read() as conn:
            found = await conn.scalar(OWNER, {"id_": method})
        return SubjectId(found) if found is not None else None

    async def written(self, *facts: Fact) -> bool:
        try:
            async with self.database.write("written") as conn:
                changing, rest = await begun(conn, self.sets, facts)
                await record(conn, rest, self.world.now(), changing=changing)
        except Lost:
            return False
        return True

    async def register(self, method: Registered) -> None:
        async with self.database.write("register") as conn:
            changing = await self.sets.begin(conn, account_of(method.subject))
            await conn.execute(REGISTER, row_of(self.keys, method))
            await changing.end(conn, [], self.world.now())


def row_of(keys: Keys, method: Registered) -> dict[str, Any]:
    """A registered method as a row, its secret sealed."""
    return {
        "id": method.id,
        "subject": method.subject,
        "kind": method.kind,
        "secret": method.sealed(keys),
        "registered_at": method.registered_at,
        "usable_from": method.usable_from,
        "last_step": method.last_step,
        "proved_at": method.proved_at,
        "drift": method.drift,
    }


def registered_of(keys: Keys, row: AnyRow) -> Registered:
    """A registered method from its row. Raises Tampered for one that was changed by hand."""
    plain = keys.open(sealed_as(MethodId(row.id), SubjectId(row.subject), Kind(row.kind), row.usable_from), row.secret)
    return Registered(
        MethodId(row.id),
        SubjectId(row.subject),
        Kind(row.kind),
        Secret(plain.decode()),
        row.registered_at,
        row.usable_from,
        row.last_step,
        row.proved_at,
        row.drift,
    )


def _method_of(keys: Keys, row: AnyRow, off: float | None) -> Registered:
    """From a row of the account's signed set. `off`: until when it is suspended."""
    plain = keys.open(sealed_as(MethodId(row.name), SubjectId(row.owner), Kind(row.kind), row.y), row.secret)
    about = (MethodId(row.name), SubjectId(row.owner), Kind(row.kind), Secret(plain.decode()))
    return Registered(*about, row.x, row.y, row.last_step, row.proved_at, row.drift, off is not None, off or 0.0)


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
        signed_in=row.signed_in,
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


def granted_of(row: AnyRow) -> Granted:
    return Granted(
        id=GrantId(row.id),
        conversation=ConversationId(row.conversation),
        subject=SubjectId(row.subject),
        action=Action(row.action),
        case=CaseId(row.case) if row.case is not None else None,
        proofs=tuple(ProofId(id) for id in json.loads(row.proofs)),
        expires=row.expires,
        mac=row.mac,
        agent=SubjectId(row.agent) if row.agent is not None else None,
    )
