"""What a doctor sees at Slack: the token, its rights, the address that Slack calls, and the clock that signatures hang on."""

import asyncio
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.calling import API, Wire
from adapters.slack.door import EVENTS
from adapters.slack.raw import WINDOW
from adapters.slack.scopes import SCOPES
from bot.doctor.finding import Finding, fail, ok, warn
from bot.secret import Secret
from bot.settings_chats import SlackSection
from bot.world import World

PATIENCE = 10.0  # seconds
REINSTALL = "Paste the output of `unlatch manifest slack` into the app's manifest at Slack, and install it again."


async def examined(section: SlackSection, base_url: str, world: World, api: str = API) -> AsyncIterator[Finding]:
    """Reads; says and changes nothing at Slack."""
    wire = Wire(api)
    try:
        if section.bot_token:
            async for finding in _token(wire, section.bot_token, world):
                yield finding
        else:
            yield ok("Slack: workspaces install the app by OAuth; each token is looked at when it is used.")
        if section.mode == "socket":
            yield await _socket(wire, section.app_token or Secret(""))
        else:
            yield await _address(base_url)
    finally:
        await wire.close()


async def _token(wire: Wire, token: Secret, world: World) -> AsyncIterator[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            found = await wire.client(token).auth_test()
    except SlackApiError as no:
        why = (no.response.data or {}).get("error") if isinstance(no.response.data, dict) else no.response.status_code
        yield fail(
            f"Slack doesn't take the bot token ({why}).", "Copy it again from the app's page at Slack, OAuth & Permissions."
        )
        return
    except (aiohttp.ClientError, TimeoutError, OSError) as away:
        yield fail(f"Slack can't be reached ({type(away).__name__}).", "Check that this machine may call https://slack.com.")
        return
    data: Any = found.data
    yield ok(f"Slack takes the bot token: {data.get('team')} ({data.get('team_id')}).")
    headers: Any = found.headers
    yield scopes(str(headers.get("x-oauth-scopes") or headers.get("X-OAuth-Scopes") or ""))
    yield clock(str(headers.get("Date") or headers.get("date") or ""), world.now())


def scopes(granted: str) -> Finding:
    """Too few break something; too many are rights that a thief of the token would have."""
    have = {scope.strip() for scope in granted.split(",") if scope.strip()}
    if not have:
        return warn("Slack doesn't say which scopes the token has.", "Compare them with `unlatch manifest slack`.")
    if missing := sorted(SCOPES.keys() - have):
        return fail(f"The Slack token lacks {', '.join(missing)}.", REINSTALL)
    if more := sorted(have - SCOPES.keys()):
        return warn(f"The Slack token has more rights than are used: {', '.join(more)}.", REINSTALL)
    return ok("The Slack token has the scopes that are needed, and no more.")


def clock(said: str, now: float) -> Finding:
    """Signatures are good for five minutes by this machine's clock."""
    try:
        apart = abs(parsedate_to_datetime(said).timestamp() - now)
    except (TypeError, ValueError):
        return warn("Slack doesn't say what time it is.", "See to it that NTP sets this machine's clock.")
    if apart > WINDOW / 2:
        return fail(f"This machine's clock is {apart:.0f} seconds from Slack's, so requests are refused.", "Let NTP set it.")
    return ok("This machine's clock and Slack's agree.")


async def _socket(wire: Wire, token: Secret) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            await wire.client().apps_connections_open(app_token=token.reveal())
    except SlackApiError as no:
        why = (no.response.data or {}).get("error") if isinstance(no.response.data, dict) else no.response.status_code
        return fail(
            f"Slack doesn't take the app-level token ({why}).", "Make one with connections:write, and switch Socket Mode on."
        )
    except (aiohttp.ClientError, TimeoutError, OSError) as away:
        return fail(f"Slack can't be reached ({type(away).__name__}).", "Check that this machine may call https://slack.com.")
    return ok("Slack takes the app-level token; Socket Mode is on.")


async def _address(base_url: str) -> Finding:
    """An unsigned request has to be refused there by us: then Slack's, which are signed, get through as well."""
    url = base_url + EVENTS
    try:
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session, session.post(url, json={}) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return warn(f"{url} can't be reached from here.", "Start `unlatch serve`, and let Slack's requests through to it.")
    if status != 401:  # noqa: PLR2004 - what we say to what isn't signed
        return fail(
            f"{url} answers {status} instead of 401, so something else stands there.", "Lead this address to Unlatch unchanged."
        )
    return ok(f"{url} is ours, and refuses what isn't signed.")
