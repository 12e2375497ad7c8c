"""A case's link goes to the addresses that its caller has on file, and never to one that an agent typed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType

from bot.conversation.interfaces import Conversations, Standing
from bot.conversation.windows import Windows
from bot.directory.interfaces import Directory, Person
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.language.translations import Words
from bot.messaging.messenger import Channel, Message, Messenger, Undeliverable
from bot.model.asker import Asker
from bot.model.step import HasPurpose
from bot.platform.clock import World
from bot.platform.ids import WindowId, directory_of
from bot.platform.job_outbox import Job
from bot.platform.secret import Secret
from bot.platform.sentences import Args

# Where a link goes, as the agent is told it: never the address itself. The kind of a method, or the mailbox that the directory names.
AddressKind = NewType("AddressKind", str)
WORK = AddressKind("work")


@dataclass(frozen=True, slots=True)
class Address:
    """One on file, and the messenger that reaches it."""

    place: AddressKind
    channel: Channel
    to: Secret


def addresses(person: Person, methods: Sequence[Registered], carried: Collection[Channel], now: float) -> list[Address]:
    """The directory's own, and all that were confirmed and are past their quarantine."""
    work = [Address(WORK, Channel.MAIL, Secret(person.mail))] if person.mail else []
    good = [m for m in methods if m.confirmed and m.usable_from <= now]
    own = [Address(AddressKind(m.kind), channel, m.secret) for m in good if (channel := METHODS[m.kind].channel)]
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

    async def invite(self, job: Job) -> None:
        """To every address, since nobody knows which of them the caller can read now. A page that is no longer offered isn't."""
        about = dict(job.about)
        page, left = WindowId(about["page"]), float(about["until"]) - self.world.now()
        standing = await self.conversations.standing(page)
        if standing is None or standing.closed or standing.window.sealed or standing.party.asker is None or left <= 0:
            return
        person = await self.directories[directory_of(job.to)].person(job.to)
        if person is None:
            return
        values = self._values(standing, standing.party.asker, page, left)
        on_file = addresses(person, await self.records.methods(job.to), self.messengers, self.world.now())
        faults = [await self._sent(place, address, page, values, standing, left) for place, address in enumerate(on_file)]
        failed = [fault for fault in faults if fault]
        if failed and len(failed) == len(faults):  # one that got there is enough: it would come again with the others
            raise failed[0]

    def _values(self, standing: Standing, asker: Asker, page: WindowId, left: float) -> Args:
        what = standing.first.about if isinstance(standing.first, HasPurpose) else "about.reset"
        return (
            ("agent", asker.name),
            ("case", asker.number),
            ("what", self.words.say(what, (), standing.party.language)),
            ("minutes", str(int(left + 59) // 60)),
            ("link", self.base_url + self.windows.link(page)),
        )

    async def _sent(
        self, place: int, address: Address, page: WindowId, values: Args, standing: Standing, left: float
    ) -> Exception | None:
        """What went wrong, if it may go right another time."""
        language = standing.party.language
        subject = self.words.say("invite.subject", values, language)
        text = Secret(self.words.say(f"invite.{address.channel}", values, language))
        try:
            await self.messengers[address.channel].send(Message(f"{page}.{place}", address.to, subject, text, good_for=left))
        except Undeliverable:
            return None
        except Exception as fault:  # noqa: BLE001 - one messenger's trouble doesn't hold up the others
            return fault
        return None
