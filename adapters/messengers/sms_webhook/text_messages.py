"""Text messages by whoever takes a signed POST of {to, text, id}: a provider of one's own, or a bridge to any other."""

import hashlib
import json
from dataclasses import dataclass, field

from adapters.messengers.sms_webhook.signature import headers
from bot.messaging.messenger import Message, ProviderFault, Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.message_parts import parts
from bot.notify.paid_sending import NotAccepted, PaidSending
from bot.notify.sms_budget import SmsBudget
from bot.platform.clock import World
from bot.platform.counters import Counters
from bot.platform.egress import Egress
from bot.platform.harmless import harmless
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret

TIMEOUT = 10.0  # seconds; the job's lease is longer
TAKEN, TAKEN_BEFORE = 200, 409
NO_NUMBER, TOO_MANY, UNAVAILABLE = 422, 429, 503
REDIRECTED, REFUSED, FAULT = 300, 400, 500


@dataclass(frozen=True)
class WebhookTexts:
    """One address. A message has the same id each time, by which the other side knows a second one."""

    url: str
    secret: Secret
    budget: SmsBudget
    alerts: AdminAlerts
    tries: Counters
    world: World
    egress: Egress = field(default_factory=Egress)

    async def send(self, message: Message) -> None:
        """Raises Undeliverable, NotNow."""
        size = parts(harmless(message.text.reveal()))
        await PaidSending("webhook", self.budget, self.tries).send(message, size, lambda: self._post(message), TIMEOUT)

    async def _post(self, message: Message) -> None:
        """A redirection is no answer: what it leads to was never named in the settings."""
        id = sent_as(message)
        text = {"to": message.to.reveal(), "text": harmless(message.text.reveal()), "id": id}
        body = json.dumps(text, ensure_ascii=False).encode()
        known = {"Content-Type": "application/json", **headers(self.secret, id, self.world.now(), body)}
        async with (
            self.egress.session(TIMEOUT) as http,
            http.post(self.url, data=body, headers=known, allow_redirects=False, proxy=self.egress.way(self.url)) as answer,
        ):
            status, wait = answer.status, answer.headers.get("Retry-After", "")
        if TAKEN <= status < REDIRECTED or status == TAKEN_BEFORE:
            return
        after = float(wait) if wait.isascii() and wait.isdigit() else 0.0
        if status >= FAULT and status != UNAVAILABLE:
            raise ValueError(status)  # it may have been taken before it went wrong
        raise NotAccepted(await self._why(status, after, message))

    async def _why(self, status: int, after: float, message: Message) -> Undeliverable | NotNow:
        if status == NO_NUMBER:
            return Undeliverable("undelivered.number")
        if status in (TOO_MANY, UNAVAILABLE):
            late = message.good_for is not None and after >= message.good_for
            return ProviderFault("undelivered.closed") if late else NotNow(after)
        await self.alerts.raise_alert("messages:sms:webhook", code=status)
        return ProviderFault("undelivered.closed")


def sent_as(message: Message) -> str:
    """What the other side may speak of. Of a stranger's code it learns no name of ours, so nothing that it tells can show to one."""
    return message.challenge or f"sms-{hashlib.sha256(message.id.encode()).hexdigest()[:32]}"
