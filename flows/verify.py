"""Prove that it's you: as often as the policy asks, by any method registered beforehand. Every flow goes through here."""

from dataclasses import replace
from typing import Generic, Protocol, TypeAlias, assert_never

from bot.engine.desk import Desk
from bot.identity.identity import Standing
from bot.identity.masks import asks_for
from bot.identity.methods.registry import METHODS, address_of, code_of, on_page, on_page_alone
from bot.identity.methods.shapes import AnsweredOnPage, MetElsewhere, SignedOnPage, TypedAndTried, TypedCode, TypedOnPage
from bot.model.codec import step
from bot.model.prompt import Ask, AskSecret, Choose, Option, PromptState, Stage, Wait
from bot.model.reply import Reply
from bot.model.step import Next
from bot.platform.ids import Action, CaseId, ChallengeId, GrantId, Kind, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import Refuse, args

AGAIN = Option(OptionId("again"), WordsId("verify.again"))
AGAIN_THERE = Option(OptionId("again"), WordsId("verify.again_there"))
OTHER = Option(OptionId("other"), WordsId("verify.other"))
ANEW = Option(OptionId("anew"), WordsId("verify.anew"))


class Goal(Protocol[Next]):
    """What somebody wants to be allowed, and what comes when they are."""

    @property
    def action(self) -> Action:
        """What the grant will be for."""

    @property
    def subject(self) -> SubjectId:
        """Whose account."""

    @property
    def case(self) -> CaseId | None:
        """Set: the helpdesk asked for it."""

    async def granted(self, grant: GrantId, desk: Desk) -> Next:
        """The proofs are enough."""


async def prove(
    goal: Goal[Next], desk: Desk, choice: OptionId | None = None, taken: tuple[Kind, ...] = ()
) -> "HowToProve[Next] | TypeIt[Next] | TypeInFull[Next] | MeetElsewhere[Next] | Next":
    """The way in, and the way on after each proof: enough on record, or which method next? `taken`: what a stranger gave, right or wrong."""
    match await _standing(goal, desk, taken):
        case ():
            raise Refuse("verify.no_method_left")
        case (only,):
            return await ask_for(goal, only.id, desk, taken)
        case tuple() as offers:
            again = offers[0].id if offers[0].id in taken else None
            chosen = next((o.id for o in offers if o.id == choice), again)
            return await ask_for(goal, chosen, desk, taken) if chosen else await choose(goal, offers, desk, taken)
        case grant:
            return await goal.granted(grant, desk)


async def _standing(goal: Goal[Next], desk: Desk, taken: tuple[Kind, ...]) -> Standing:
    """Where there is no page, nothing is offered that is given on one alone."""
    found = await desk.identity.standing(goal.subject, goal.action, goal.case, taken)
    if isinstance(found, str) or desk.turn.sealed:
        return found
    return tuple(offer for offer in found if _kind(offer.id) not in on_page_alone())


async def ask_for(
    goal: Goal[Next], choice: OptionId, desk: Desk, taken: tuple[Kind, ...] = ()
) -> "TypeIt[Next] | TypeInFull[Next] | MeetElsewhere[Next]":
    """By this method. A visitor, who may be anybody, has to know where the code goes."""
    kind = _kind(choice)
    method, stage = METHODS[kind], await desk.identity.stage(goal.subject, goal.action, {kind}, taken)
    if isinstance(method.registers, TypedAndTried) and desk.turn.party.subject is None:
        return TypeInFull(goal, kind, stage, taken)
    asked = await desk.identity.ask_for(goal.subject, goal.action, choice)
    match method.asks:
        case TypedCode() | TypedOnPage() | SignedOnPage() | AnsweredOnPage():
            in_chat = await desk.identity.in_chat(goal.action)
            return TypeIt(goal, asked.id, kind, choice, asked.hint, in_chat=in_chat, stage=stage, taken=taken)
        case MetElsewhere():
            return MeetElsewhere(goal, asked.id, kind, stage, taken, asked.number)
        case _:
            assert_never(method.asks)


async def choose(goal: Goal[Next], offers: tuple[Option, ...], desk: Desk, taken: tuple[Kind, ...] = ()) -> "HowToProve[Next]":
    """Which of them?"""
    stage = await desk.identity.stage(goal.subject, goal.action, {_kind(o.id) for o in offers}, taken)
    return HowToProve(goal, offers, stage, taken)


def _kind(choice: OptionId) -> Kind:
    return Kind(choice.partition(":")[0])


@step("verify.how")
class HowToProve(Generic[Next]):
    """How shall I check that it's you?"""

    goal: Goal[Next]
    offers: tuple[Option, ...]
    stage: Stage | None = None
    taken: tuple[Kind, ...] = ()

    def ask(self) -> Choose:
        """The strongest is the first."""
        return Choose("verify.how.next" if self.taken else "verify.how", self.offers, stage=self.stage)

    async def answer(self, reply: Reply, desk: Desk) -> "TypeIt[Next] | TypeInFull[Next] | MeetElsewhere[Next]":
        """Sends the code, where there is one to send."""
        return await ask_for(self.goal, reply.choice or self.offers[0].id, desk, self.taken)


