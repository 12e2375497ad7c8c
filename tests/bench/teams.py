"""A signed Teams message through door, engine and reply, against a bare endpoint that checks the same token, makes the same two commits and posts one fixed card."""

import json
from collections.abc import Awaitable, Callable

import jwt
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from tests.bench.floor import Floor
from tests.kit.microsoft import APP, CONNECTOR, ISSUER, signing_key
from tests.kit.teams import TeamsChat
from tests.kit.town import Town

Each = Callable[[int, Callable[[int], Awaitable[None]]], Awaitable[float]]
FIXED = {
    "type": "message",
    "summary": "Hello",
    "attachments": [
        {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "type": "AdaptiveCard",
                "version": "1.5",
                "fallbackText": "Hello",
                "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "Hello"}]}],
            },
        }
    ],
}


async def messages(town: Town, each: Each, times: int) -> tuple[float, float]:
    """Milliseconds of CPU for one, ours and the floor; Microsoft's stand-in and the sender, who signs, are in both."""
    ana = TeamsChat(town, "ana")
    await ana.says("I forgot my password")

    async def ours(number: int) -> None:
        town.told.clear()
        await ana.types("unlock my account" if number % 2 == 0 else "stay")

    await each(20, ours)
    mine = await each(times, ours)
    async with ClientSession() as out, TestClient(TestServer(_bare(town, out, ana.conversation))) as client:

        async def bare(_number: int) -> None:
            body = json.dumps(ana.activity(text="hello"))
            headers = {"Authorization": f"Bearer {town.teams.token(town.clock.now)}", "Content-Type": "application/json"}
            async with client.post("/", data=body, headers=headers) as answer:
                assert answer.status == 200

        await each(20, bare)
        floor = await each(times, bare)
    return mine, floor


def _bare(town: Town, out: ClientSession, conversation: str) -> web.Application:
    floor, key = Floor(town.app.store.database), signing_key(0).public_key()
    there = f"{town.teams.base}/v3/conversations/{conversation}/activities"

    async def heard(request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        clock = {"verify_exp": False, "verify_nbf": False}  # the town has one of its own
        jwt.decode(token, key, ["RS256"], clock, audience=APP, issuer=ISSUER)  # type: ignore[arg-type]  # a TypedDict there
        await request.json()
        await floor.two_commits(0)
        bearer = {"Authorization": f"Bearer {town.teams.issued[CONNECTOR]}"}
        async with out.post(there, json=FIXED, headers=bearer) as answer:
            assert answer.status == 200
        return web.Response()

    site = web.Application()
    site.router.add_post("/", heard)
    return site
