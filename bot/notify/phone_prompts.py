"""Wakes our page on somebody's phones when a question waits for them: the push says so, and nothing of whom or what."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.identity.copied_methods import counting
from bot.identity.interfaces import Records
from bot.language.translations import Words
from bot.messaging.phone_push import FOLDER, PhonePush, Subscription, Unsubscribed
from bot.platform.clock import World
from bot.platform.ids import ChallengeId
from bot.platform.job_outbox import Job, Sent
from bot.platform.vault import Vault

log = structlog.get_logger()


@dataclass(frozen=True)
class PhonePrompts:
    """`push` None: this house has none, and people open the page."""

    records: Records
    vault: Vault
    push: PhonePush | None
    words: Words
    world: World

    async def prompt(self, job: Job) -> Sequence[Sent]:
        """To each of their phones that has said where. Raises NotNow; whoever was reached already sees it once all the same."""
        about, now = dict(job.about), self.world.now()
        asked = await self.records.challenge(ChallengeId(about["challenge"]))
        if self.push is None or asked is None or asked.signed_in or asked.undelivered or asked.expires <= now:
            return ()
        words = self.words.prompt("web.phone.push", (), about["language"])
        said = {"title": words.title, "body": words.body}
        for phone in counting(await self.records.methods(asked.subject), asked.kind, now):
            if (document := await self.vault.get(FOLDER, phone.id)) is None:
                continue
            try:
                await self.push.push(Subscription.read(document), json.dumps(said).encode(), asked.expires - now)
            except Unsubscribed:
                log.info("push.unsubscribed", method=phone.id)
                await self.vault.drop(FOLDER, phone.id)
        return ()
