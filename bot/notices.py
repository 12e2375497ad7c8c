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
from bot.jobs import TRIES, Job
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
    challenge: ChallengeId | None = None  # whose person is told what becomes of it; None: a notice, or a stranger's code
    stranger: bool = False  # a stranger asked for it
    good_for: float | None = None  # seconds in which it is of any use


class Messenger(Protocol):
    """Carries messages of one kind."""

    async def send(self, message: Message) -> None:
        """Handed over. Raises Undeliverable, or anything else for "try again later"."""


class Undeliverable(Exception):  # noqa: N818 - an answer: there is no use in trying again
    """It will never get there; `words` is the sentence that tells its person so."""

    def __init__(self, words: str = "undelivered.address") -> None:
        super().__init__(words)
        self.words = words


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
        left = challenge.expires - self.world.now()
        minutes = str(int(left + 59) // 60)
        values = (("code", self.codes.sent(challenge).reveal()), ("minutes", minutes))
        say = about.get("language", "en")
        subject = self.words.say(f"code.{challenge.action}.subject", (), say)
        text = self.words.say(f"code.{challenge.action}.{method.kind}", values, say)
        told, stranger = (challenge.id, False) if about.get("known") == "1" else (None, True)
        message = Message(challenge.id, method.secret, subject, Secret(text), told, stranger, left)
        await self._send(method.kind, message, last=job.tries >= TRIES)

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
                await self._send(kind, Message(f"{about['grant']}.{about['outcome']}.{place}", to, subject, Secret(text)))

    async def _send(self, kind: Kind, message: Message, *, last: bool = False) -> None:
        """Whoever waits for a code hears that it won't come, also when this was the last of the tries."""
        try:
            await self.messengers[kind].send(message)
        except Undeliverable as never:
            if message.challenge:
                await self.records.undelivered(message.challenge, never.words)
        except Exception:
            if message.challenge and last:
                await self.records.undelivered(message.challenge, "undelivered.closed")
            raise


def _addresses(person: Person, methods: Sequence[Registered]) -> list[tuple[Kind, Secret]]:
    work = [(Kind.EMAIL, Secret(person.mail))] if person.mail else []
    return work + [(m.kind, m.secret) for m in methods if m.kind in (Kind.EMAIL, Kind.SMS)]
