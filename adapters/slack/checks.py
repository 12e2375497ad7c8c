"""What a doctor sees at Slack: the token, its rights, the address that Slack calls, and the clock that signatures hang on."""

import asyncio
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime

import aiohttp

from adapters.http.refusals import ApiRefused
from adapters.slack.routes import EVENTS
from adapters.slack.scopes import SCOPES
from adapters.slack.verification import WINDOW
from adapters.slack.web_api import API, WebApi, answered, called
from bot.doctor.finding import Finding, fail, ok, warn
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection

PATIENCE = 10.0  # seconds
AWAY = fail(
    "Slack can't be reached, or doesn't answer as it should.",
    "Check that this machine may call https://slack.com, and that https://slack-status.com knows of no trouble.",
)
REINSTALL = "Paste the output of `unlatch manifest slack` into the app's manifest at Slack, and install it again."


async def examined(
    section: SlackSection, base_url: str, world: World, api: str = API, egress: Egress | None = None
) -> AsyncIterator[Finding]:
    """Reads; says and changes nothing at Slack."""
    web_api = WebApi(api, egress or Egress())
    try:
        if section.bot_token:
            async for finding in _token(web_api, section.bot_token, world):
                yield finding
        else:
            yield ok("Slack: workspaces install the app by OAuth; each token is looked at when it is used.")
        if section.mode == "socket":
            yield await _socket(web_api, section.app_token or Secret(""))
        else:
            if not base_url.startswith("https://"):
                yield fail(
                    f"Slack calls https:// alone, and base_url is {base_url}.",
                    "Give it an https:// address, or set mode to socket.",
                )
            yield await _address(base_url)
    finally:
        await web_api.close()


async def _token(web_api: WebApi, token: Secret, world: World) -> AsyncIterator[Finding]:
    if wrong := kind(token):
        yield wrong
        return
    try:
        async with asyncio.timeout(PATIENCE):
            data, headers = await answered(web_api.client(token).auth_test())
    except ApiRefused as no:
        remedy = "Copy it again from the app's page at Slack, OAuth & Permissions."
        yield fail(f"Slack doesn't take the bot token ({no.why}).", remedy)
        return
    except (NotNow, TimeoutError):
        yield AWAY
        return
    yield ok(f"Slack takes the bot token: {data.get('team')} ({data.get('team_id')}).")
    yield scopes(str(headers.get("x-oauth-scopes") or headers.get("X-OAuth-Scopes") or ""))
    yield clock(str(headers.get("Date") or headers.get("date") or ""), world.now())


def kind(token: Secret) -> Finding | None:
    """None: a bot's, for good. By its first letters, which are no secret."""
    given = token.reveal()
    if given.startswith("xoxb-"):
        return None
    if given.startswith("xoxe."):
        why = "The bot token expires after twelve hours, since token rotation is on, which Slack never takes back."
        return fail(why, "Make the app anew from `unlatch manifest slack`, which leaves it off.")
    what = {"xoxp": "is a person's, not the bot's", "xapp": "is an app-level token"}.get(given[:4], "doesn't begin with xoxb-")
    return fail(f"The bot token {what}.", "Copy the Bot User OAuth Token from the app's page at Slack, OAuth & Permissions.")


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


async def _socket(web_api: WebApi, token: Secret) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            await called(web_api.client().apps_connections_open(app_token=token.reveal()))
    except ApiRefused as no:
        remedy = "Make one with connections:write, and switch Socket Mode on."
        return fail(f"Slack doesn't take the app-level token ({no.why}).", remedy)
    except (NotNow, TimeoutError):
        return AWAY
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
