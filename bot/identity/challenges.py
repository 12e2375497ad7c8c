"""Asking for a proof and checking what comes back: what is the same whatever the method."""

import math
from dataclasses import dataclass
from typing import assert_never

from bot.identity.attempt_limits import AttemptLimits
from bot.identity.copied_methods import answering, unless_copied
from bot.identity.grant_mac import sealed_proof
from bot.identity.interfaces import Records
from bot.identity.masks import masked
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import (
    AnsweredOnPage,
    MadeByBrowser,
    MadeElsewhere,
    MetElsewhere,
    SignedOnPage,
    TypedCode,
    TypedOnPage,
    WrittenOnPage,
)
from bot.identity.methods.tools import Made, Right, Tools
from bot.identity.registered import Registered
from bot.model.drifts import Drifted
from bot.model.facts import BY_STRANGERS, Audited, Challenged, Proved, UsedUp
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import Action, ChallengeId, Kind, Line, MethodId, ProofId, SubjectId, WindowId, WordsId, is_decoy
from bot.platform.job_outbox import Queue, Sent
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args

EXPIRED, OVER = "verify.code_expired", "undelivered.over"


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge, as a step keeps it."""

    id: ChallengeId
    kind: Kind
    hint: Line
    method: MethodId
    number: int | None = None  # to be typed elsewhere


@dataclass(frozen=True)
class Challenges:
    """For one turn."""

    turn: Turn
    records: Records
    limits: AttemptLimits
    tools: Tools

    @property
    def keys(self) -> Keys:
        """The ring."""
        return self.tools.keys

    @property
    def world(self) -> World:
        """Time and chance."""
        return self.tools.world

    async def ask(
        self, subject: SubjectId, action: Action, kind: Kind, method: Registered | None, *, granted: bool = False
    ) -> Asked:
        """`method` None: a decoy, or a stranger's guess at a method that isn't there; it looks the same and sends nothing.

        `granted`: whoever asks has proved already who they are.
        """
        asking, told = METHODS[kind], granted or await self._told(subject)
        sends = asking.channel is not None or bool(asking.prompts)
        if not granted:
            await self.limits.prompted(kind)
        if again_at := await self.limits.one_more(subject, kind, method if sends else None):
            if told:
                minutes = math.ceil((again_at - self.world.now()) / 60)
                raise Misstep("verify.too_many_codes" if sends else "verify.begun_too_often", minutes=minutes)
            method = None  # a stranger isn't told: where nobody is, nothing is sent either
        if await self.limits.denied(subject, kind):
            if told:
                raise Misstep("verify.denied")
            method = None
        if told and method and await self.limits.ended(method.id):
            raise Misstep("verify.ended")
        hint = Line(masked(method)) if method and self.turn.party.subject is not None else Line("")
        until = self.world.now() + asking.lifetime
        id = ChallengeId(self.world.id("challenge"))
        by = (BY_STRANGERS,) if is_decoy(subject) else ()
        self.turn.note(
            Challenged(id, self.turn.conversation, subject, action, kind, method.id if method else None, hint, until),
            Audited(
                "identity:proof:asked", subject, (*args(method=kind, challenge=id, conversation=self.turn.conversation), *by)
            ),
        )
        if method and (channel := asking.channel):
            known = int(self.turn.party.subject is not None)
            about = args(challenge=id, method=method.id, language=self.turn.party.language, known=known, granted=int(granted))
            self.turn.note(Sent("code", subject, about, channel.now, asking.lifetime))
        if method and asking.prompts:
            told_in = args(challenge=id, language=self.turn.party.language)
            self.turn.note(Sent("prompt", subject, told_in, Queue.PUSH_NOW, asking.lifetime))
        shows = asking.asks.number if isinstance(asking.asks, MetElsewhere) else None
        return Asked(id, kind, hint, method.id if method else MethodId(""), shows(self.keys, id) if shows else None)

    async def verify(self, id: ChallengeId, given: Secret) -> None:
        """Notes a proof. Raises Misstep for a wrong answer, Refuse when there were too many or the challenge is over."""
        asked, right = await self._checked(id, given)
        await self._noted(asked, right)

    async def take(self, id: ChallengeId, given: Secret) -> Kind:
        """From a stranger: notes a proof if it is right, and tells nobody. Raises what follows from what was asked alone."""
        asked = await self._asked(id)
        right = None
        if await self.limits.try_code(asked, told=False):
            try:
                right = await self._in_time(asked, given)
            except (Misstep, Refuse) as no:
                if no.words == EXPIRED:
                    raise
        if right:
            await self._noted(asked, right)
        else:
            detail = args(method=asked.kind, conversation=asked.conversation)
            self.turn.note(Audited("identity:proof:wrong", asked.subject, (*detail, BY_STRANGERS)))
        return asked.kind

    async def _noted(self, asked: Challenged, right: Right) -> None:
        if self.turn.window is None:
            raise Refuse("verify.over")  # nobody spoke
        self._proved(asked, right, self.turn.window, self.world.now())
        await self.limits.succeeded(asked)

    async def met(self, id: ChallengeId) -> bool:
        """Notes a proof once what is met elsewhere is on record for the sealed page. Raises Refuse for a record that isn't ours."""
        asked, page = await self.records.challenge(id), self.turn.sealed
        shape = METHODS[asked.kind].asks if asked else None
        if asked is None or page is None or not isinstance(shape, MetElsewhere):
            return False
        met = shape.met(asked, self.tools)
        if met is None:
            return False
        if asked.conversation != self.turn.conversation:
            raise Refuse("accounts.no_right")
        self._proved(asked, Right(met.method), page, met.at)
        return True

    async def undelivered(self, id: ChallengeId, *, told: bool) -> WordsId | None:
        """Why its message doesn't arrive, or that its time is over: a messenger may say yes and carry nothing.

        Not `told`: what follows from the time alone, where nothing is typed and so nobody would notice.
        """
        asked = await self.records.challenge(id)
        if asked is None:
            return None
        method, late = METHODS[asked.kind], asked.expires <= self.world.now()
        if method.prompts and late:
            return WordsId(f"method.{asked.kind}.over")
        over = method.channel is not None and late
        return WordsId(asked.undelivered or OVER) if told and (asked.undelivered or over) else None

    async def checked(self, id: ChallengeId, given: Secret) -> tuple[Challenged, Right]:
        """What was asked and what answered it, where a method is tried; one that doesn't count is answered by itself alone.

        Counts the try, and raises as `verify` does.
        """
        return await self._checked(id, given, tried=True)

    async def _checked(self, id: ChallengeId, given: Secret, *, tried: bool = False) -> tuple[Challenged, Right]:
        asked = await self._asked(id)
        await self.limits.try_code(asked, told=True)  # counted before anything is compared
        right = await self._in_time(asked, given, tried=tried)
        if right is None:
            await self.limits.missed(asked.subject, asked.kind)
            raise Misstep(METHODS[asked.kind].wrong(self.tools))
        self._learnt(right)
        return asked, right

    def _learnt(self, right: Right) -> None:
        """Of whom is known: a stranger who is right once may have guessed."""
        self.turn.remark = right.remark
        if right.method and right.drift is not None:
            self.turn.note(Drifted(right.method, right.drift))

    async def made(self, id: ChallengeId, given: Secret) -> tuple[Challenged, Made]:
        """What was asked for, and what the browser has made. Counts the try, and raises as `verify` does."""
        asked = await self._asked(id)
        shape = METHODS[asked.kind].registers
        if not isinstance(shape, MadeByBrowser):
            raise Refuse("verify.over")
        await self.limits.try_code(asked, told=True)
        self._still(asked)
        return asked, shape.made(asked.id, given, self.tools.place)

    async def came(self, id: ChallengeId) -> tuple[Challenged, Made] | None:
        """What was asked for, and what another device has made. None: nothing yet. Raises Refuse for what isn't ours."""
        asked = await self._asked(id)
        shape = METHODS[asked.kind].registers
        made = shape.made(asked, self.keys) if isinstance(shape, MadeElsewhere) else None
        return (asked, made) if made else None

    async def written(self, id: ChallengeId) -> Challenged | None:
        """What was asked for, where answers are to be written that nobody guesses, so no try is counted. None: something else was."""
        asked = await self._asked(id)
        if not isinstance(METHODS[asked.kind].registers, WrittenOnPage):
            return None
        self._still(asked)
        return asked

    async def _asked(self, id: ChallengeId) -> Challenged:
        asked = await self.records.challenge(id)
        if asked is None or asked.conversation != self.turn.conversation:
            raise Refuse("verify.over")
        return asked

    def _still(self, asked: Challenged) -> None:
        if self.world.now() >= asked.expires:
            raise Misstep(EXPIRED)

    async def _in_time(self, asked: Challenged, given: Secret, *, tried: bool = False) -> Right | None:
        self._still(asked)
        return await self._right(asked, given, asked.method if tried else None)

    async def _told(self, subject: SubjectId) -> bool:
        """Whether limits may be spoken of: not to a stranger, who would learn by them whose names belong together."""
        return self.turn.party.subject is not None or await self.limits.known(subject)

    async def _right(self, asked: Challenged, given: Secret, tried: MethodId | None) -> Right | None:
        """None for a wrong answer, and for any answer where none is typed. `tried`: it may be one that doesn't count."""
        method = METHODS[asked.kind]
        match method.asks:
            case TypedCode(check=check) | TypedOnPage(check=check) | AnsweredOnPage(check=check):
                on_file = () if method.unregistered else await self.records.methods(asked.subject)
                theirs = answering(on_file, asked.kind, tried, self.world.now())
                return await check(asked, given, theirs, self.tools)
            case SignedOnPage(check=signed):
                on_file = await self.records.methods(asked.subject) if asked.method else ()
                theirs = answering(on_file, asked.kind, tried, self.world.now())
                found = signed(asked.id, asked.subject, given, theirs, self.tools.place)
                return await unless_copied(self.records, asked.subject, asked.kind, found, self.world.now())
            case MetElsewhere():
                return None
            case _:
                assert_never(method.asks)

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
        if right.method and METHODS[asked.kind].one_use:
            self.turn.note(UsedUp(right.method, asked.subject))
