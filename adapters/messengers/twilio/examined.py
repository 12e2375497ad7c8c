"""What a doctor sees at Twilio: whether the key opens, whether the sender can send, and which countries it may send to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from aiohttp import ClientError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from adapters.messengers.twilio.calling import TIMEOUT, Account, called
from bot.doctor.finding import Finding, fail, ok, warn

UNSEEN = frozenset({401, 403, 404})


async def examined(account: Account, countries: Sequence[str], *, told: bool) -> AsyncIterator[Finding]:
    """Reads and sends nothing. `told`: whether we hear what becomes of messages."""
    try:
        async with asyncio.timeout(2 * TIMEOUT), called(account) as (client, _):
            yield await _sender(client, account)
            yield await _countries(client, countries)
    except (TimeoutError, ClientError, ValueError) as away:
        yield fail(f"Twilio can't be reached ({type(away).__name__}).", "Check that this machine may call https://api.twilio.com.")
    if not told:
        yield warn(
            "Nobody hears whether text messages arrive.", "Give [twilio] auth_token: Twilio signs with it what it tells us."
        )


async def _sender(client: Any, account: Account) -> Finding:
    try:
        if account.service:
            numbers = await client.messaging.v1.services(account.sender).phone_numbers.list_async(limit=1)
            able = bool(numbers)
        else:
            numbers = await client.incoming_phone_numbers.list_async(phone_number=account.sender, limit=1)
            able = any(number.capabilities.get("sms") for number in numbers)
    except (TwilioRestException, TwilioServiceException) as no:
        mend = "Compare [twilio] account_sid, api_key_sid, from and its api_key_secret with Twilio's console."
        return fail(f"Twilio refuses the key or doesn't know the sender (state {no.status}, code {no.code}).", mend)
    if not able:
        return fail(f"{account.sender} can't send text messages.", "Correct [twilio] from, or give the service a number.")
    return ok(f"Twilio takes the key, and {account.sender} can send text messages.")


async def _countries(client: Any, countries: Sequence[str]) -> Finding:
    try:
        found = await client.accounts.v1.messaging_geopermissions.fetch_async(country_code=",".join(countries))
    except (TwilioRestException, TwilioServiceException) as no:
        if no.status not in UNSEEN:
            raise ValueError(no.status) from None
        mend = "Compare Messaging > Settings > Geo permissions in Twilio's console with [twilio] countries."
        return warn("The key may not see which countries Twilio lets us send to.", mend)
    allowed = {str(each.get("country_code")) for each in found.permissions or () if each.get("enabled")}
    if closed := [country for country in countries if country not in allowed]:
        return fail(f"Twilio doesn't let us send to {', '.join(closed)}.", "Allow it under Messaging > Settings > Geo permissions.")
    return ok(f"Twilio lets us send to {', '.join(countries)}.")
