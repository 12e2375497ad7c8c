"""The demo's phone and mailbox: whatever would have been sent stays here, sealed, for the demo page to show."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messaging.messenger import Channel, Message
from bot.platform.clock import World
from bot.platform.secret import Secret
from bot.platform.vault import DEMO_INBOX, Vault


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """One message, as a phone or mailbox shows it."""

    at: float
    channel: Channel
    to: str
    subject: str
    text: Secret


@dataclass(frozen=True)
class DemoPhone:
    """The messenger of one channel; all of them share the one inbox."""

    channel: Channel
    vault: Vault
    world: World

    async def send(self, message: Message) -> None:
        """Keeps a message where the demo page shows it, sealed."""
        document = {
            "at": self.world.now(),
            "channel": str(self.channel),
            "to": message.to.reveal(),
            "subject": message.subject,
            "text": message.text.reveal(),
        }
        await self.vault.put(DEMO_INBOX, message.id, document)


async def received(vault: Vault, addresses: Sequence[Secret]) -> list[ReceivedMessage]:
    """What arrived at these addresses, oldest first."""
    mine = {a.reveal() for a in addresses}
    found = []
    for document in (await vault.all(DEMO_INBOX)).values():
        if document["to"] in mine:
            at, text, channel = float(str(document["at"])), Secret(str(document["text"])), Channel(str(document["channel"]))
            found.append(ReceivedMessage(at, channel, str(document["to"]), str(document["subject"]), text))
    return sorted(found, key=lambda m: m.at)
