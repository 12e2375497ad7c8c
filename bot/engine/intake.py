"""What comes in from outside: taken once, understood, and claimed; what follows from a claim may be done after it was acknowledged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.conversation.interfaces import Conversations, Notice, Stale, Standing
from bot.conversation.windows import Windows
from bot.engine.asides import aside_answer
from bot.engine.interfaces import Reception, TurnRunner
from bot.engine.understand import pressed, typed
from bot.language.asides import Aside, aside_in
from bot.language.translations import Words
from bot.model.facts import Restarted
from bot.model.prompt import Ask, AskSecret, Password, Prompt, Text, Wait
from bot.model.reply import Reply
from bot.model.step import Step
from bot.model.turn import Claim, Party, Turn, Window
from bot.model.whence import Whence
from bot.platform.clock import World
from bot.platform.ids import ConversationId, OptionId, WindowId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from bot.policy.pasted_passwords import LONGEST, SHORTEST, PastedPasswords, looks_like_a_password, password_in


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is on disk. `rest` is what follows; should we die before, another replica does it. `notice` is in no row.

    `begun`: a conversation of its own, so nothing of it stands above what was typed.
    """

    window: WindowId
    rest: Callable[[], Awaitable[None]] | None = None
    notice: Notice | None = None
    begun: bool = False


