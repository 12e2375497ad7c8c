"""What goes out by mail and text: one-time codes, and the news of a change to every address on file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.accounts.directory import Directory, Person
from bot.conversation.words import Words
from bot.identity.codes import Codes
from bot.identity.records import Records, Registered
from bot.ids import ChallengeId, Kind, directory_of
from bot.jobs import Job
from bot.policy.current import Policies
from bot.secret import Secret
from bot.world import World


@dataclass(frozen=True, slots=True)
class Message:
    """For one destination. Its text may hold a code, so it is a secret until it leaves."""

    id: str  # the same for a second try, so that a mailbox shows it once
    to: Secret
    subject: str
    text: Secret


class Messenger(Protocol):
    """Carries messages of one kind."""

    async def send(self, message: Message) -> None:
        """Handed over. Raises Undeliverable, or anything else for "try again later"."""


class Undeliverable(Exception):  # noqa: N818 - an answer: there is no use in trying again
    """It will never get there."""


@dataclass(frozen=True)
class Post:
    """The two kinds of jobs that send something."""

    records: Records
    directories: Mapping[str, Directory]
    messengers: Mapping[Kind, Messenger]
    codes: Codes
    policies: Policies
    words: Words
    world: World

    async def code(self, job: Job) -> None:
        """A code is derived here, at the last moment. A challenge that is over sends nothing."""
        about = dict(job.about)
        challenge = await self.records.challenge(ChallengeId(about["challenge"]))
        if challenge is None or challenge.expires <= self.world.now() or challenge.subject != job.to:
            return
        method = next((m for m in await self.records.methods(job.to) if m.id == challenge.method), None)
        if method is None or method.kind not in self.messengers:
            return
        minutes = str(int(challenge.expires - self.world.now() + 59) // 60)
        values = (("code", self.codes.sent(challenge).reveal()), ("minutes", minutes))
        say = about.get("language", "en")
        subject = self.words.say(f"code.{challenge.action}.subject", (), say)
        text = self.words.say(f"code.{challenge.action}.{method.kind}", values, say)
        await self._send(method.kind, Message(f"job{job.id}", method.secret, subject, Secret(text)))

    async def notice(self, job: Job) -> None:
        """To every address on file, since the channel that carried the code must not be the only one (NIST 800-63B-4, 4.2.3)."""
        if not (await self.policies.current()).notify.users:
            return
        about = dict(job.about)
        person = await self.directories[directory_of(job.to)].person(job.to)
        if person is None:
            return
        say = self.words.best([person.language or "en"])
        at = datetime.fromtimestamp(self.world.now(), UTC).strftime("%Y-%m-%d %H:%M UTC")
        values = (("name", person.name), ("at", at), ("login", person.login))
        outcome = f"notice.{about['action']}.{about['outcome']}"
        subject = self.words.say(f"{outcome}.subject", values, say)
        text = self.words.say(outcome, values, say)
        for place, (kind, to) in enumerate(_addresses(person, await self.records.methods(job.to))):
            if kind in self.messengers:
                await self._send(kind, Message(f"job{job.id}.{place}", to, subject, Secret(text)))

    async def _send(self, kind: Kind, message: Message) -> None:
        try:
            await self.messengers[kind].send(message)
        except Undeliverable:
            return


def _addresses(person: Person, methods: Sequence[Registered]) -> list[tuple[Kind, Secret]]:
    work = [(Kind.EMAIL, Secret(person.mail))] if person.mail else []
    return work + [(m.kind, m.secret) for m in methods if m.kind in (Kind.EMAIL, Kind.SMS)]
