"""What admins must know at once: into the log, into the audit, and by mail to each of them; once a day for each cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.directory.interfaces import Directory, Person
from bot.language.translations import Words
from bot.messaging.ledger import ADMINS, DAY, Ledger
from bot.messaging.messenger import Channel, Message, Messenger
from bot.messaging.sealed_address import opened_address, sealed_address
from bot.model.facts import Audited
from bot.platform.job_outbox import Job, Queue, Sent
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.roles import Role, Roles, holders

LETTER = ("letter", "to", "language")  # in the job of one letter, last
log = structlog.get_logger()


@dataclass(frozen=True)
class AdminAlerts:
    """Raised as often as something is wrong, heard once a day."""

    ledger: Ledger

    async def raise_alert(self, tag: str, about: str = "", **values: object) -> None:
        """`tag` is the audit's (source:subject:action), and its words are `alarm.<subject>.<action>`. `values` are never secret.

        `about`: one of several things that may be wrong in the same way, each an alarm of its own.
        """
        told = args(**values)
        words = ".".join(("alarm", *tag.split(":")[1:]))
        job = Sent("alarm", ADMINS, (("words", words), *told))
        if await self.ledger.once(f"alarm:{tag}:{about}" if about else f"alarm:{tag}", DAY, Audited(tag, "admins", told), job):
            log.error("alarm", tag=tag, **values)


@dataclass(frozen=True)
class AdminAlertMail:
    """The job that brings an alarm to all admins: first one letter for each, then each by itself."""

    directories: Mapping[str, Directory]
    roles: Roles
    messengers: Mapping[Channel, Messenger]
    words: Words
    keys: Keys

    async def alarm(self, job: Job) -> Sequence[Sent]:
        """By mail alone: an alarm about text messages can't go as one."""
        if Channel.MAIL not in self.messengers:
            return ()
        if job.queue is not Queue.WORK:
            await self._send(job)
            return ()
        admins = await holders(Role.ADMIN, self.roles, self.directories)
        return [self._letter(job, admin, Secret(admin.mail)) for admin in admins if admin.mail]

    def _letter(self, job: Job, admin: Person, to: Secret) -> Sent:
        id = f"alarm{job.id}.{admin.subject}"
        given = (id, sealed_address(self.keys, id, to), self.words.best([admin.language or "en"]))
        return Sent(job.kind, job.to, (*job.about, *zip(LETTER, given, strict=True)), Channel.MAIL.news)

    async def _send(self, job: Job) -> None:
        (_, words), *values = job.about[: -len(LETTER)]
        id, to, language = (value for _, value in job.about[-len(LETTER) :])
        subject = self.words.say(f"alarm.{words.split('.')[1]}.subject", (), language)
        text = Secret(self.words.say(words, tuple(values), language))
        await self.messengers[Channel.MAIL].send(Message(id, opened_address(self.keys, id, to), subject, text))
