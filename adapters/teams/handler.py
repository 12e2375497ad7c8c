"""What people say and press: on disk before Teams is told that we have it; words are worked on afterwards, a press is answered."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from adapters.teams.activities import ReceivedActivity, message, typing
from adapters.teams.cards import Card, Cards
from adapters.teams.connector import ApiRefused, Connector, Unknown
from adapters.teams.conversation_references import ConversationReference, ConversationReferences
from adapters.teams.poster import Poster
from adapters.teams.speaker import KIND, Speaker, Speakers, Stranger
from bot.conversation.interfaces import Repeated, Stale, Upgrading
from bot.conversation.view import View
from bot.engine.chat_services import BackgroundTasks, ChatServices
from bot.engine.intake import Accepted
from bot.model.facts import BY_STRANGERS, Audited
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.platform.sentences import Args

ANSWER = 6.0  # seconds that a press may take; Teams gives up after ten (Microsoft, "Universal Actions")
SLOW = 1.0  # seconds until somebody who typed is shown that we are at it
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Press:
    """A button's `option`, or what was typed into a dialog; neither when that is only opened."""

    token: str
    option: str | None = None
    said: Secret | None = None


@dataclass(frozen=True)
class EventHandler:
    """Personal chats, group chats and channels; what matters is said in the personal chat alone."""

    services: ChatServices
    speakers: Speakers
    places: ConversationReferences
    poster: Poster
    connector: Connector
    cards: Cards
    tasks: BackgroundTasks

    @property
    def company(self) -> str:
        """Whose dialog it is."""
        return self.cards.words.company

    async def said(self, heard: ReceivedActivity) -> None:
        """Typed. Returns when nothing can get lost any more."""
        speaker = await self._served(heard)
        if not isinstance(speaker, Speaker):
            if speaker is not Stranger.ROBOT and await self.services.engine.incoming.first(heard.event):
                self.tasks.run(self._remarked(heard, f"chat.refused.{speaker}", (), heard.language))
            return
        party = await self.services.known(speaker.account, heard.language)
        await self.places.met(speaker.account.id, heard)
        try:
            accepted = await self.services.engine.incoming.hear(KIND, speaker.account.id, Secret(heard.text), party, heard.event)
        except Repeated:
            return
        except Stale as no:
            sentence = "engine.newer" if isinstance(no, Upgrading) else "engine.stale"
            self.tasks.run(self._remarked(heard, sentence, (), party.language))
            return
        if accepted.rest or accepted.notice:
            await self.services.chat_outbox.said_below(accepted.window)
        else:
            await self.services.chat_outbox.show_again(accepted.window)
        self.tasks.run(self._rest(accepted, speaker, party.language))
        if not heard.personal:
            self.tasks.run(self._elsewhere(speaker, party.language))

    async def pressed(self, heard: ReceivedActivity, press: Press) -> Card:
        """The card that stands there from now on, in time: what isn't done by then is shown when it is."""
        return self._drawn(await self._followed(heard, press), self.cards.view, heard.language)

    async def filled_in(self, heard: ReceivedActivity, press: Press) -> Card:
        """The same in a dialog; the card in the chat is written over from the row."""
        return self._drawn(await self._followed(heard, press), self.cards.dialog, heard.language)

    async def _followed(self, heard: ReceivedActivity, press: Press) -> View | str:
        """What stands there after it, or a sentence."""
        speaker = await self._served(heard)
        if not isinstance(speaker, Speaker):
            return f"chat.refused.{speaker}" if speaker is not Stranger.ROBOT else "engine.stale"
        await self.places.met(speaker.account.id, heard)
        who = speaker.account.id
        if press.option is None and press.said is None:
            return await self._now(press.token, who)
        try:
            accepted = await self.services.engine.incoming.take_answer(press.token, who, option=press.option, said=press.said)
        except Stale:
            return await self._now(press.token, who)
        if accepted.rest:
            await self.tasks.in_time(_quietly(accepted.rest()), ANSWER)
        return await self._now(press.token, who, accepted)

    async def reachable(self, heard: ReceivedActivity) -> None:
        """The app was installed for somebody: from now on they can be written to. Nobody is told anything yet."""
        if heard.personal and heard.person and heard.user:
            await self.places.met(f"{self.connector.tenant}/{heard.person}", heard)

    async def unreachable(self, heard: ReceivedActivity) -> None:
        """It was taken off."""
        if heard.personal and heard.person:
            await self.places.left(f"{self.connector.tenant}/{heard.person}")

    async def _served(self, heard: ReceivedActivity) -> Speaker | Stranger:
        """Somebody of the house; of anybody else the audit knows."""
        found = await self.speakers.of(heard)
        if isinstance(found, Stranger):
            who = SubjectId(f"{KIND}:{self.connector.tenant}/{heard.person or 'nobody'}")
            await self.services.audit.audited(Audited(f"conversation:open:refused:chat.{found}", who, (BY_STRANGERS,)))
        return found

    async def _now(self, token: str, who: str, accepted: Accepted | None = None) -> View | str:
        """A press that came too late, or twice, is answered with what stands there now."""
        try:
            window, _ = self.services.engine.windows.read_token(token)
            view = await self.services.engine.view(window, who)
        except Stale:
            return "chat.answered"
        notice = accepted.notice if accepted else None
        return replace(view, notice=notice) if notice else view

    def _drawn(self, now: View | str, draw: Callable[[View], Card], language: str) -> Card:
        if not isinstance(now, str) and (now.closed or not now.busy):
            return draw(now)
        sentence = now if isinstance(now, str) else "opening"  # its buttons are good for nothing any more
        said = self.cards.words.best([language]) if isinstance(now, str) else now.language
        return self.cards.remark(sentence, (), said)[1]

    async def _rest(self, accepted: Accepted, speaker: Speaker, language: str) -> None:
        """A remark that is in no row is said at once; all else is shown from the row."""
        if accepted.rest and not await self.tasks.in_time(_quietly(accepted.rest()), SLOW):
            await self._tried(self._typing(speaker.account.id))
        if accepted.notice:
            await self._remarked(speaker.heard, accepted.notice.words, accepted.notice.args, language)

    async def _typing(self, account: str) -> None:
        if (place := await self.places.of(account)) and place.conversation:
            await self.connector.say(place.service_url, place.conversation, typing())

    async def _remarked(self, heard: ReceivedActivity, sentence: str, args: Args, language: str) -> None:
        """Where it was said: none of these sentences tells anything about anybody."""
        summary, card = self.cards.remark(sentence, args, self.cards.words.best([language]))
        place = ConversationReference(heard.service_url, heard.user, heard.conversation)
        await self._tried(self.connector.say(place.service_url, place.conversation, message(card, summary)))

    async def _elsewhere(self, speaker: Speaker, language: str) -> None:
        """To somebody who asked where others read along."""
        try:
            reached = await self.places.opened(speaker.account.id) is not None
        except (ApiRefused, NotNow):
            reached = False
        await self._remarked(speaker.heard, "chat.in_your_messages" if reached else "chat.open_personal", (), language)

    async def _tried(self, call: Awaitable[object]) -> None:
        try:
            await call
        except (ApiRefused, NotNow, Unknown) as no:
            log.warning("teams.not_said", why=getattr(no, "why", type(no).__name__))


async def _quietly(rest: Awaitable[None]) -> None:
    """Somebody else was quicker: what they did will be shown."""
    with suppress(Stale):
        await rest
