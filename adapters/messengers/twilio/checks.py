"""What a doctor sees at Twilio: the account, whether the key opens and the sender can send, and which countries it may send to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import ClientError
from twilio.base.exceptions import TwilioException

from adapters.messengers.twilio.client import TIMEOUT, TwilioAccount, TwilioClient, called
from bot.doctor.finding import Finding, fail, ok, warn
from bot.platform.secret import Secret

COMPARE = "Compare [twilio] account_sid, api_key_sid, from and both secrets with Twilio's console."
ALLOW = "See Messaging > Settings > Geo permissions in Twilio's console."
DEAF = "Give [twilio] auth_token: Twilio signs with it what it tells us."


async def examined(
    account: TwilioAccount, auth_token: Secret | None, countries: Sequence[str], call_from: str = ""
) -> AsyncIterator[Finding]:
    """Reads; sends and changes nothing."""
    try:
        async with asyncio.timeout(3 * TIMEOUT):
            if auth_token:
                async with called(replace(account, key=account.sid, secret=auth_token)) as (client, http):
                    yield await _account(client, http, account)
            else:
                yield warn("Nobody hears whether text messages arrive.", DEAF)
            async with called(account) as (client, http):
                yield await _sender(client, http, account)
                if call_from:
                    yield await _caller(client, call_from, heard=auth_token is not None)
                yield await _countries(client, countries)
    except (TimeoutError, ClientError, ValueError) as away:
        yield fail(
            f"Twilio can't be reached ({type(away).__name__}).", "Check that this machine may call https://api.twilio.com."
        )


async def _account(client: Any, http: TwilioClient, account: TwilioAccount) -> Finding:
    try:
        state = (await client.api.v2010.accounts(account.sid).fetch_async()).status
    except TwilioException:
        return fail(f"Twilio doesn't take the auth token (state {http.status}).", COMPARE)
    if state != "active":
        return fail(f"The account at Twilio is {state}.", "Sign in to Twilio's console; it says what is open.")
    return ok("The account at Twilio is active.")


async def _sender(client: Any, http: TwilioClient, account: TwilioAccount) -> Finding:
    try:
        if account.service:
            able = bool(await client.messaging.v1.services(account.sender).phone_numbers.list_async(limit=1))
        else:
            found = await client.incoming_phone_numbers.list_async(phone_number=account.sender, limit=1)
            able = any(number.capabilities.get("sms") for number in found)
    except TwilioException:
        return fail(f"Twilio refuses the key or doesn't know the sender (state {http.status}).", COMPARE)
    if not able:
        return fail(f"{account.sender} can't send text messages.", "Correct [twilio] from, or give the service a number.")
    return ok(f"Twilio takes the key, and {account.sender} can send text messages.")


async def _caller(client: Any, call_from: str, *, heard: bool) -> Finding:
    if not heard:
        return fail("Nobody is called: what Twilio asks in a call couldn't be checked.", DEAF)
    try:
        found = await client.incoming_phone_numbers.list_async(phone_number=call_from, limit=1)
    except TwilioException:
        found = []
    if not any(number.capabilities.get("voice") for number in found):
        return fail(f"{call_from} can't call.", "Correct [twilio] call_from: a number of this account that has voice.")
    return ok(f"{call_from} can call.")


async def _countries(client: Any, countries: Sequence[str]) -> Finding:
    try:
        found = await client.accounts.v1.messaging_geopermissions.fetch_async(country_code=",".join(countries))
    except TwilioException:
        return warn("The key may not see which countries Twilio lets us send to.", ALLOW)
    allowed = {str(each.get("country_code")) for each in found.permissions or () if each.get("enabled")}
    if closed := [country for country in countries if country not in allowed]:
        return fail(f"Twilio doesn't let us send to {', '.join(closed)}.", ALLOW)
    return ok(f"Twilio lets us send to {', '.join(countries)}.")
