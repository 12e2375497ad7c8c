"""What people are told unasked, in their direct messages with the app: Slack opens these for whoever is in the workspace."""

from dataclasses import dataclass

from adapters.http.refusals import ApiRefused
from adapters.slack.poster import FOLDER, Poster
from bot.messaging.chat_push import NotReached, UnreachedReason
from bot.model.turn import ChatAccount
from bot.platform.ids import ObjectId
from bot.platform.job_outbox import NotNow


@dataclass(frozen=True)
class ProactiveMessages:
    """Implements the port of bot/messaging/chat_push.py."""

    poster: Poster

    def account_of(self, object: ObjectId) -> ChatAccount | None:
        """Slack knows nothing of a directory's ids."""
        return None

    async def tell(self, account: str, text: str) -> None:
        team, _, user = account.partition("/")
        place = await self.poster.vault.get(FOLDER, account) or {"team": team, "user": user}
        try:
            if installation := await self.poster.installations.installation_at(str(place["team"])):
                await self.poster.post(installation, place, *self.poster.blocks.told(text))
                return
        except TimeoutError:
            raise NotNow from None
        except ApiRefused as no:
            raise NotReached(UnreachedReason.REFUSED, no.why) from None
        raise NotReached(UnreachedReason.NEVER_MET)  # the app isn't there (any more)
