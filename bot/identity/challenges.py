"""Asking for a proof and checking what comes back; the code of each method in one place."""

from dataclasses import dataclass
from typing import Protocol

from bot.identity.attempt_limits import AttemptLimits
from bot.identity.codes import Codes
from bot.identity.grant_mac import sealed_proof
from bot.identity.interfaces import Records
from bot.identity.masks import masked
from bot.identity.methods.method import METHODS
from bot.identity.oidc_state import confirmed_at
from bot.identity.recovery_sheets import Sheets, sheet_rows
from bot.identity.registered import Registered
from bot.model.facts import BY_STRANGERS, Audited, Challenged, Proved, Sent
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import Action, ChallengeId, Kind, Line, MethodId, ProofId, SubjectId, WindowId, is_decoy
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args

NOBODYS = Registered(MethodId(""), SubjectId(""), Kind.TOTP, Secret("A" * 32), 0.0, 0.0)


class Knows(Protocol):
    """Whoever may try a password against the directory."""

    @property
    def tries_all(self) -> bool:
        """Whether it can be tried for every account that there is."""

    def tries(self, subject: SubjectId) -> bool:
        """Whether it can be tried for this account, as far as whoever speaks may know."""

    async def knows(self, subject: SubjectId, password: Secret) -> bool:
        """One try. Raises Refuse when no more may be made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge, as a step keeps it."""

    id: ChallengeId
    kind: Kind
    hint: Line
    method: MethodId


@dataclass(frozen=True, slots=True)
class Right:
    """A right answer: the method that it belongs to, and a TOTP's time-step."""

    method: MethodId | None
    step: int = 0


@dataclass(frozen=True)
class Challenges:
    """For one turn."""

    turn: Turn
    records: Records
    limits: AttemptLimits
    codes: Codes
    accounts: Knows
    keys: Keys
    world: World

    async def ask(self, subject: SubjectId, action: Action, kind: Kind, method: Registered | None) -> Asked:
        """`method` None: a decoy, or a stranger's guess at a method that isn't there; it looks the same and sends nothing."""
        await self.limits.start(subject, kind)
        known = self.turn.party.subject is not None
        if method and METHODS[kind].sent and not await self.limits.may_send(method):
            if known:
                raise Misstep("verify.too_many_codes")
            method = None  # a stranger isn't told: where nobody is, nothing is sent either
        hint = Line(masked(method)) if method and known else Line("")
        until = self.world.now() + METHODS[kind].lifetime
        id = ChallengeId(self.world.id("challenge"))
        by = (BY_STRANGERS,) if is_decoy(subject) else ()
        self.turn.note(
            Challenged(id, self.turn.conversation, subject, action, kind, method.id if method else None, hint, until),
            Audited(
                "identity:proof:asked", subject, (*args(method=kind, challenge=id, conversation=self.turn.conversation), *by)
            ),
        )
        if method and METHODS[kind].sent:
            about = args(challenge=id, method=method.id, language=self.turn.party.language, known=int(known))
            self.turn.note(Sent("code", subject, about))
        return Asked(id, kind, hint, method.id if method else MethodId(""))

    async def verify(self, id: ChallengeId, given: Secret) -> None:
        """Notes a proof. Raises Misstep for a wrong answer, Refuse when there were too many or the challenge is over."""
        asked, right = await self.checked(id, given)
        if self.turn.window is None:
            raise Refuse("verify.over")  # nobody spoke
        self._proved(asked, right, self.turn.window, self.world.now())
        await self.limits.succeeded(asked.subject, asked.kind)

    async def signed_in(self, id: ChallengeId) -> bool:
        """Notes a proof once a company sign-in is on record for the sealed page. Raises Refuse for a record that isn't ours."""
        asked, page = await self.records.challenge(id), self.turn.sealed
        if asked is None or not asked.signed_in or page is None:
            return False
        at = confirmed_at(self.keys, asked, page, self.turn.browser_of(page))
        if at is None or asked.conversation != self.turn.conversation:
            raise Refuse("accounts.no_right")
        self._proved(asked, Right(None), page, at)
        return True

    async def checked(self, id: ChallengeId, given: Secret) -> tuple[Challenged, Right]:
        """What was asked and what answered it. Counts the try, and raises as `verify` does."""
        asked = await self.records.challenge(id)
        if asked is None or asked.conversation != self.turn.conversation:
            raise Refuse("verify.over")
        await self.limits.try_code(id, asked.subject, asked.kind)  # counted before anything is compared
        if self.world.now() >= asked.expires:
            raise Misstep("verify.code_expired")
        right = await self._right(asked, given)
        if right is None:
            raise Misstep(f"verify.wrong_{asked.kind}{self._or_untried(asked.kind)}")
        return asked, right

    def _or_untried(self, kind: Kind) -> str:
        """A stranger's right password may be one that can't be tried; which it is, they don't learn."""
        unsaid = kind is Kind.PASSWORD and self.turn.party.subject is None and not self.accounts.tries_all
        return "_or_untried" if unsaid else ""

    async def _right(self, asked: Challenged, given: Secret) -> Right | None:
        """None for a wrong answer."""
        if asked.kind is Kind.PASSWORD:
            return Right(None) if await self.accounts.knows(asked.subject, given) else None
        registered = await self.records.methods(asked.subject)
        if asked.kind is Kind.RECOVERY:
            found = Sheets(self.keys).match(asked.subject, given, sheet_rows(registered))
            return Right(found.id) if found and asked.method else None
        method = next((m for m in registered if (m.id, m.kind) == (asked.method, asked.kind)), NOBODYS)  # no less work for nobody
        if asked.kind is Kind.TOTP:
            step = self.codes.totp_step(method, given)
        elif self.codes.is_sent(asked, given):
            step = 0
        else:
            step = None
        return None if method is NOBODYS or step is None else Right(method.id, step)

    def _proved(self, asked: Challenged, right: Right, window: WindowId, at: float) -> None:
        proof = Proved(
            ProofId(self.world.id("proof")),
            asked.conversation,
            asked.subject,
            asked.action,
            asked.kind,
            right.method,
            window,
            at,
            asked.id,
            right.step,
        )
        self.turn.note(
            sealed_proof(self.keys, proof, self.turn.browser_of(window)),
            Audited(
                "identity:proof:accepted",
                asked.subject,
                (*args(method=asked.kind, proof=proof.id, conversation=asked.conversation), *self.turn.party.detail),
            ),
        )
