"""How people are reached: the conversation reference of each, kept sealed from the moment that the app is installed for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adapters.teams.activities import ReceivedActivity
from adapters.teams.connector import Connector
from bot.platform.vault import Vault

FOLDER = "teams.places"


@dataclass(frozen=True, slots=True)
class ConversationReference:
    """`conversation` empty: they were met where others read along, and their own conversation has still to be opened."""

    service_url: str
    user: str
    conversation: str


@dataclass(frozen=True)
class ConversationReferences:
    """One for each `ChatAccount.id`."""

    vault: Vault
    connector: Connector
    _kept: dict[str, ConversationReference] = field(default_factory=dict)  # as the vault has them

    async def reference(self, account: str) -> ConversationReference | None:
        """From the vault: another replica may have learnt more. None: nobody has met them, or they took the app off."""
        kept = await self.vault.get(FOLDER, account)
        return _opened(kept) if kept else None

    async def remember(self, account: str, activity: ReceivedActivity) -> None:
        """Wherever they spoke; a conversation that is known stays so."""
        known = self._kept.get(account) or await self.reference(account)
        conversation = activity.conversation if activity.personal else known.conversation if known else ""
        await self._keep(account, ConversationReference(activity.service_url, activity.user, conversation))

    async def open_conversation(self, account: str) -> ConversationReference | None:
        """Where they alone are. Raises NotNow, ApiRefused when Teams doesn't let us in."""
        place = await self.reference(account)
        if place is None or place.conversation:
            return place
        made = replace(place, conversation=await self.connector.open_conversation(place.service_url, place.user))
        await self._keep(account, made)
        return made

    async def begin_conversation(self, account: str, service_url: str, user: str) -> ConversationReference:
        """With somebody who never spoke to us. Raises as `open_conversation` does."""
        made = ConversationReference(service_url, user, await self.connector.open_conversation(service_url, user))
        await self._keep(account, made)
        return made

    async def forget(self, account: str) -> None:
        """Forgets somebody who took the app off."""
        self._kept.pop(account, None)
        await self.vault.drop(FOLDER, account)

    async def _keep(self, account: str, place: ConversationReference) -> None:
        if self._kept.get(account) != place:
            document = {"service_url": place.service_url, "user": place.user, "conversation": place.conversation}
            await self.vault.put(FOLDER, account, document)
            self._kept[account] = place


def _opened(kept: Mapping[str, object]) -> ConversationReference:
    return ConversationReference(str(kept["service_url"]), str(kept["user"]), str(kept["conversation"]))
