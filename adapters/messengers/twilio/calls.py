"""Calls by Twilio: within the same budget, to the number on file and through its extension. What is said in one: voice.py."""

from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from adapters.messengers.twilio.client import TIMEOUT, TwilioAccount, called
from adapters.messengers.twilio.errors import BUSY, of_refusal
from bot.identity.methods.call import place
from bot.messaging.messenger import Message, Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.paid_sending import UNKNOWN, NotAccepted, PaidSending
from bot.notify.sms_budget import SmsBudget
from bot.platform.counters import Counters

ANSWERED, PRESSED, ENDED = "/hooks/twilio/answered", "/hooks/twilio/pressed", "/hooks/twilio/ended"
RINGS, LONGEST = 25, 120  # seconds; most voicemails answer later than that
TOLD = {  # of texts, as it is said of a call
    BUSY.person: "undelivered.no_calls",
    UNKNOWN: "undelivered.call_unknown",
}
NO_WAY = "undelivered.call_number"
UNTIL_ANSWERED = "wwww"  # half a second each, before an extension is dialled


@dataclass(frozen=True)
class PhoneCalls:
    """`account.sender` is the number that calls come from; `origin` is ours, where Twilio asks what to say."""

    account: TwilioAccount
    budget: SmsBudget
    alerts: AdminAlerts
    tries: Counters
    origin: str

    async def send(self, message: Message) -> None:
        """One try: a phone that rings twice is no code, but a nuisance. Raises Undeliverable."""
        sending = PaidSending("call", self.budget, self.tries, again=False, calls=True)
        try:
            await sending.send(message, 1, lambda: self._post(message), TIMEOUT, place(message.to)[0])
        except Undeliverable as never:
            raise Undeliverable(TOLD.get(never.words, NO_WAY)) from None

    async def _post(self, message: Message) -> None:
        """No code is in it: Twilio asks for it when a key was pressed."""
        outside, inside = place(message.to)
        about = urlencode({"of": message.id, "in": message.language})
        digits = {"send_digits": f"{UNTIL_ANSWERED}{inside}"} if inside else {}
        async with called(self.account) as (client, _):
            try:
                await client.calls.create_async(
                    to=outside.reveal(),
                    from_=self.account.sender,
                    url=f"{self.origin}{ANSWERED}?{about}",
                    status_callback=f"{self.origin}{ENDED}?{about}",
                    timeout=RINGS,
                    time_limit=LONGEST,
                    **digits,
                )
            except (TwilioRestException, TwilioServiceException) as no:
                refused = of_refusal(no.status, no.code or 0)
                if refused.alarm:
                    await self.alerts.raise_alert(refused.alarm, code=no.code or 0)
                raise NotAccepted(Undeliverable(refused.person)) from None
