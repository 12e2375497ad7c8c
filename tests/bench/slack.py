"""A signed Slack event through door, engine and reply, against a bare bolt listener that posts one fixed message and makes the same two commits."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.web_api import WebApi
from bot.platform.clock import World
from bot.platform.secret import Secret
from tests.bench.floor import Floor
from tests.kit.slack import SECRET, TOKEN, SlackChat, event, signature
from tests.kit.town import Town

Each = Callable[[int, Callable[[int], Awaitable[None]]], Awaitable[float]]
BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Hello", "emoji": False}}]


async def events(town: Town, each: Each, times: int) -> tuple[float, float]:
    """Milliseconds of CPU for one, ours and the floor; Slack's stand-in and the sender are in both."""
    ana = SlackChat(town, "ana")
    await ana.says("I forgot my password")

    async def ours(number: int) -> None:
        town.told.clear()
        await ana.types("unlock my account" if number % 2 == 0 else "stay")

    await each(20, ours)
    mine = await each(times, ours)
    wire = WebApi(town.addresses["slack"])
    async with TestClient(TestServer(_bare(town, wire.client(Secret(TOKEN))))) as client:

        async def bare(_number: int) -> None:
            body = json.dumps(event({"type": "message", "channel_type": "im", "user": "UANA", "text": "hello"})).encode()
            stamp = signature(body, World().now())  # bolt looks at the real clock
            async with client.post("/", data=body, headers={"Content-Type": "application/json", **stamp}) as answer:
                assert answer.status == 200

        await each(20, bare)
        floor = await each(times, bare)
    await wire.close()
    return mine, floor


def _bare(town: Town, wire: AsyncWebClient) -> web.Application:
    floor = Floor(town.app.store.database)
    app = AsyncApp(token=TOKEN, signing_secret=SECRET, client=wire, process_before_response=True)

    async def message(client: AsyncWebClient) -> None:
        await floor.two_commits(0)
        await client.chat_postMessage(channel="DUANA", text="Hello", blocks=BLOCKS)

    app.event("message")(message)

    async def heard(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    site = web.Application()
    site.router.add_post("/", heard)
    return site
