"""This wasn't me: somebody pressed the link of a notice, and what can be undone is undone; or says so in a chat, without a link."""

from collections.abc import Mapping

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.identity.takeover_report import Undone
from bot.model.codec import kept, step
from bot.model.prompt import PromptState, Wait
from bot.platform.ids import GrantId, Line, WordsId
from flows.real_agent import CaseAboutYou, about_you

SOON = 20.0  # seconds until a directory that was silent is asked again
# What is said besides how the password fares.
SAID: Mapping[Undone, tuple[str, ...]] = {
    Undone.UNDONE: ("not_me.off", "not_me.closed", "not_me.after", "not_me.signed_in", "not_me.told"),
    Undone.MOVED_ON: ("not_me.other_notice", "not_me.off", "not_me.closed", "not_me.told"),
    Undone.NEVER_MADE: ("not_me.proved", "not_me.off", "not_me.closed", "not_me.told"),
    Undone.KEPT: ("not_me.off", "not_me.closed", "not_me.told"),
    Undone.REFUSED: ("not_me.may_work", "not_me.off", "not_me.closed", "not_me.told"),
    Undone.GAVE_UP: ("not_me.may_work", "not_me.press_again", "not_me.off", "not_me.closed", "not_me.told"),
}
# Whoever it is about has to do something now. Everything else is as good as can be.
OPEN = frozenset({Undone.MOVED_ON, Undone.REFUSED, Undone.GAVE_UP})

NOTHING = ("not_me.nothing.codes", "not_me.nothing.told")


def last_word(undone: Undone | None) -> Closed:
    """None: it was done before."""
    if undone is None:
        return Closed(WordsId("not_me.already"), advice=(WordsId("not_me.did"), WordsId("not_me.help")))
    state = PromptState.ERROR if undone in OPEN else PromptState.DONE
    return Closed(WordsId(f"not_me.{undone}"), advice=tuple(WordsId(line) for line in SAID[undone]), state=state)


@kept("not_me")
class NotMe:
    """A notice told of what was done with this grant; `mac` is the signature of its link."""

    grant: GrantId
    mac: Line
    about = WordsId("about.not_me")

    async def begin(self, desk: Desk) -> "Undoing | Closed":
        """An effect has a step of its own: its grant can be spent only once it is on disk."""
        right = await desk.takeovers.right(self.grant, self.mac)
        return Undoing(self, right) if right else last_word(None)


@step("not_me.now")
class Undoing:
    """One moment: the change is being undone."""

    link: NotMe
    grant: GrantId
    frozen: bool = False  # all but the password is done, and that isn't sure yet
    over: bool = False  # to be done over again at once: an earlier write came in

    def ask(self) -> Wait:
        """Nothing: the engine looks at once, and then from time to time."""
        return Wait("not_me.waiting", after=0 if self.over else SOON) if self.frozen else Wait("not_me.now", after=0)

    async def look(self, desk: Desk) -> "Undoing | Closed":
        """Undo; again and again while the directory is silent."""
        if not await desk.takeovers.in_force(self.grant):  # nobody was there for ten minutes, or the directory wasn't
            right = await desk.takeovers.right(self.link.grant, self.link.mac)
            return Undoing(self.link, right, self.frozen) if right else last_word(None)
        undone = await desk.takeovers.undo(self.link.grant, self.link.mac, self.grant, again=self.frozen)
        if undone is Undone.SILENT:
            return Undoing(self.link, self.grant, frozen=True)
        if undone is Undone.ARRIVED:  # what its grant was for is done, and has to be done again
            right = await desk.takeovers.right(self.link.grant, self.link.mac)
            return Undoing(self.link, right, frozen=True, over=True) if right else last_word(None)
        return last_word(undone)


@kept("not_me_words")
class NotMeInWords:
    """The same without a link."""

    about = WordsId("about.not_me")

    async def begin(self, desk: Desk) -> "CaseAboutYou | Closed":
        """A chat proves nothing, so it undoes nothing: every notice has the link. Where there is no notice, nothing was done."""
        if case := await about_you(desk):
            return case
        subject = desk.turn.party.subject
        if subject and not await desk.takeovers.changed_lately(subject):
            await desk.takeovers.report_prompts(subject)
            return Closed(WordsId("not_me.nothing"), advice=tuple(map(WordsId, NOTHING)))
        return Closed(WordsId("not_me.where"), advice=(WordsId("not_me.where.look"), WordsId("not_me.where.call")))
