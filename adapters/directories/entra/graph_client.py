"""Asks Graph: one session, a token on every question, no wait without an end, and patience where it asks for some."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import structlog
from yarl import URL

from adapters.directories.entra.cloud import CloudEndpoints
from adapters.directories.entra.errors import Body, code_of
from adapters.directories.entra.tokens import Tokens
from adapters.http.bodies import bounded, json_object
from bot.directory.interfaces import Unreachable

log = structlog.get_logger()

PATIENCE = 4.0  # seconds for one question with all its repetitions
LONG = 60.0  # the same where nobody waits: taking over accounts
PAUSE = 0.5  # seconds before the next try where Graph names none
LARGEST = 32 * 1024 * 1024  # bytes; a page of 999 accounts is about one million
UNAUTHORIZED, THROTTLED, BAD_GATEWAY, UNAVAILABLE, SLOW, FIRST_FAULT = 401, 429, 502, 503, 504, 500
LATER = frozenset({THROTTLED, BAD_GATEWAY, UNAVAILABLE, SLOW})
VERSION = "/v1.0"
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """`body` is empty where there was none, or no JSON object."""

    status: int
    body: Body
    after: float | None = None  # Retry-After, in seconds

    @property
    def well(self) -> bool:
        """Whether Graph did what was asked."""
        return self.status < 300  # noqa: PLR2004 - redirects aren't followed


@dataclass
class Graph:
    """Questions that a person waits for carry a high priority: Graph lets them pass first when a tenant asks too much of it."""

    cloud: CloudEndpoints
    tokens: Tokens
    _session: aiohttp.ClientSession | None = None

    async def get(self, path: str, params: Mapping[str, str] = NOTHING, *, patience: float = PATIENCE) -> GraphAnswer:
        """`path` begins behind the version, as "/users"."""
        return await self._ask("GET", self._url(path, params), None, patience)

    async def patch(self, path: str, body: Body) -> GraphAnswer:
        """A change that may be repeated without harm."""
        return await self._ask("PATCH", self._url(path), body, PATIENCE)

    async def post(self, path: str, body: Body = NOTHING) -> GraphAnswer:
        """An action that may be repeated without harm."""
        return await self._ask("POST", self._url(path), body, PATIENCE)

    async def again(self, link: str, *, patience: float = LONG) -> GraphAnswer:
        """A link that Graph gave: its path and query only, since a token goes nowhere else."""
        there = urlsplit(link)
        path = there.path if there.path.startswith(VERSION) else VERSION + there.path
        return await self._ask("GET", URL(f"{self.cloud.graph}{path}?{there.query}", encoded=True), None, patience)

    async def pages(
        self,
        path: str,
        params: Mapping[str, str] = NOTHING,
        *,
        patience: float = PATIENCE,
        nothing: frozenset[str] = frozenset(),
    ) -> AsyncIterator[Body]:
        """One after the other; none where the first answer is an error of `nothing`. Raises Unreachable unless all of them come."""
        answer = await self.get(path, params, patience=patience)
        if not answer.well and code_of(answer.body) in nothing:
            return
        while True:
            yield body_of(answer)
            if not (link := answer.body.get("@odata.nextLink")):
                return
            answer = await self.again(str(link), patience=patience)

    async def close(self) -> None:
        """Gives the connections back; asked again, it opens others."""
        if self._session:
            await self._session.close()
        self._session = None

    def _url(self, path: str, params: Mapping[str, str] = NOTHING) -> URL:
        return URL(f"{self.cloud.graph}{VERSION}{path}").with_query(params)

    async def _ask(self, method: str, url: URL, body: Body | None, patience: float) -> GraphAnswer:
        """Raises Unreachable: no answer in time, or none that says anything."""
        loop = asyncio.get_running_loop()
        end, renewed = loop.time() + patience, False
        while True:
            try:
                async with asyncio.timeout_at(end):
                    answer = await self._once(method, url, body, patience)
            except (aiohttp.ClientError, OSError, TimeoutError) as silent:
                log.warning("entra.silent", because=type(silent).__name__)
                raise Unreachable(unsent=isinstance(silent, aiohttp.ClientConnectorError)) from None
            if answer.status == UNAUTHORIZED and not renewed:
                self.tokens.forget()
                renewed = True
                continue
            pause = PAUSE if answer.after is None else answer.after
            if answer.status not in LATER or loop.time() + pause >= end:
                return self._told(answer)
            await asyncio.sleep(pause)

    async def _once(self, method: str, url: URL, body: Body | None, patience: float) -> GraphAnswer:
        token = await self.tokens.token()
        headers = {
            "Authorization": f"Bearer {token.reveal()}",
            "x-ms-throttle-priority": "high" if patience <= PATIENCE else "low",
        }
        session = self._open()
        way = self.cloud.egress.way(str(url))
        async with session.request(method, url, json=body, headers=headers, proxy=way, allow_redirects=False) as answer:
            after = answer.headers.get("Retry-After", "")
            return GraphAnswer(answer.status, await _object(answer.content), float(after) if after.isdecimal() else None)

    def _told(self, answer: GraphAnswer) -> GraphAnswer:
        if answer.status in (UNAUTHORIZED, THROTTLED) or answer.status >= FIRST_FAULT:
            log.warning("entra.unwell", status=answer.status, code=code_of(answer.body))
            raise Unreachable
        return answer

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trust = self.cloud.trust() if self.cloud.ca_file else None
            self._session = self.cloud.egress.session(LONG, trust, sock_connect=PATIENCE / 2)
        return self._session


def body_of(answer: GraphAnswer) -> Body:
    """Raises Unreachable for a refusal where none is expected: a right that is missing, or a link that is too old."""
    if answer.well:
        return answer.body
    log.warning("entra.refused", status=answer.status, code=code_of(answer.body))
    raise Unreachable


async def _object(content: aiohttp.StreamReader) -> Body:
    body = await bounded(content, LARGEST)
    if body is None:
        raise Unreachable
    return json_object(body) or {}
