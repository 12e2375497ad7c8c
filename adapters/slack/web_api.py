"""Slack's Web API as we call it: one HTTP session for all, a timeout on every wait, and its refusals as ours."""

import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.http.refusals import ApiRefused
from bot.engine.interfaces import AskedToWait
from bot.platform.egress import Egress
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret

API = "https://slack.com/api/"
TIMEOUT = 8  # seconds for one call
QUIET = logging.getLogger("unlatch.slack")  # the library's own, on "debug", prints every message with the link in it
QUIET.setLevel(logging.WARNING)
FULL = frozenset({"ratelimited", "rate_limited"})
PASSING = frozenset(  # Slack's words for trouble of its own; what was asked is asked again
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)


@dataclass
class WebApi:
    """Opened when it is first used, since a session belongs to a running loop."""

    api: str = API
    egress: Egress = field(default_factory=Egress)
    _session: aiohttp.ClientSession | None = field(default=None, repr=False)

    def client(self, token: Secret | None = None) -> AsyncWebClient:
        """One for each token; they share the session. It never prints what it sends: logs are ours."""
        if self._session is None or self._session.closed:
            self._session = self.egress.session(TIMEOUT)
        return AsyncWebClient(
            token=token.reveal() if token else None,
            base_url=self.api,
            session=self._session,
            proxy=self.egress.way(self.api),
            ssl=self.egress.trust() if self.egress.ca_file else None,  # for the socket, which has a session of its own
            timeout=TIMEOUT,
            logger=QUIET,
        )

    async def close(self) -> None:
        """Gives the session back; asked again, it opens another."""
        if self._session:
            await self._session.close()


async def called(answer: Awaitable[Any]) -> dict[str, Any]:
    """What Slack answered. Raises AskedToWait when it asks to wait, NotNow when it can't be reached, ApiRefused when it refuses."""
    return (await answered(answer))[0]


async def answered(answer: Awaitable[Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
    """What `called` gives, with the headers of the answer."""
    try:
        response = await answer
        found = response.data
    except SlackApiError as no:
        raise _meant(no.response) from None
    except (aiohttp.ClientError, TimeoutError, OSError, AttributeError):  # the last: the library's, for an answer in plain text
        raise NotNow from None
    if not isinstance(found, dict):
        raise NotNow
    return found, response.headers


def _meant(response: Any) -> NotNow | ApiRefused:
    """Of a page that isn't JSON the library gives us the bare HTTP response: a proxy's, or Slack's own in trouble."""
    data = getattr(response, "data", None)
    why = str(data.get("error") or "") if isinstance(data, dict) else ""
    if getattr(response, "status_code", 0) == 429:  # noqa: PLR2004 - Too Many Requests
        return AskedToWait(_seconds(response.headers))
    if why in FULL:
        return AskedToWait()
    if not why or why in PASSING or response.status_code >= 500:  # noqa: PLR2004 - theirs
        return NotNow()
    return ApiRefused(why)


def _seconds(headers: Any) -> float:
    given = str(headers.get("Retry-After", ""))
    return float(given) if given.isascii() and given.isdecimal() else 0.0  # then whoever tries again knows how often it has
