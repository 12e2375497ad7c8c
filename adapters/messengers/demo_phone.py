"""The demo's phone and mailbox: whatever would have been sent stays here, sealed, for the demo page to show."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messaging.messenger import Message
from bot.platform.clock import World
from bot.platform.ids import Kind
from bot.platform.secret import Secret
from bot.platform.vault import Vault

FOLDER = "demo-inbox"


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """One message, as a phone or mailbox shows it."""

    at: float
    channel: str  # "sms" or "email"
    to: str
    subject: str
    text: Secret


@dataclass(frozen=True)
class DemoPhone:
    """A messenger of one kind; all of them share the one inbox."""

    kind: Kind
    vault: Vault
    world: World

    async def send(self, message: Message) -> None:
        """Keeps a message where the demo page shows it, sealed."""
        document = {
            "at": self.world.now(),
            "channel": str(self.kind),
            "to": message.to.reveal(),
            "subject": message.subject,
            "text": message.text.reveal(),
        }
        await self.vault.put(FOLDER, message.id, document)


async def received(vault: Vault, addresses: Sequence[Secret]) -> list[ReceivedMessage]:
    """What arrived at these addresses, oldest first."""
    mine = {a.reveal() for a in addresses}
    found = []
    for document in (await vault.all(FOLDER)).values():
        if document["to"] in mine:
            at, text = float(str(document["at"])), Secret(str(document["text"]))
            found.append(ReceivedMessage(at, str(document["channel"]), str(document["to"]), str(document["subject"]), text))
    return sorted(found, key=lambda m: m.at)
