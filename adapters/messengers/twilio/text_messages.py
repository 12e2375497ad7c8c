"""Text messages by Twilio: within the budget, from our sender to the number on file, and truthful about what became of them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from adapters.messengers.twilio.client import TIMEOUT, TwilioAccount, called
from adapters.messengers.twilio.errors import BUSY, TwilioError, of_delivery, of_refusal
from adapters.messengers.twilio.message_parts import parts
from adapters.messengers.twilio.webhook import status_url
from bot.messaging.messenger import Message, Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.sms_budget import SmsBudget
from bot.platform.counters import Counters
from bot.platform.harmless import harmless
from bot.platform.job_outbox import NotNow

LONGEST = 36000  # seconds that Twilio keeps a message
FORGOTTEN = 3600.0  # seconds after which a message is tried no more for sure


class TwilioRefused(Exception):  # noqa: N818 - an answer
    """Twilio took nothing. `after`: seconds that it wants us to wait."""

    def __init__(self, meaning: TwilioError, code: int, after: float = 0.0) -> None:
        super().__init__(code)
        self.meaning, self.code, self.after = meaning, code, after


@dataclass(frozen=True)
class TextMessages:
    """`reachable`: our origin, where Twilio tells what became of a message; empty: it isn't asked to."""

    account: TwilioAccount
    budget: SmsBudget
    alerts: AdminAlerts
    tries: Counters
    reachable: str = ""

    async def send(self, message: Message) -> None:
        """Raises Undeliverable, NotNow.

        When it isn't known whether Twilio took a message, one more try is made: a second text holds the same code and does no
        harm. Then whoever waits is told that it may come or not.
        """
        spent = await self.budget.spend(message.to, parts(harmless(message.text.reveal())), stranger=message.stranger)
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._post(message)
        except TwilioRefused as no:
            await self.budget.give_back(spent)
            await self._after(no, message)
        except ClientConnectorError:
            await self.budget.give_back(spent)
            raise NotNow from None
        except (TimeoutError, ClientError, ValueError):
            if await self.tries.charge(f"unknown:{message.id}", 1, 1, FORGOTTEN):
                raise NotNow from None
            raise Undeliverable("undelivered.unknown") from None

    async def _post(self, message: Message) -> None:
        given = {"messaging_service_sid" if self.account.service else "from_": self.account.sender, **self._asked(message)}
        async with called(self.account) as (client, http):
            try:
                made = await client.messages.create_async(to=message.to.reveal(), body=harmless(message.text.reveal()), **given)
            except (TwilioRestException, TwilioServiceException) as no:
                raise TwilioRefused(of_refusal(no.status, no.code or 0), no.code or 0, http.retry_after) from None
        if made.error_code:
            raise TwilioRefused(of_delivery(made.error_code), made.error_code)

    def _asked(self, message: Message) -> dict[str, Any]:
        asked: dict[str, Any] = {}
        if message.good_for is not None:
            asked["validity_period"] = min(max(int(message.good_for), 1), LONGEST)
        if self.reachable:
            asked["status_callback"] = status_url(self.reachable, message.challenge)
        return asked

    async def _after(self, no: TwilioRefused, message: Message) -> None:
        if no.meaning.alarm:
            await self.alerts.raise_alert(no.meaning.alarm, code=no.code)
        if no.meaning is BUSY and (message.good_for is None or no.after < message.good_for):
            raise NotNow(no.after) from None
        raise Undeliverable(no.meaning.person) from None
