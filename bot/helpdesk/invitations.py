"""A case's link goes to the addresses that its caller has on file, and never to one that an agent typed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType

from bot.conversation.interfaces import Conversations, Standing
from bot.conversation.windows import Windows
from bot.directory.interfaces import Directory, Person
from bot.helpdesk.case_chat import CHAT, CaseChat
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.language.translations import Words
from bot.messaging.messenger import Channel, Message, Messenger
from bot.messaging.sealed_address import opened_address, sealed_address
from bot.model.asker import Asker
from bot.model.step import HasPurpose
from bot.platform.clock import World
from bot.platform.ids import WindowId, directory_of
from bot.platform.job_outbox import Job, Queue, Sent
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Args

# Where a link goes, as the agent is told it: never the address itself. The kind of a method, or the mailbox that the directory names.
AddressKind = NewType("AddressKind", str)
WORK = AddressKind("work")
CHANNELS = {channel.now: channel for channel in Channel}


@dataclass(frozen=True, slots=True)
class Address:
    """One on file, and the messenger that reaches it."""

    place: AddressKind
    channel: Channel
    to: Secret


def addresses(person: Person, methods: Sequence[Registered], carried: Collection[Channel], now: float) -> list[Address]:
    """The directory's own, and all that were confirmed, are past their quarantine, and aren't reported lost."""
    work = [Address(WORK, Channel.MAIL, Secret(person.mail))] if person.mail else []
    good = [m for m in methods if m.confirmed and m.usable_from <= now and not m.suspended]
    own = [
        Address(AddressKind(m.kind), channel, m.secret) for m in good if (channel := METHODS[m.kind].channel) and channel.tells
    ]
    return [address for address in (*work, *own) if address.channel in carried]


def sent_to(place: AddressKind) -> str:
    """The sentence for the agent."""
    return "case.line.sent.work" if place == WORK else f"method.{place}.invited"


@dataclass(frozen=True)
class Invitations:
    """The job that carries them. The link is made here, at the last moment, and stands in no row."""

    conversations: Conversations
    records: Records
    directories: Mapping[str, Directory]
    messengers: Mapping[Channel, Messenger]
    windows: Windows
    words: Words
    base_url: str
    world: World
    keys: Keys
    chats: CaseChat

    async def invite(self, job: Job) -> Sequence[Sent]:
        """To every address, since nobody knows which of them the caller can read now. A page that is no longer offered isn't."""
        about = dict(job.about)
        page, left = WindowId(about["page"]), float(about["until"]) - self.world.now()
        standing = await self.conversations.standing(page)
        if standing is None or standing.closed or standing.window.sealed or standing.party.asker is None or left <= 0:
            return ()
        if job.queue is Queue.WORK:
            return [*await self._letters(job, page, left), *await self.chats.letters(job, standing.began, left)]
        values = self._values(standing, standing.party.asker, page, left)
        if CHAT in about:
            await self.chats.tell(job, standing.party.asker, values, standing.party.language)
            return ()
        language, channel, id = standing.party.language, CHANNELS[job.queue], about["letter"]
        subject = self.words.say("invite.subject", values, language)
        text = Secret(self.words.say(f"invite.{channel}", values, language))
        to = opened_address(self.keys, id, about["to"])
        await self.messengers[channel].send(Message(id, to, subject, text, good_for=left))
        return ()

    async def _letters(self, job: Job, page: WindowId, left: float) -> list[Sent]:
        person = await self.directories[directory_of(job.to)].person(job.to)
        if person is None:
            return []
        on_file = addresses(person, await self.records.methods(job.to), self.messengers, self.world.now())
        return [
            Sent(
                job.kind,
                job.to,
                (*job.about, ("letter", id := f"{page}.{place}"), ("to", sealed_address(self.keys, id, address.to))),
                address.channel.now,
                left,
            )
            for place, address in enumerate(on_file)
        ]

    def _values(self, standing: Standing, asker: Asker, page: WindowId, left: float) -> Args:
        what = standing.first.about if isinstance(standing.first, HasPurpose) else "about.reset"
        return (
            ("agent", asker.name),
            ("case", asker.number),
            ("what", self.words.say(what, (), standing.party.language)),
            ("minutes", str(int(left + 59) // 60)),
            ("link", self.base_url + self.windows.link(page)),
        )
