"""What people are told unasked, in their direct messages with the app: Slack opens these for whoever is in the workspace."""

from dataclasses import dataclass

from adapters.slack.poster import FOLDER, Gallery
from adapters.slack.web_api import SaidNo
from bot.messaging.chat_push import NotReached, Why
from bot.model.turn import ChatAccount
from bot.platform.ids import ObjectId
from bot.platform.job_outbox import NotNow


@dataclass(frozen=True)
class Teller:
    """Implements the port of bot/messaging/chat_push.py."""

    gallery: Gallery

    def account_of(self, object: ObjectId) -> ChatAccount | None:
        """Slack knows nothing of a directory's ids."""
        return None

    async def tell(self, account: str, text: str) -> None:
        team, _, user = account.partition("/")
        place = await self.gallery.vault.get(FOLDER, account) or {"team": team, "user": user}
        try:
            if installation := await self.gallery.installations.at(str(place["team"])):
                await self.gallery.post(installation, str(place["user"]), *self.gallery.blocks.told(text))
                return
        except TimeoutError:
            raise NotNow from None
        except SaidNo as no:
            raise NotReached(Why.REFUSED, no.why) from None
        raise NotReached(Why.NEVER_MET)  # the app isn't there (any more)
