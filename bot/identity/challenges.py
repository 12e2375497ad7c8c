"""Asking for a proof and checking what comes back; the code of each method in one place."""

from dataclasses import dataclass
from typing import Protocol

from bot.conversation.facts import BY_STRANGERS, Audited, Challenged, Proved, Sent
from bot.conversation.reply import Misstep, Refuse, args
from bot.conversation.turn import Turn
from bot.identity.codes import Codes
from bot.identity.limits import Limits
from bot.identity.masks import masked
from bot.identity.methods.method import METHODS
from bot.identity.records import Records, Registered
from bot.identity.warrants import sealed_proof
from bot.ids import Action, ChallengeId, Kind, Line, MethodId, ProofId, SubjectId, is_decoy
from bot.keys import Keys
from bot.secret import Secret
from bot.world import World


NOBODYS = Registered(MethodId(""), SubjectId(""), Kind.TOTP, Secret("A" * 32), 0.0, 0.0)


class Knows(Protocol):
    """Whoever may try a password against the directory."""

    async def knows(self, subject: SubjectId, password: Secret) -> bool:
        """One try. Raises Refuse when no more may be made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge, as a step keeps it."""

    id: ChallengeId
    kind: Kind
    hint: Line


@dataclass(frozen=True)
class Challenges:
    """For one turn."""

    turn: Turn
    records: Records
    limits: Limits
    codes: Codes
    accounts: Knows
    keys: Keys
    world: World

    async def ask(self, subject: SubjectId, action: Action, kind: Kind, method: Registered | None) -> Asked:
        """`method` None: a decoy, or a stranger's guess at a method that isn't there; it looks the same and sends nothing."""
        await self.limits.start(subject, kind)
        known = self.turn.party.subject is not None
        if method and METHODS[kind].sent and not await self.limits.may_send(kind, method.secret):
            if known:
                raise Misstep("verify.too_many_codes")
            method = None  # a stranger isn't told: where nobody is, nothing is sent either
        hint = Line(masked(method)) if method and known else Line("")
        until = self.world.now() + METHODS[kind].lifetime
        id = ChallengeId(self.world.id("challenge"))
        by = (BY_STRANGERS,) if is_decoy(subject) else ()
        self.turn.note(
            Challenged(id, self.turn.conversation, subject, action, kind, method.id if method else None, hint, until),
            Audited("identity:proof:asked", subject, (*args(method=kind, challenge=id, conversation=self.turn.conversation), *by)),
        )
        if method and METHODS[kind].sent:
            about = args(challenge=id, method=method.id, language=self.turn.party.language, known=int(known))
            self.turn.note(Sent("code", subject, about))
        return Asked(id, kind, hint)

    async def verify(self, id: ChallengeId, given: Secret) -> None:
        """Notes a proof. Raises Misstep for a wrong answer, Refuse when there were too many or the challenge is over."""
        asked = await self.records.challenge(id)
        if asked is None or asked.conversation != self.turn.conversation:
            raise Refuse("verify.over")
        await self.limits.try_code(id, asked.subject, asked.kind)  # counted before anything is compared
        if self.world.now() >= asked.expires:
            raise Misstep("verify.code_expired")
        step = await self._right(asked, given)
        if step is None:
            raise Misstep(f"verify.wrong_{asked.kind}")
        self._proved(asked, step)

    async def _right(self, asked: Challenged, given: Secret) -> int | None:
        """The time-step (0 for others) of a right answer; None for a wrong one."""
        if asked.kind is Kind.PASSWORD:
            return 0 if await self.accounts.knows(asked.subject, given) else None
        registered = await self.records.methods(asked.subject)
        method = next((m for m in registered if (m.id, m.kind) == (asked.method, asked.kind)), NOBODYS)  # no less work for nobody
        if asked.kind is Kind.TOTP:
            step = self.codes.totp_step(method, given)
        else:
            step = 0 if self.codes.is_sent(asked, given) else None
        return None if method is NOBODYS else step

    def _proved(self, asked: Challenged, step: int) -> None:
        window = self.turn.window
        if window is None:
            raise Refuse("verify.over")  # nobody spoke
        proof = Proved(
            ProofId(self.world.id("proof")),
            asked.conversation,
            asked.subject,
            asked.action,
            asked.kind,
            asked.method,
            window,
            self.world.now(),
            asked.id,
            step,
        )
        self.turn.note(
            sealed_proof(self.keys, proof, self.turn.browser_of(window)),
            Audited(
                "identity:proof:accepted", asked.subject, args(method=asked.kind, proof=proof.id, conversation=asked.conversation)
            ),
        )
        self.limits.succeeded(asked.subject, asked.kind)
