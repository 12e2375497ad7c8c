"""The news of a change by mail and text: to every address on file before it, each with a way to say "this wasn't me"."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.directory.interfaces import Person
from bot.identity.interfaces import Records
from bot.identity.not_me_links import GOOD_FOR
from bot.identity.registered import ADDRESSES
from bot.messaging.ledger import Ledger
from bot.messaging.messenger import Message, Messenger, Undeliverable
from bot.notify.change_notice import ChangeWords, NewsOfChange
from bot.platform.ids import Kind
from bot.platform.keyring import Keys
from bot.platform.secret import Secret


@dataclass(frozen=True, slots=True)
class Letter:
    """To one address of a reader, whose `place` has the same name at every try."""

    reader: Person
    place: str
    kind: Kind
    to: Secret


@dataclass(frozen=True)
class ChangeMail:
    """The channel that carried the code must not be the only one that tells (NIST SP 800-63B-4, 4.2.3)."""

    ledger: Ledger
    records: Records
    messengers: Mapping[Kind, Messenger]
    keys: Keys
    words: ChangeWords

    async def carry(self, change: NewsOfChange) -> None:
        """An address that fails gets a job of its own. Raises only when that fails too."""
        for letter in [letter for reader in change.readers for letter in await self._letters(change, reader)]:
            if letter.kind in self.messengers and change.only in ("", letter.place):
                await self._send(change, letter)

    async def _send(self, change: NewsOfChange, letter: Letter) -> None:
        text = self.words.letter(change, letter.reader, short=letter.kind is Kind.SMS)
        subject = self.words.subject(change, letter.reader)
        message = Message(f"{change.id}.{letter.place}", letter.to, subject, Secret(text))
        try:
            await self.messengers[letter.kind].send(message)
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
        found = [("work", Kind.EMAIL, Secret(reader.mail))] if reader.mail else []
        found += [(m.id, m.kind, m.secret) for m in known if m.kind in ADDRESSES]
        found += self._taken(change) if mine else []
        return [Letter(reader, place if mine else whose + place, kind, to) for place, kind, to in found]

    def _taken(self, change: NewsOfChange) -> list[tuple[str, Kind, Secret]]:
        """What the change itself took off the file is told as well."""
        if "taken" not in change.about:
            return []
        found = json.loads(self.keys.open(f"taken {change.subject}", bytes.fromhex(change.about["taken"])))
        return [(f"taken{number}", Kind(kind), Secret(to)) for number, (kind, to) in enumerate(found)]
