"""HTTP as we speak it to Microsoft: one session for all, a timeout on every wait, short answers, and no redirect followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from adapters.http.bodies import bounded, json_object
from bot.platform.egress import Egress

TIMEOUT = 8.0  # seconds for one call
LARGEST = 512 * 1024  # bytes of an answer
LONGEST_PAUSE = 3600.0
NOTHING: Mapping[str, str] = {}


class Unanswered(Exception):  # noqa: N818 - an answer: the other side isn't there
    """They can't be reached. `heard`: what we said may have got there all the same."""

    def __init__(self, *, heard: bool) -> None:
        super().__init__(heard)
        self.heard = heard


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """`body` is empty where it was no JSON object."""

    status: int
    body: Mapping[str, Any]
    retry_after: float

    @property
    def well(self) -> bool:
        """Whether what was asked was done."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of what went well

    @property
    def theirs(self) -> bool:
        """Whether it failed by a fault of theirs."""
        return self.status >= 500  # noqa: PLR2004 - the class of their faults


@dataclass
class HttpClient:
    """The session is opened when it is first used, since it belongs to a running loop."""

    egress: Egress = field(default_factory=Egress)
    _session: aiohttp.ClientSession | None = field(default=None, repr=False)

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = NOTHING,
        said: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """`said` goes as JSON. Raises Unanswered."""
        if self._session is None or self._session.closed:
            self._session = self.egress.session(TIMEOUT)
        try:
            async with self._session.request(
                method, url, headers=headers, json=said, data=form, proxy=self.egress.way(url), allow_redirects=False
            ) as answer:
                return HttpAnswer(answer.status, await _object(answer.content), _pause(answer.headers))
        except aiohttp.ClientConnectorError:
            raise Unanswered(heard=False) from None
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise Unanswered(heard=True) from None

    async def close(self) -> None:
        """Gives the session back; asked again, it opens another."""
        if self._session:
            await self._session.close()


async def _object(content: aiohttp.StreamReader) -> Mapping[str, Any]:
    return json_object(await bounded(content, LARGEST) or b"") or {}


def _pause(headers: Mapping[str, str]) -> float:
    """In seconds; a date, which is allowed as well (RFC 9110 section 10.2.3), counts as "they don't say", which is 0."""
    given = headers.get("Retry-After", "")
    return min(float(given), LONGEST_PAUSE) if given.isascii() and given.isdecimal() else 0.0
