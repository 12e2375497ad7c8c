"""What people are told unasked, in their direct messages with the app: Slack opens these for whoever is in the workspace."""

from dataclasses import dataclass

from adapters.slack.calling import SaidNo
from adapters.slack.gallery import FOLDER, Gallery
from bot.conversation.turn import ChatAccount
from bot.ids import ObjectId
from bot.tellers import NotReached, Why


@dataclass(frozen=True)
class Teller:
    """Implements the port of bot/tellers.py."""

    gallery: Gallery

    def account_of(self, object: ObjectId) -> ChatAccount | None:
        """Slack knows nothing of a directory's ids."""
        return None

    async def tell(self, account: str, text: str) -> None:
        place = await self.gallery.vault.get(FOLDER, account)
        team, _, user = account.partition("/")
        installation = await self.gallery.installations.at(str(place["team"]) if place else team)
        if installation is None:
            raise NotReached(Why.NEVER_MET)
        try:
            await self.gallery.post(installation, str(place["user"]) if place else user, *self.gallery.blocks.told(text))
        except SaidNo as no:
            await self.gallery.installations.known_dead(no, installation.place)
            raise NotReached(Why.REFUSED, no.why) from None
