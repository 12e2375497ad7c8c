"""The news of a change by mail and text: to every address on file before it, each with a way to say "this wasn't me"."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.directory.interfaces import Person
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.not_me_links import GOOD_FOR
from bot.identity.taken_addresses import were_taken
from bot.messaging.ledger import Ledger
from bot.messaging.messenger import Channel, Message, Messenger, Undeliverable
from bot.notify.change_notice import ChangeWords, NewsOfChange
from bot.platform.keyring import Keys
from bot.platform.secret import Secret


@dataclass(frozen=True, slots=True)
class Letter:
    """To one address of a reader, whose `place` has the same name at every try."""

    reader: Person
    place: str
    channel: Channel
    to: Secret


@dataclass(frozen=True)
class ChangeMail:
    """The channel that carried the code must not be the only one that tells (NIST SP 800-63B-4, 4.2.3)."""

    ledger: Ledger
    records: Records
    messengers: Mapping[Channel, Messenger]
    keys: Keys
    words: ChangeWords

    async def carry(self, change: NewsOfChange) -> None:
        """An address that fails gets a job of its own. Raises only when that fails too."""
        for letter in [letter for reader in change.readers for letter in await self._letters(change, reader)]:
            if letter.channel in self.messengers and change.only in ("", letter.place):
                await self._send(change, letter)

    async def _send(self, change: NewsOfChange, letter: Letter) -> None:
        text = self.words.letter(change, letter.reader, short=letter.channel is Channel.TEXT)
        subject = self.words.subject(change, letter.reader)
        message = Message(f"{change.id}.{letter.place}", letter.to, subject, Secret(text))
        try:
            await self.messengers[letter.channel].send(message)
        except Undeliverable:
            return
        except Exception:
            if change.only:
                raise
            await self.ledger.once(f"news:{change.subject}.{message.id}", GOOD_FOR, change.again(letter.place))

    async def _letters(self, change: NewsOfChange, reader: Person) -> list[Letter]:
        """What was on file before the conversation began: neither what it added, nor what nobody has tried yet."""
        mine, whose = reader.subject == change.subject, f"{reader.subject}."
        known = [m for m in await self.records.methods(reader.subject) if m.confirmed and m.registered_at < change.began]
        found = [("work", Channel.MAIL, Secret(reader.mail))] if reader.mail else []
        found += [(m.id, channel, m.secret) for m in known if (channel := METHODS[m.kind].channel)]
        found += self._taken(change) if mine else []
        return [Letter(reader, place if mine else whose + place, channel, to) for place, channel, to in found]

    def _taken(self, change: NewsOfChange) -> list[tuple[str, Channel, Secret]]:
        """What the change itself took off the file is told as well."""
        if "taken" not in change.about:
            return []
        found = were_taken(self.keys, change.subject, change.about["taken"])
        return [(f"taken{number}", channel, to) for number, (channel, to) in enumerate(found)]
