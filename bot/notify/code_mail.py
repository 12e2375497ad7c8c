"""What goes out by mail and text, and one-time codes above all; the news of a change are in bot/notify/change_mail.py."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.identity.codes import sent_code
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.language.translations import Words
from bot.messaging.domain_bound import domain_bound
from bot.messaging.messenger import Channel, Message, Messenger, Undeliverable
from bot.platform.clock import World
from bot.platform.ids import ChallengeId
from bot.platform.job_outbox import Job, NotNow
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

IN_TIME = 10.0  # seconds after which a code is late, and whoever waits for it hears so
LATE = "undelivered.late"


@dataclass(frozen=True)
class CodeMail:
    """The job "code": one message with one code, made at the last moment."""

    records: Records
    messengers: Mapping[Channel, Messenger]
    keys: Keys
    words: Words
    world: World
    origin: str  # that a text binds its code to

    async def code(self, job: Job) -> None:
        """A code is derived here, at the last moment. A challenge that is over sends nothing."""
        about = dict(job.about)
        challenge = await self.records.challenge(ChallengeId(about["challenge"]))
        if challenge is None or challenge.expires <= self.world.now() or challenge.subject != job.to:
            return
        method = next((m for m in await self.records.methods(job.to) if m.id == challenge.method), None)
        channel = METHODS[challenge.kind].channel
        if method is None or channel is None or channel not in self.messengers:
            return
        if method.suspended and about.get("granted") != "1":  # what its owner tries again is asked for after another proof
            return
        left = challenge.expires - self.world.now()
        minutes = str(int(left + 59) // 60)
        code = sent_code(self.keys, challenge).reveal()
        say = about.get("language", "en")
        subject = self.words.say(f"code.{challenge.action}.subject", (), say)
        text = self.words.say(f"method.{challenge.kind}.code.{challenge.action}", (("code", code), ("minutes", minutes)), say)
        if channel is Channel.TEXT:
            text = domain_bound(text, self.origin, code)
        told, stranger = (challenge.id, False) if about.get("known") == "1" else (None, True)
        message = Message(challenge.id, method.secret, subject, Secret(text), told, stranger, say, left)
        await self._send(channel, message, job)

    async def gave_up(self, job: Job, fault: Exception) -> None:
        """Its end was reached before it left. What a messenger refused is told already, and better."""
        about = dict(job.about)
        if about.get("known") == "1" and not isinstance(fault, Undeliverable):
            await self.records.undelivered(ChallengeId(about["challenge"]), LATE)

    async def _send(self, channel: Channel, message: Message, job: Job) -> None:
        """Whoever waits for a code hears at once that it won't come, or not in time; a stranger hears nothing."""
        try:
            await self.messengers[channel].send(message)
        except Undeliverable as never:
            if message.challenge:
                await self.records.undelivered(message.challenge, never.words)
            raise
        except Exception as fault:
            wait = fault.after if isinstance(fault, NotNow) else 0.0
            if message.challenge and self.world.now() + wait - job.at >= IN_TIME:
                await self.records.undelivered(message.challenge, LATE)
            raise
