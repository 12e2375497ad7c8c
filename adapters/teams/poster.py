"""Shows conversations in personal chats: one card that is written over as the dialog goes on, a new one below what somebody typed."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from adapters.http.refusals import ApiRefused
from adapters.teams.activities import message
from adapters.teams.cards import Card, Cards
from adapters.teams.connector import Connector, Unknown
from adapters.teams.conversation_references import ConversationReference, ConversationReferences
from bot.conversation.view import View
from bot.engine.interfaces import ChatUpdate, PostedMessage

LOST = frozenset({400, 403, 404})  # statuses for a message that can't be written over any more
log = structlog.get_logger()


@dataclass(frozen=True)
class Poster:
    """A window's address is who (`ChatAccount.id`); how they are reached is kept in the vault."""

    connector: Connector
    references: ConversationReferences
    cards: Cards

    async def show(self, showing: ChatUpdate, view: View) -> PostedMessage | None:
        """Whether a new message got there may stay unknown; then it isn't posted again until the conversation has gone on."""
        try:
            place = await self.references.open_conversation(showing.address)
            return await self._shown(showing, view, place) if place else showing.message
        except ApiRefused as no:
            log.warning("teams.not_shown", status=no.status, why=no.why, window=showing.window)
            return showing.message
        except Unknown:
            log.warning("teams.maybe_shown", window=showing.window)
            return None

    async def _shown(self, showing: ChatUpdate, view: View, place: ConversationReference) -> PostedMessage:
        old, summary, card = showing.message, self.cards.summary(view), self.cards.view(view)
        if old and not showing.below:
            try:
                await self.write_over(place, old, summary, card)
                return {"conversation": old["conversation"], "id": old["id"], "asked": view.prompt.id}
            except ApiRefused as no:
                if no.status not in LOST:
                    raise
        if old and showing.below:
            await self._retire(place, old, view.language)
        return {**await self.post(place, summary, card), "asked": view.prompt.id}

    async def post(self, place: ConversationReference, summary: str, card: Card) -> dict[str, str]:
        """Raises NotNow, ApiRefused, Unknown."""
        id = await self.connector.post_message(place.service_url, place.conversation, message(card, summary))
        return {"conversation": place.conversation, "id": id}

    async def write_over(self, place: ConversationReference, old: Mapping[str, str], summary: str, card: Card) -> None:
        """Writes a card over the one that was posted. Raises NotNow, ApiRefused."""
        await self.connector.edit_message(place.service_url, old["conversation"], old["id"], message(card, summary))

    async def _retire(self, place: ConversationReference, old: PostedMessage, language: str) -> None:
        """What was asked stays to be read, without its buttons."""
        try:
            await self.write_over(place, old, *self.asked_before(old, language))
        except ApiRefused as no:
            if no.status not in LOST:
                raise

    def asked_before(self, old: Mapping[str, str], language: str) -> tuple[str, Card]:
        """Its sentence, where that needs no argument (arguments aren't kept); else only that it was answered."""
        try:
            return self.cards.remark(old.get("asked", ""), (), language)
        except KeyError:
            return self.cards.remark("chat.answered", (), language)
