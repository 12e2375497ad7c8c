"""What admins must know at once: into the log, into the audit, and by mail to each of them; once a day for each cause."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.directory.interfaces import Directory
from bot.language.translations import Words
from bot.messaging.ledger import ADMINS, DAY, Ledger
from bot.messaging.messenger import Channel, Message, Messenger, Undeliverable
from bot.model.facts import Audited, Sent
from bot.platform.job_outbox import Job
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.roles import Role, Roles, holders

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
    """The job that brings an alarm to all admins."""

    directories: Mapping[str, Directory]
    roles: Roles
    messengers: Mapping[Channel, Messenger]
    words: Words

    async def alarm(self, job: Job) -> None:
        """By mail alone: an alarm about text messages can't go as one."""
        if Channel.MAIL not in self.messengers:
            return
        (_, words), *values = job.about
        for admin in await holders(Role.ADMIN, self.roles, self.directories):
            if not admin.mail:
                continue
            language = self.words.best([admin.language or "en"])
            subject = self.words.say(f"alarm.{words.split('.')[1]}.subject", (), language)
            text = self.words.say(words, tuple(values), language)
            await self._send(Message(f"alarm{job.id}.{admin.subject}", Secret(admin.mail), subject, Secret(text)))

    async def _send(self, message: Message) -> None:
        try:
            await self.messengers[Channel.MAIL].send(message)
        except Undeliverable:
            return
