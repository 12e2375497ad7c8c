"""The first contact: what is missing or hasn't been tried for long is asked before the menu is shown; nobody in need is held up."""

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.identity.masks import asks_for, known_by
from bot.identity.methods.registry import code_of, on_page
from bot.language.intent import Intent
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import AskSecret, Choose, Option, PromptState
from bot.model.reply import Reply
from bot.platform.ids import ChallengeId, Kind, Line, MethodId, OptionId, SubjectId, WordsId
from bot.platform.sentences import args
from flows.find import WhoAreYou
from flows.menu import Begun, Menu, Wish
from flows.opening import Opening
from flows.page import Paged, open_page

NOW = Option(OptionId("now"), WordsId("hello.now"))
LATER = Option(OptionId("later"), WordsId("hello.later"))
BROKEN = Option(OptionId("broken"), WordsId("hello.broken"))


@kept("hello")
class Hello:
    """Somebody says something that is no wish."""

    about = WordsId("about.hello")

    async def begin(self, desk: Desk) -> "Invite | TryOne | Menu":
        """Only for somebody who is known."""
        subject = desk.turn.party.subject
        if subject and await desk.registration.lacking(subject):
            return Invite()
        if subject and (due := await desk.reconfirmation.due(subject)):
            return TryOne(subject, due.id, due.kind, known_by(due)[1])
        return Menu(desk.chat_links.linkable is not None)


@step("hello.invite")
class Invite:
    """You couldn't help yourself if you forgot your password. Shall we set that up?"""

    def ask(self) -> Choose:
        """May be put off, and is asked again next time."""
        return Choose("hello.invite", (NOW, LATER))

    async def answer(self, reply: Reply, desk: Desk) -> "Opening[Paged[WhoAreYou[Begun]] | Begun] | Menu":
        """Now, or what they came for."""
        return register(desk) if reply.choice == NOW.id else Menu()


@step("hello.try")
class TryOne:
    """This method hasn't been used for long. Shall we see whether it still works?"""

    subject: SubjectId
    method: MethodId
    kind: Kind
    hint: Line

    def ask(self) -> Choose:
        """May be put off, and is asked again next time."""
        known = f"method.{self.kind}.reconfirm"
        return Choose(known, (NOW, LATER), args(hint=self.hint))

    async def answer(self, reply: Reply, desk: Desk) -> "Paged[StillWorks] | Menu":
        """On the page, as every code of a registration."""
        if reply.choice != NOW.id:
            return Menu()
        return await open_page(Reconfirm(self.subject, self.method, self.kind, self.hint), desk)


@kept("reconfirm")
class Reconfirm:
    """Whoever needs the page for this."""

    subject: SubjectId
    method: MethodId
    kind: Kind
    hint: Line
    about = WordsId("about.register")

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """There is nothing to choose."""
        return ()

    async def opened(self, choice: OptionId | None, desk: Desk) -> "StillWorks":
        """A code, as when it was registered."""
        asked = await desk.reconfirmation.try_again(self.subject, self.method)
        return StillWorks(self.subject, asked.id, self.kind, asked.hint)


@step("hello.code")
class StillWorks:
    """What does it say?"""

    subject: SubjectId
    challenge: ChallengeId
    kind: Kind
    hint: Line

    def ask(self) -> AskSecret:
        """The sentence of an ordinary proof."""
        field = on_page(self.kind, self.challenge) or code_of(self.kind)
        return AskSecret(asks_for(self.kind, self.hint), field, args(hint=self.hint), (BROKEN,))

    async def answer(self, reply: Reply, desk: Desk) -> "Closed | Opening[Paged[WhoAreYou[Begun]] | Begun]":
        """Good for another while, or in need of another one."""
        if reply.choice == BROKEN.id:
            return register(desk)
        await desk.reconfirmation.reconfirm(self.challenge, reply.secret)
        return Closed(WordsId("hello.works"), state=PromptState.DONE)


def register(desk: Desk) -> "Opening[Paged[WhoAreYou[Begun]] | Begun]":
    """From now on the conversation is about this."""
    wish: Opening[Paged[WhoAreYou[Begun]] | Begun] = Opening(Wish(Intent.REGISTER))
    desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=wish))
    return wish