@dataclass(frozen=True)
class Intake:
    """Each method returns as soon as nothing can get lost any more; none waits for a step that is run."""

    engine: TurnRunner
    store: Conversations
    windows: Windows
    words: Words
    reception: Reception
    world: World
    pasted: PastedPasswords

    async def open_conversation(self, first: Step, window: Window, party: Party, event: str) -> Accepted:
        """Begin a conversation in a window. The event that opened one before opens none."""
        claim = await self.store.open_conversation(first, window, party, event)
        return Accepted(window.id, partial(self.engine.run, claim, None) if claim else None, begun=claim is not None)

    async def hear(self, kind: str, address: str, said: Secret, party: Party, event: str) -> Accepted:
        """Free text in a chat, of an event that `take_event` has given to whoever calls. Raises Stale as `take_answer` does."""
        if password := password_in(said.reveal()):
            await self.pasted.refuse(password)
        accepted = await self._heard(kind, address, said, party, event)
        if password is None:
            return accepted
        alone = looks_like_a_password(said.reveal())  # then what it was answered with says so already
        return accepted if accepted.notice or alone else replace(accepted, notice=Notice("engine.spent_password"))

    async def overheard(self, said: Secret, event: str) -> bool:
        """What isn't meant for us, yet may hold a password: then it is refused from then on, and its owner is to be told, once."""
        if (password := password_in(said.reveal())) is None:
            return False
        await self.pasted.refuse(password)
        return await self.take_event(event)

    async def _heard(self, kind: str, address: str, said: Secret, party: Party, event: str) -> Accepted:
        if newest := await self.store.newest(kind, address):
            standing = await self.engine.standing(newest)
            if not standing.closed:
                token = self.windows.token(newest, standing.turn)
                return await self.take_answer(token, address, said=said)
        return await self.begin(await self.reception.first_step(said.reveal(), party), kind, address, party, event)

    async def take_event(self, event: str) -> bool:
        """One committed row, before anything is understood or said. False: another copy of this event has been taken, here or elsewhere."""
        return await self.store.take_event(event)

    async def begin(self, first: Step, kind: str, address: str, party: Party, event: str) -> Accepted:
        """Begin a conversation in a chat, in a window of its own."""
        window = Window(WindowId(self.world.id("win")), ConversationId(self.world.id("convo")), kind, address)
        return await self.open_conversation(first, window, party, event)

    async def take_answer(
        self, token: str, who: str, *, option: str | None = None, said: Secret | None = None, whence: Whence | None = None
    ) -> Accepted:
        """A button's option, or typed words. Raises Stale: the question has moved on, or `who` is a foreign hand."""
        window, turn = self.windows.read_token(token)
        standing = await self.engine.standing(window)
        if standing.turn != turn or standing.closed:
            raise Stale
        try:
            reply = self._reply(standing, option, said)
        except Misstep as no:  # it doesn't fit the question: nothing is claimed, nothing is used up
            if said and (turned := await self._beside(said, standing, turn, who)):
                return turned
            if not await self.engine.owns(window, who):
                raise Stale from no
            pasted = said is not None and standing.window.chat and await self._pasted(standing, said)
            if pasted and no.words != "engine.only_on_the_page":  # which says as much
                return Accepted(window, notice=Notice("engine.spent_password"))
            return Accepted(window, notice=Notice(no.words, no.args_))
        no_name = said and reply.text and (" " in reply.text or "?" in reply.text)
        if said and no_name and (turned := await self._beside(said, standing, turn, who)):
            return turned
        claim = replace(await self._claim(window, turn, who, option), whence=whence)
        return Accepted(window, partial(self.engine.run, claim, reply))

    async def _pasted(self, standing: Standing, said: Secret) -> bool:
        """Where a password is asked for on the page, even one of plain words is one."""
        text, prompt = said.reveal(), standing.step.ask()
        asked = isinstance(prompt, AskSecret) and isinstance(prompt.field, Password)
        if looks_like_a_password(text) or (asked and SHORTEST <= len(text.strip()) <= LONGEST):
            await self.pasted.refuse(said)
            return True
        return False

    def _reply(self, standing: Standing, option: str | None, said: Secret | None) -> Reply:
        prompt = standing.step.ask()
        return pressed(prompt, option) if option is not None else typed(prompt, said or Secret(""), standing.window, self.words)

    async def _beside(self, said: Secret, standing: Standing, turn: int, who: str) -> Accepted | None:
        """Something about the question, or another wish. None: neither."""
        prompt, window = standing.step.ask(), standing.window
        if isinstance(prompt, Ask) and isinstance(prompt.field, Text) and prompt.field.what == "ticket":
            return None
        aside = None if window.sealed and isinstance(prompt, AskSecret) else aside_in(said.reveal())
        if aside and aside is not Aside.HELP:  # the desk's wish is called so too
            return await self._aside(aside, standing, turn, who)
        if wish := await self._another_wish(said, standing, doubtful=not isinstance(prompt, Ask)):
            if window.chat and who == window.address and self.reception.goes_on(standing.step):
                return await self.begin(wish, window.kind, window.address, standing.party, self.world.id("event"))
            return await self._divert(window.id, turn, who, wish)
        return await self._aside(aside, standing, turn, who) if aside else None

    async def _aside(self, aside: Aside, standing: Standing, turn: int, who: str) -> Accepted:
        window = standing.window.id
        match aside_answer(aside, standing, self.world.now()):
            case Notice() as remark:
                if not await self.engine.owns(window, who):
                    raise Stale
                return Accepted(window, notice=remark)
            case Reply() as reply:
                return Accepted(window, partial(self.engine.run, await self._claim(window, turn, who, None), reply))

    async def _another_wish(self, said: Secret, standing: Standing, *, doubtful: bool) -> Step | None:
        if standing.window.sealed and isinstance(standing.step.ask(), AskSecret):
            return None
        if standing.party.asker:
            return None  # a case is about one thing, and whoever has its page hasn't proved to be its subject
        return await self.reception.wish(said.reveal(), standing.party, standing.step, doubtful=doubtful)

    async def _divert(self, window: WindowId, turn: int, who: str, wish: Step) -> Accepted:
        claim = await self._claim(window, turn, who, None)
        if wish in (claim.step, claim.first):  # they are doing that already
            await self.store.release(claim, wake_in(claim.step.ask()))
            return Accepted(window)
        run, next_ = Turn(claim), self.reception.leave(claim.step, wish)
        if next_ is wish:
            run.note(Restarted(claim.conversation, unbind=False, first=wish))
        await self.engine.settle(claim, next_, None, run)
        due = wake_in(next_.ask()) == 0
        return Accepted(window, partial(self.engine.wake, claim.conversation) if due else None)

    async def _claim(self, window: WindowId, turn: int, who: str, option: str | None) -> Claim:
        if claim := await self.store.claim(window, turn, who, OptionId(option) if option is not None else None):
            return claim
        raise Stale


def wake_in(prompt: Prompt) -> float | None:
    """Seconds until the engine looks again by itself. None: when it is nudged."""
    return prompt.after if isinstance(prompt, Wait | Ask | AskSecret) else None