@step("verify.in_full")
class TypeInFull(Generic[Next]):
    """What is the number, or the private address, that is on file? All of it."""

    goal: Goal[Next]
    kind: Kind
    stage: Stage | None = None
    taken: tuple[Kind, ...] = ()

    def ask(self) -> AskSecret:
        """Nobody's business in a chat."""
        return AskSecret(f"method.{self.kind}.in_full", address_of(self.kind), options=(OTHER,), stage=self.stage)

    async def answer(self, reply: Reply, desk: Desk) -> "TypeIt[Next] | HowToProve[Next] | Next":
        """Only a match sends anything; the words are the same either way."""
        if reply.choice == OTHER.id:
            return await choose_again(self.goal, desk, self.taken)
        asked = await desk.identity.ask_at(self.goal.subject, self.goal.action, self.kind, reply.text or "")
        return TypeIt(
            self.goal, asked.id, asked.kind, OptionId(f"{self.kind}:{asked.method}"), stage=self.stage, taken=self.taken
        )


@step("verify.type")
class TypeIt(Generic[Next]):
    """What does your authenticator, phone or mailbox say? Or: what is your password at the moment?"""

    goal: Goal[Next]
    challenge: ChallengeId
    kind: Kind
    choice: OptionId
    hint: Line = Line("")
    in_chat: bool = False
    trouble: WordsId | None = None  # why the message doesn't arrive
    stage: Stage | None = None
    taken: tuple[Kind, ...] = ()

    def ask(self) -> Ask | AskSecret:
        """A proof that opens a page is given on that page."""
        method, follows = METHODS[self.kind], self.kind in self.taken
        sentence = f"method.{self.kind}.next" if follows else self.trouble or asks_for(self.kind, self.hint)
        options = (*((AGAIN,) if method.channel else ()), OTHER, *((ANEW,) if self.taken else ()))
        if field := on_page(self.kind, self.challenge):
            return AskSecret(sentence, field, options=() if method.unregistered else options, stage=self.stage)
        typed, state = Ask if self.in_chat else AskSecret, PromptState.ERROR if self.trouble else PromptState.QUESTION
        over = method.lifetime if method.channel and not self.trouble else None  # nobody waits for longer for what doesn't come
        return typed(sentence, code_of(self.kind), args(hint=self.hint), options, state=state, stage=self.stage, after=over)

    async def answer(
        self, reply: Reply, desk: Desk
    ) -> "TypeIt[Next] | TypeInFull[Next] | MeetElsewhere[Next] | HowToProve[Next] | Next":
        """One method or three: the same line."""
        if reply.choice == AGAIN.id:
            asked = await desk.identity.ask_again(self.goal.subject, self.goal.action, self.choice)
            return replace(self, challenge=asked.id, trouble=None)
        if reply.choice in (OTHER.id, ANEW.id):
            return await choose_again(self.goal, desk, self.taken if reply.choice == OTHER.id else ())
        taken = await desk.identity.answer(self.goal.subject, self.challenge, reply.secret, self.taken)
        return await prove(self.goal, desk, taken=taken)

    async def look(self, desk: Desk) -> "TypeIt[Next]":
        """A message that can't arrive is nothing to wait for."""
        return replace(self, trouble=await desk.identity.undelivered(self.challenge))


@step("verify.elsewhere", formerly="verify.sign_in", kind="sign_in")
class MeetElsewhere(Generic[Next]):
    """Will you do it there?"""

    goal: Goal[Next]
    challenge: ChallengeId
    kind: Kind
    stage: Stage | None = None
    taken: tuple[Kind, ...] = ()
    number: int | None = None  # to be typed there
    trouble: WordsId | None = None  # why nobody will

    def ask(self) -> Wait:
        """The way there, and the number, are on the sealed page alone."""
        method, shape = METHODS[self.kind], METHODS[self.kind].asks
        there = self.challenge if isinstance(shape, MetElsewhere) and shape.signs_in else None
        state = PromptState.ERROR if self.trouble else PromptState.QUESTION
        number, over = (self.number, method.lifetime) if self.number and not self.trouble else (None, None)
        options = (AGAIN_THERE, OTHER) if self.trouble else (OTHER,)
        sentence = self.trouble or f"method.{self.kind}.ask"
        return Wait(sentence, options=options, number=number, after=over, sign_in=there, state=state, stage=self.stage)

    async def look(self, desk: Desk) -> "MeetElsewhere[Next] | TypeInFull[Next] | TypeIt[Next] | HowToProve[Next] | Next":
        """Back from there, or not yet."""
        if await desk.identity.met(self.challenge):
            return await prove(self.goal, desk, taken=(*self.taken, self.kind))
        return replace(self, trouble=await desk.identity.undelivered(self.challenge))

    async def answer(
        self, reply: Reply, desk: Desk
    ) -> "MeetElsewhere[Next] | TypeInFull[Next] | TypeIt[Next] | HowToProve[Next] | Next":
        """Another way, or this one anew."""
        if reply.choice == AGAIN_THERE.id:
            return await ask_for(self.goal, OptionId(self.kind), desk, self.taken)
        return await choose_again(self.goal, desk, self.taken)


async def choose_again(goal: Goal[Next], desk: Desk, taken: tuple[Kind, ...]) -> "HowToProve[Next] | Next":
    """Another way, if there is one; the only one is offered again rather than sent at once."""
    match await _standing(goal, desk, taken):
        case ():
            raise Refuse("verify.no_method_left")
        case tuple() as offers:
            return await choose(goal, offers, desk, taken)
        case grant:
            return await goal.granted(grant, desk)


Proving: TypeAlias = HowToProve[Next] | TypeIt[Next] | TypeInFull[Next] | MeetElsewhere[Next] | Next
