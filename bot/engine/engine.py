"""Claim, run, settle: one turn of one conversation, exactly once, whoever is killed meanwhile."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import structlog

from bot.conversation.closed import refused
from bot.conversation.interfaces import Conversations, Crowded, Gone, Lost, Notice, Stale, Standing, Taken, Upgrading
from bot.conversation.lifetimes import LIFETIME, MOVES
from bot.conversation.view import View
from bot.conversation.windows import Windows
from bot.engine.desk import Desk
from bot.engine.expiry import expired_step
from bot.engine.intake import Accepted, Intake, wake_in
from bot.engine.interfaces import Answers, Looks, Reception
from bot.engine.turn_slots import TurnSlots
from bot.engine.understand import options_of, pressed
from bot.engine.wakeups import Wakeups
from bot.language.translations import Words
from bot.model.codec import UnknownPart
from bot.model.facts import Restarted
from bot.model.prompt import Say
from bot.model.reply import Reply, Word
from bot.model.step import Settled, Step
from bot.model.turn import Claim, Party, Turn, Window
from bot.model.whence import Whence
from bot.platform.clock import World
from bot.platform.constant_time import held_back, paced
from bot.platform.errors import Unavailable
from bot.platform.ids import ConversationId, OptionId, Origin, WindowId
from bot.platform.metrics import Metrics
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse
from bot.policy.pasted_passwords import PastedPasswords

log = structlog.get_logger()
LOOK = 5.0  # seconds until a waiting page looks by itself; whatever moves in this process or is told by the store wakes it
SETTLING = 5.0  # seconds of a lease that are left for writing, whoever is held back
RETRY = 30.0  # seconds until a look that faulted is tried again; grows with the age of the conversation


@dataclass(frozen=True)
class Engine:
    """Runs conversations; any number of engines may work on one store."""

    store: Conversations
    desk: Callable[[Turn], Desk]
    world: World
    windows: Windows
    words: Words
    reception: Reception
    pasted: PastedPasswords
    metrics: Metrics = field(default_factory=Metrics)
    wakeups: Wakeups = field(default_factory=Wakeups)
    slots: TurnSlots = field(default_factory=TurnSlots)

    # What comes in ----------------------------------------------------------------------------------------------------

    @property
    def incoming(self) -> Intake:
        """For whoever acknowledges before the rest is done; `open_conversation`, `hear` and `take_answer` do it all."""
        return Intake(self, self.store, self.windows, self.words, self.reception, self.world, self.pasted)

    async def open_conversation(self, first: Step, window: Window, party: Party, event: str) -> WindowId:
        """Begin a conversation. The event that opened one before opens none."""
        accepted = await self.incoming.open_conversation(first, window, party, event)
        if accepted.rest:
            await accepted.rest()
        return window.id

    async def hear(self, kind: str, address: str, said: Secret, party: Party, event: str) -> View:
        """Free text in a chat: it answers the newest open conversation there, or begins one. Raises Stale."""
        return await self.finish(await self.incoming.hear(kind, address, said, party, event))

    async def take_answer(
        self, token: str, who: str, *, option: str | None = None, said: Secret | None = None, whence: Whence | None = None
    ) -> View:
        """A button's option, or typed words. Raises Stale: the question has moved on, or `who` is a foreign hand."""
        return await self.finish(await self.incoming.take_answer(token, who, option=option, said=said, whence=whence))

    async def finish(self, accepted: Accepted) -> View:
        """Do what follows from what was accepted, and return what is to be seen then."""
        if accepted.rest:
            await accepted.rest()
        view = await self.view(accepted.window)
        return replace(view, notice=accepted.notice) if accepted.notice else view

    async def bind(self, link: str, browser: str, label: str, option: str | None = None) -> WindowId:
        """POST of the landing page: the first browser has it. Raises Taken, Gone."""
        window = self.windows.read_link(link)
        standing = await self.standing(window)
        self.windows.still_open(standing)
        mine, claim = await self.store.bind(window, browser, label)
        if not mine:
            raise Taken
        if claim:
            chosen = option and claim.window and any(o.id == option for o in options_of(claim.step.ask()))
            await self.run(claim, Reply(choice=OptionId(option)) if option and chosen else None)
        return window

    async def wake(self, id: ConversationId) -> None:
        """Nudged, timed, expired, or left behind by a replica that died."""
        if (claim := await self.store.claim_due(id)) and await self._run(claim, _left_behind(claim), patient=True):
            await self.wake(id)

    async def wake_all(self, limit: int = 50) -> int:
        """Everything that is due. Returns how many were."""
        due = await self.store.due(limit)
        for id in due:
            try:
                await self.wake(id)
            except (Lost, Stale, UnknownPart):
                continue
            except Unavailable as away:
                log.warning("engine.wake_failed", conversation=id, fault=str(away))
            except Exception:
                log.exception("engine.wake_failed", conversation=id)
        return len(due)

    # What is shown ----------------------------------------------------------------------------------------------------

    async def view(self, window: WindowId, who: str | None = None) -> View:
        """One conversation as one window sees it. Raises Gone, also for a `who` whose window it isn't."""
        standing = await self.standing(window)
        if who is not None and not _owns(standing.window, who):
            raise Gone
        return self.windows.view(standing)

    async def preview(self, link: str) -> View:
        """What the landing page shows before it is opened; changes nothing. Raises Gone, Taken."""
        standing = await self.standing(self.windows.read_link(link))
        self.windows.still_open(standing)
        return self.windows.view(standing)

    async def owns(self, window: WindowId, who: str) -> bool:
        """`who`: the vendor's address of this person and place, or the hash of the one bound browser's cookie."""
        standing = await self.store.standing(window)
        return bool(standing and _owns(standing.window, who))

    async def wait(self, window: WindowId, turn: int, seconds: float) -> None:
        """Returns when the conversation has moved past `turn`, or after `seconds`."""
        until = asyncio.get_running_loop().time() + seconds
        while (left := until - asyncio.get_running_loop().time()) > 0:
            standing = await self.standing(window)
            if standing.turn > turn or standing.closed:
                return
            await self.wakeups.wait(standing.window.conversation, min(left, LOOK))

    async def standing(self, window: WindowId) -> Standing:
        try:
            if standing := await self.store.standing(window):
                return standing
        except UnknownPart as newer:
            raise Upgrading from newer
        raise Gone

    # One turn ---------------------------------------------------------------------------------------------------------

    async def run(self, claim: Claim, reply: Reply | None) -> None:
        """`reply` None: nobody spoke, the engine looks; where that has to wait, the loops see to it. Raises Crowded, Stale.

        Every turn of a stranger's ends at a beat, whatever its step looks up, so that no flow can forget to be slow.
        """
        async with paced() if claim.party.origin is Origin.STRANGER else nullcontext():
            await self._run_soon(claim, reply)

    async def _run_soon(self, claim: Claim, reply: Reply | None) -> None:
        try:
            again = await self._run(claim, reply)
        except Crowded:
            self.metrics.turn("crowded")
            await self.store.release(claim, 0.0 if reply is None else wake_in(claim.step.ask()))
            if reply is None:
                return
            raise
        if again:
            await self.wake(claim.conversation)

    async def _run(self, claim: Claim, reply: Reply | None, *, patient: bool = False) -> bool:
        """Whether it is to look again at once. Whoever is held back takes nobody's slot meanwhile, and sees nothing elsewhere either."""
        turn = Turn(claim)
        async with self.slots.slot(patient=patient):
            decided = await self._decide(claim, turn, reply)
            if not turn.held_back:
                return await self._concluded(claim, turn, reply, *decided)
        await held_back(min(turn.held_back, claim.until - self.world.now() - SETTLING))
        async with self.slots.slot(patient=True):
            return await self._concluded(claim, turn, reply, *decided)

    async def _concluded(self, claim: Claim, turn: Turn, reply: Reply | None, next_: Step, notice: Notice | None) -> bool:
        prompt = next_.ask()
        if claim.died and reply is None and next_ == claim.step:
            notice = notice or Notice("engine.interrupted")
        if reply is None and next_ == claim.step and not turn.facts and not notice:
            await self.store.release(claim, wake_in(prompt))  # nothing new: the buttons stay good
            return False
        try:
            await self.settle(claim, next_, notice, turn)
        except Lost as lost:
            self.metrics.turn("lost")
            raise Stale from lost
        self.metrics.turn("settled")
        return wake_in(prompt) == 0

    async def settle(self, claim: Claim, next_: Step, notice: Notice | None, turn: Turn) -> None:
        prompt = next_.ask()
        await self.store.settle(claim, next_, notice, turn.facts, closed=isinstance(prompt, Say), wake_in=wake_in(prompt))
        self.wakeups.wake(claim.conversation)

    async def _decide(self, claim: Claim, turn: Turn, reply: Reply | None) -> tuple[Step, Notice | None]:
        try:
            async with asyncio.timeout(max(0.0, claim.until - self.world.now())):
                next_ = await (self._answer(claim, turn, reply) if reply else self._look(claim, turn))
                return next_, Notice(*turn.remark) if turn.remark else None
        except Refuse as no:
            turn.refused(no.words)
            self.metrics.refusal(no.words)
            return refused(no), None
        except Misstep as no:
            turn.refused(no.words)
            self.metrics.refusal(no.words)
            if reply is None:  # nobody is there to be asked again
                return refused(no), None
            return claim.step, Notice(no.words, no.args_)
        except Lost as lost:
            raise Stale from lost
        except Unavailable:
            raise  # nothing can be written of it either; whoever claims it next looks
        except Exception as fault:  # noqa: BLE001 - whatever went wrong, the person gets an answer and the log a trace
            return await self._after(fault, claim, turn, reply)

    async def _after(self, fault: Exception, claim: Claim, turn: Turn, reply: Reply | None) -> tuple[Step, Notice]:
        """A crash with a witness: the way out is the same as without one, the engine looks."""
        reference = self.world.bytes(4).hex()
        step, late = type(claim.step).__name__, isinstance(fault, TimeoutError)  # of its lease: the trace says where, and not why
        log.error("engine.fault", reference=reference, step=step, fault=type(fault).__name__, exc_info=None if late else fault)
        self.metrics.turn("fault")
        turn.refused("fault", (("reference", reference),))
        notice = Notice("engine.fault", (("reference", reference),))
        try:
            return await self._look(claim, turn), notice
        except Misstep as no:
            return refused(no), notice
        except Unavailable:
            raise  # what it was about to do may be done: the claim isn't given back as if nothing were open, and the next one looks
        except Exception as again:
            log.exception("engine.look_failed", reference=reference)
            if reply is not None:
                return claim.step, notice
            await self.store.release(claim, max(RETRY, self.world.now() - (claim.expires - LIFETIME)))
            raise Stale from again

    async def _answer(self, claim: Claim, turn: Turn, reply: Reply) -> Step:
        if claim.died:  # what it was about to do may be done already
            looked = await self._look(claim, turn)
            if looked != claim.step or turn.facts:
                return looked
        if reply.word:
            return await self._word(claim, turn, reply.word)
        if not isinstance(claim.step, Answers):
            raise Misstep("engine.please_wait")
        return await claim.step.answer(reply, self.desk(turn))

    async def _word(self, claim: Claim, turn: Turn, word: Word) -> Step:
        if word is Word.ELSEWHERE:
            if claim.moves >= MOVES:
                raise Refuse("engine.moved_too_often")
            turn.note(Restarted(claim.conversation, unbind=True))
            return claim.first
        if word is Word.START_OVER:
            turn.note(Restarted(claim.conversation, unbind=False))
            return claim.first
        if word in (Word.CANCEL, Word.PERSON) and isinstance(claim.step, Settled):
            return claim.step.settled()
        if word is Word.NOT_ME and claim.window and claim.window.chat:  # not from a page: whoever found the link would close it
            await self.desk(turn).identity.close_this_door()
        raise Refuse(f"engine.{word}")

    async def _look(self, claim: Claim, turn: Turn) -> Step:
        if claim.expired:
            return expired_step(claim.step)
        return await claim.step.look(self.desk(turn)) if isinstance(claim.step, Looks) else claim.step


def _owns(window: Window, who: str) -> bool:
    return bool(who) and who == (window.browser or window.address)


def _left_behind(claim: Claim) -> Reply | None:
    """What whoever held it before had been given to answer, and never settled."""
    if not claim.died or claim.pressed is None:
        return None
    try:
        return pressed(claim.step.ask(), claim.pressed)
    except Misstep:
        return None
