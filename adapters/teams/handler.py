"""What people type, and where the app is installed: on disk before Teams is told that we have it, and worked on afterwards."""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from adapters.http.refusals import ApiRefused
from adapters.teams.activities import ReceivedActivity, message, typing
from adapters.teams.cards import Cards
from adapters.teams.connector import Connector, Unknown
from adapters.teams.conversation_references import ConversationReferences
from adapters.teams.poster import Poster
from adapters.teams.speaker import KIND, Speakers
from bot.conversation.interfaces import Crowded, ReplyTo, Stale
from bot.engine.chat_services import BackgroundTasks, ChatServices, persistently
from bot.engine.chat_speakers import Speaker, Stranger, audit_stranger
from bot.engine.intake import Accepted
from bot.model.turn import Party
from bot.platform.job_outbox import NotNow
from bot.platform.sentences import Args

SLOW = 1.0  # seconds until somebody who typed is shown that we are at it
log = structlog.get_logger()


@dataclass(frozen=True)
class EventHandler:
    """Personal chats, group chats and channels; what matters is said in the personal chat alone. Presses are in button_press.py."""

    services: ChatServices
    speakers: Speakers
    references: ConversationReferences
    poster: Poster
    connector: Connector
    cards: Cards
    tasks: BackgroundTasks

    async def on_message(self, activity: ReceivedActivity) -> None:
        """Typed. Returns when the event is taken; what follows is done afterwards."""
        taken = self.services.world.now()
        where = {"service_url": activity.service_url, "conversation": activity.conversation, "language": activity.language}
        if await self.services.engine.incoming.take_event(activity.event, ReplyTo(KIND, where)):
            self.tasks.take_up(self.services.understand(activity.event, partial(self._heard, activity), taken))

    async def ask_again(self, place: Mapping[str, object]) -> None:
        """Whoever wrote what nobody lived to understand is told so where they wrote. Raises NotNow."""
        language = self.cards.words.best([str(place["language"])])
        summary, card = self.cards.remark("chat.unread", (), language)
        said = self.connector.post_message(str(place["service_url"]), str(place["conversation"]), message(card, summary))
        try:
            await said
        except (ApiRefused, Unknown) as no:
            log.warning("teams.not_said", why=getattr(no, "why", type(no).__name__))

    async def _heard(self, activity: ReceivedActivity) -> None:
        found = await persistently(partial(self._met, activity))
        if not isinstance(found, tuple):
            if found is not Stranger.ROBOT:
                self.tasks.run(self.remark(activity, f"chat.refused.{found}", (), activity.language))
            return
        speaker, party = found
        match await persistently(partial(self.services.hear, speaker.account, activity.text, party, activity.event)):
            case str(sentence):
                self.tasks.run(self.remark(activity, sentence, (), party.language))
            case accepted:
                await self._taken(accepted, speaker, party.language)

    async def _met(self, activity: ReceivedActivity) -> tuple[Speaker[ReceivedActivity], Party] | Stranger:
        speaker = await self.admitted(activity)
        if isinstance(speaker, Stranger):
            return speaker
        party = await self.services.known(speaker.account, speaker.language)
        await self.references.remember(speaker.account.id, activity)
        return speaker, party

    async def on_installed(self, activity: ReceivedActivity) -> None:
        """The app was installed for somebody: from now on they can be written to. Nobody is told anything yet."""
        if activity.personal and activity.person and activity.user:
            await self.references.remember(f"{self.connector.tenant}/{activity.person}", activity)

    async def on_removed(self, activity: ReceivedActivity) -> None:
        """The app was taken off by somebody: they can't be written to any more."""
        if activity.personal and activity.person:
            await self.references.forget(f"{self.connector.tenant}/{activity.person}")

    async def admitted(self, activity: ReceivedActivity) -> Speaker[ReceivedActivity] | Stranger:
        """Somebody of the house; of anybody else the audit knows."""
        found = await self.speakers.speaker(activity)
        if isinstance(found, Stranger):
            await audit_stranger(self.services.audit, KIND, f"{self.connector.tenant}/{activity.person or 'nobody'}", found)
        return found

    async def remark(self, activity: ReceivedActivity, sentence: str, args: Args, language: str) -> None:
        """Where it was said: none of these sentences tells anything about anybody."""
        summary, card = self.cards.remark(sentence, args, self.cards.words.best([language]))
        await self._attempt(self.connector.post_message(activity.service_url, activity.conversation, message(card, summary)))

    async def _taken(self, accepted: Accepted, speaker: Speaker[ReceivedActivity], language: str) -> None:
        chat_outbox = self.services.chat_outbox
        if not accepted.begun:
            below = chat_outbox.said_below if accepted.rest or accepted.notice else chat_outbox.show_again
            await persistently(partial(below, accepted.window))
        self.tasks.run(self._go_on(accepted, speaker, language))
        if not speaker.source.personal:
            self.tasks.run(self._tell_where(speaker, language))

    async def _go_on(self, accepted: Accepted, speaker: Speaker[ReceivedActivity], language: str) -> None:
        """A remark that is in no row is said at once; all else is shown from the row."""
        try:
            if accepted.rest:
                await self._worked(unless_stale(accepted.rest()), speaker.account.id)
        except Crowded:
            await self.remark(speaker.source, "engine.crowded", (), language)
        if accepted.notice:
            await self.remark(speaker.source, accepted.notice.words, accepted.notice.args, language)

    async def _worked(self, work: Coroutine[Any, Any, None], account: str) -> None:
        """To its end, since what it raises is told as well. Raises what it raised."""
        task = asyncio.create_task(work)
        await asyncio.wait({task}, timeout=SLOW)
        if not task.done():
            await self._attempt(self._show_typing(account))
        await task

    async def _show_typing(self, account: str) -> None:
        if (place := await self.references.reference(account)) and place.conversation:
            await self.connector.post_message(place.service_url, place.conversation, typing())

    async def _tell_where(self, speaker: Speaker[ReceivedActivity], language: str) -> None:
        """Somebody who asked where others read along is told where the answer is."""
        try:
            reached = await self.references.open_conversation(speaker.account.id) is not None
        except (ApiRefused, NotNow):
            reached = False
        await self.remark(speaker.source, "chat.in_your_messages" if reached else "chat.open_personal", (), language)

    async def _attempt(self, call: Awaitable[object]) -> None:
        """What may fail without harm is said to the log."""
        try:
            await call
        except (ApiRefused, NotNow, Unknown) as no:
            log.warning("teams.not_said", why=getattr(no, "why", type(no).__name__))


async def unless_stale(rest: Awaitable[None]) -> None:
    """Where somebody else was quicker, what they did will be shown."""
    with suppress(Stale):
        await rest
