"""The news of a change by mail and text: to every address on file before it, each with a way to say "this wasn't me"."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.directory.interfaces import Person
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.taken_addresses import were_taken
from bot.messaging.messenger import Channel, Message, Messenger
from bot.messaging.sealed_address import opened_address, sealed_address
from bot.notify.change_notice import TAKEN, ChangeWords, NewsOfChange
from bot.platform.job_outbox import Hopeless, Sent
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

TRIES = "tries"  # strangers cause it as often as they like, and a text message costs money
BARE = "bare"  # in a job: it goes to what was reported lost, where nothing must be undone by whoever reads it
CHANNELS = {channel.news: channel for channel in Channel if channel.tells}


@dataclass(frozen=True)
class ChangeMail:
    """The channel that carried the code must not be the only one that tells (NIST SP 800-63B-4, 4.2.3)."""

    records: Records
    messengers: Mapping[Channel, Messenger]
    keys: Keys
    words: ChangeWords

    async def letters(self, change: NewsOfChange) -> list[Sent]:
        """An address goes along sealed, since whoever takes it off the file meanwhile must not keep it from hearing."""
        return [letter for reader in change.readers for letter in await self._letters(change, reader)]

    async def carry(self, change: NewsOfChange) -> None:
        """One letter. Raises whatever its messenger raises."""
        (reader,), channel, id = change.readers, CHANNELS[change.job.queue], _letter_id(change, change.only)
        if channel not in self.messengers:
            raise Hopeless("no_messenger")
        text = self.words.letter(change, reader, short=channel is Channel.TEXT)
        if change.about.get(BARE):
            text = self.words.bare(change, reader)
        to = opened_address(self.keys, id, change.about["to"])
        await self.messengers[channel].send(Message(id, to, self.words.subject(change, reader), Secret(text)))

    async def _letters(self, change: NewsOfChange, reader: Person) -> list[Sent]:
        """What was on file before the conversation began: neither what it added, nor what nobody has tried yet."""
        mine, whose = reader.subject == change.subject, f"{reader.subject}."
        known = [m for m in await self.records.methods(reader.subject) if m.confirmed and m.registered_at < change.began]
        found = [("work", Channel.MAIL, Secret(reader.mail), False)] if reader.mail else []
        found += [(m.id, channel, m.secret, m.suspended) for m in known if (channel := METHODS[m.kind].channel)]
        found += self._taken(change) if mine else []
        return [
            self._letter(change, reader, place if mine else whose + place, channel, to, bare=bare)
            for place, channel, to, bare in found
            if channel in self.messengers and channel.tells and not (channel is Channel.TEXT and change.about["action"] == TRIES)
        ]

    def _letter(self, change: NewsOfChange, reader: Person, place: str, channel: Channel, to: Secret, *, bare: bool) -> Sent:
        sealed = sealed_address(self.keys, _letter_id(change, place), to)
        return change.letter(place, channel.news, reader=reader.subject, to=sealed, **({BARE: 1} if bare else {}))

    def _taken(self, change: NewsOfChange) -> list[tuple[str, Channel, Secret, bool]]:
        """What the change itself took off the file is told as well."""
        if TAKEN not in change.about:
            return []
        found = were_taken(self.keys, change.subject, change.about[TAKEN])
        return [(f"taken{number}", channel, to, bare) for number, (channel, to, bare) in enumerate(found)]


def _letter_id(change: NewsOfChange, place: str) -> str:
    """The same at every try, so that a mailbox shows it once."""
    return f"{change.id}.{place}"
