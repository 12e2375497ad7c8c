"""This chat account is mine: linked once, so that the chat knows who speaks. A link is a name on the door, and never a proof."""

from typing import TypeAlias

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.identity.chat_links import named
from bot.model.codec import kept, step
from bot.model.prompt import Ask, Choose, Code, Lines, Option, PromptState
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, ChallengeId, ExhibitId, GrantId, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import args
from flows.page import Paged, open_page
from flows.verify import Proving, prove

SKIP = Option(OptionId("skip"), WordsId("link.skip"))
KEEP = Option(OptionId("keep"), WordsId("link.keep"))
UNLINK = Option(OptionId("unlink"), WordsId("link.unlink"))
WHY = WordsId("link.code.why")
NOTHING = WordsId("")


@kept("link")
class Link:
    """For whoever talks from a chat account that is nobody's yet, or wants theirs to be nobody's again."""

    subject: SubjectId
    case: CaseId | None = None
    action = Action.LINK
    about = WordsId("about.link")

    async def begin(self, desk: Desk) -> "Linked | Closed | Paged[Proving[TypeInChat | Closed]]":
        """Somebody who is known already has nothing to link."""
        if account := desk.turn.party.account if desk.turn.party.subject else None:
            return Linked(named(account)) if await desk.chat_links.linked() else Closed(WordsId("link.by_directory"))
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """As for a reset; a company sign-in will do as well."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[TypeInChat | Closed]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "TypeInChat | Closed":
        """Now the code; at the portal there is no chat to link."""
        return remember(Closed(WordsId("link.no_chat"), state=PromptState.ERROR), self.subject, grant, desk)


def remember(last: Closed, subject: SubjectId, grant: GrantId, desk: Desk) -> "TypeInChat | Closed":
    """The last word, or, where the chat account is nobody's yet, the offer to be known there from now on."""
    account = desk.chat_links.linkable
    if account is None:
        return last
    words = NOTHING if last.words == "link.no_chat" else last.words
    return TypeInChat(subject, grant, desk.chat_links.challenge(), named(account), words, last.advice)


@step("link.code")
class TypeInChat:
    """Does the chat in which this began belong to you as well? Then type there what the page shows."""

    subject: SubjectId
    grant: GrantId
    challenge: ChallengeId
    account: Line  # as the vendor names it
    done: WordsId = NOTHING  # what has been done before, and would have been the last word
    advice: tuple[WordsId, ...] = ()

    def settled(self) -> Closed:
        """Whoever leaves links nothing; what was done before stays done."""
        if self.done:
            return Closed(self.done, advice=self.advice, state=PromptState.DONE)
        return Closed(WordsId("link.left"), advice=self.advice)

    def ask(self) -> Ask:
        """Shown on the sealed page alone, and typed in that very chat alone: whoever lured somebody to the page is named there."""
        said = (*((self.done, *self.advice) if self.done else ()), WHY)
        lines = Lines(tuple((str(words), ()) for words in said))
        return Ask("link.code", Code(), args(account=self.account), (SKIP,), content=lines, exhibit=ExhibitId(self.challenge))

    async def answer(self, reply: Reply, desk: Desk) -> "Closed | TypeInChat":
        """Linked, or left as it is."""
        if reply.choice == SKIP.id:
            return self.settled()
        await desk.chat_links.link(self.grant, self.subject, self.challenge, reply.secret)
        return Closed(WordsId("link.done"), advice=self.advice, state=PromptState.DONE)


@step("link.linked")
class Linked:
    """Your chat account is linked. Keep it so?"""

    account: Line

    def ask(self) -> Choose:
        """Kept, unless somebody says otherwise."""
        return Choose("link.linked", (KEEP, UNLINK), args(account=self.account))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """To take a name off the door needs no proof."""
        if reply.choice == UNLINK.id:
            desk.chat_links.unlink()
            return Closed(WordsId("link.unlinked"), state=PromptState.DONE)
        return Closed(WordsId("link.kept"))


Linking: TypeAlias = Linked | Closed | Paged[Proving[TypeInChat | Closed]]
