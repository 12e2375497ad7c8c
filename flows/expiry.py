"""When does my password expire? Told to whoever is known here, as the directory that owns the account tells it."""

import re

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.model.codec import kept
from bot.model.prompt import PromptState
from bot.platform.clock import told
from bot.platform.ids import Line, Origin, WordsId
from bot.platform.sentences import Misstep

_please = r"\s*(?:(?:hi|hello|please|can you|could you|tell me|do you know|bitte|sag mir)[ ,]+)*"
_mine = r"(?:my|the) (?:current |work |windows |ad )?password"
_end = r"(?: again| next)?\s*[?.!]*\s*"
EXPIRY = re.compile(
    rf"{_please}(?:when (?:does|will|is) {_mine} (?:expire|expiring|run out|going to expire|due(?: to (?:expire|be changed))?)"
    rf"|when {_mine} (?:expires|will expire|runs out)"
    rf"|(?:how long (?:is|will) {_mine} (?:still )?(?:be )?(?:valid|good|last))"
    rf"|(?:how (?:many days|long) (?:until|till|before|do i have (?:until|before)) (?:{_mine} expires|i (?:have to|must) change (?:my|the) password))"
    rf"|(?:has|is) {_mine} (?:expired|expiring|about to expire)(?: soon)?"
    rf"|(?:does|will) {_mine} (?:ever )?(?:expire|run out)(?: soon| this week| today)?"
    r"|when do i (?:have to|need to) change my password"
    r"|wann l(?:ä|ae)uft mein (?:passwort|kennwort) ab"
    r"|wie lange (?:ist|gilt) mein (?:passwort|kennwort)(?: noch)?(?: g(?:ü|ue)ltig)?"
    r"|(?:ist mein (?:passwort|kennwort) abgelaufen|l(?:ä|ae)uft mein (?:passwort|kennwort)(?: bald)? ab)"
    r"|wann muss ich mein (?:passwort|kennwort) (?:ä|ae)ndern)"
    rf"{_end}",
    re.IGNORECASE,
)


@kept("expiry")
class PasswordExpiry:
    """The question. `page` shows it as well, to whoever proves who they are there."""

    page: Line
    about = WordsId("about.expiry")

    async def begin(self, desk: Desk) -> Closed:
        """Whoever isn't known hears how to find out, and nothing about any account."""
        party = desk.turn.party
        if party.subject is None or party.origin is not Origin.LINKED:
            return Closed(WordsId("explain.stranger"), self.page)
        try:
            state = await desk.accounts.state(party.subject)
        except Misstep:
            return Closed(WordsId("expiry.silent"))
        if state.must_change:
            return Closed(WordsId("expiry.must_change"), state=PromptState.DONE)
        if state.expires_at is None:
            return Closed(WordsId("expiry.never"), state=PromptState.DONE)
        return Closed(
            WordsId("expiry.past" if state.expired else "expiry.on"), Line(told(state.expires_at)), state=PromptState.DONE
        )
