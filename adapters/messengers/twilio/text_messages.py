"""Text messages by Twilio: within the budget, from our sender to the number on file, and truthful about what became of them."""

from dataclasses import dataclass
from typing import Any

from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from adapters.messengers.twilio.client import TIMEOUT, TwilioAccount, called
from adapters.messengers.twilio.errors import BUSY, FRAUD, TwilioError, of_delivery, of_refusal
from adapters.messengers.twilio.webhook import status_url
from bot.messaging.messenger import Message, ProviderFault, Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.message_parts import parts
from bot.notify.paid_sending import NotAccepted, PaidSending
from bot.notify.sms_budget import SmsBudget
from bot.platform.counters import Counters
from bot.platform.harmless import harmless
from bot.platform.job_outbox import NotNow

LONGEST = 36000  # seconds that Twilio keeps a message


@dataclass(frozen=True)
class TextMessages:
    """`reachable`: our origin, where Twilio tells what became of a message; empty: it isn't asked to."""

    account: TwilioAccount
    budget: SmsBudget
    alerts: AdminAlerts
    tries: Counters
    reachable: str = ""

    async def send(self, message: Message) -> None:
        """Raises Undeliverable, NotNow."""
        size = parts(harmless(message.text.reveal()))
        await PaidSending("twilio", self.budget, self.tries).send(message, size, lambda: self._post(message), TIMEOUT)

    async def _post(self, message: Message) -> None:
        given = {"messaging_service_sid" if self.account.service else "from_": self.account.sender, **self._asked(message)}
        async with called(self.account) as (client, http):
            try:
                made = await client.messages.create_async(to=message.to.reveal(), body=harmless(message.text.reveal()), **given)
            except (TwilioRestException, TwilioServiceException) as no:
                refused = of_refusal(no.status, no.code or 0)
                raise NotAccepted(await self._why(refused, no.code or 0, message, http.retry_after)) from None
        if made.error_code:
            raise NotAccepted(await self._why(of_delivery(made.error_code), made.error_code, message))

    def _asked(self, message: Message) -> dict[str, Any]:
        asked: dict[str, Any] = {}
        if message.good_for is not None:
            asked["validity_period"] = min(max(int(message.good_for), 1), LONGEST)
        if self.reachable:
            asked["status_callback"] = status_url(self.reachable, message.challenge)
        return asked

    async def _why(self, no: TwilioError, code: int, message: Message, after: float = 0.0) -> Undeliverable | NotNow:
        """`after`: seconds that Twilio wants us to wait. What it takes for fraud is carried by nobody else either."""
        if no.alarm:
            await self.alerts.raise_alert(no.alarm, code=code)
        if no is BUSY and (message.good_for is None or after < message.good_for):
            return NotNow(after)
        return ProviderFault(no.person) if no.person == BUSY.person and no is not FRAUD else Undeliverable(no.person)
