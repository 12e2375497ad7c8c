"""A burst of signed Slack events at one moment: how long each waits for its acknowledgement, beside a bare listener that checks and commits it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from aiohttp import web

from tests.bench.bare import rows_of, served
from tests.bench.house import House
from tests.kit.slack import signature

ROUNDS, PEOPLE = 4, 100


@dataclass
class Acknowledged:
    """Milliseconds from the request to its 200, of each round."""

    what: str
    rounds: list[Sequence[float]] = field(default_factory=list)

    def line(self) -> str:
        """Medians of the rounds, and the least and most p95 of one."""
        middle, late = [median(each) for each in self.rounds], [quantiles(each, n=20)[-1] for each in self.rounds]
        worst = median(max(each) for each in self.rounds)
        spread = f"({min(late):.0f}–{max(late):.0f})"
        return f"{self.what:48}p50 {median(middle):6.0f}   p95 {median(late):6.0f} {spread:>12}   last {worst:6.0f}"


async def burst(made: House) -> list[str]:
    """Each from somebody who has never been here, so that it opens a conversation and is answered in the chat."""
    ours, bare = Acknowledged(f"{PEOPLE} Slack events at once, ms to the 200"), Acknowledged("  beside a bare listener")
    async with rows_of(made.app.settings.database) as rows, served(_listener(lambda: rows.commit(1))) as port:
        for number in range(ROUNDS + 1):
            async with made.working():
                told = await _sent(made, made.port, "/hooks/slack", number)
                await made.settled()
            floor = await _sent(made, port, "/", number)
            if number:  # the first one only warms up
                ours.rounds.append(told)
                bare.rounds.append(floor)
    return [ours.line(), bare.line()]


async def _sent(made: House, port: int, path: str, number: int) -> Sequence[float]:
    people = [f"U{number}X{person}" for person in range(PEOPLE)]
    told: Sequence[float] = await made.outside.ask("burst", port=port, path=path, people=people)
    return told


def _listener(commit: Callable[[], Awaitable[None]]) -> web.Application:
    alone = asyncio.Lock()  # there is one connection

    async def heard(request: web.Request) -> web.Response:
        body, stamp = await request.read(), float(request.headers["X-Slack-Request-Timestamp"])
        assert signature(body, stamp)["X-Slack-Signature"] == request.headers["X-Slack-Signature"]
        json.loads(body)
        async with alone:
            await commit()
        return web.Response()

    site = web.Application()
    site.router.add_post("/", heard)
    return site
