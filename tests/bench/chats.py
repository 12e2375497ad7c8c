"""A signed message from Slack or Teams through door, engine and reply, beside a bare listener that checks it, commits as often and posts one fixed answer."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
from aiohttp import ClientSession, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.facts import Audited
from tests.bench.bare import Rows, rows_of, served
from tests.bench.chatting import PERSON, TALK, USER
from tests.bench.house import House
from tests.bench.measuring import Cost, Figure, Meter
from tests.bench.turn import KEY
from tests.kit.kinds import TOTP
from tests.kit.microsoft import APP, ISSUER, KEYS, TENANT
from tests.kit.slack import SECRET, TEAM, TOKEN

ROUNDS, TIMES = 6, 30
ACCOUNTS = {"slack": f"{TEAM}/{USER}", "teams": f"{TENANT}/{PERSON}"}
BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Hello", "emoji": False}}]
CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "fallbackText": "Hello",
    "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "Hello"}]}],
}
ATTACHED = {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
FIXED = {"type": "message", "summary": "Hello", "attachments": [ATTACHED]}
Commit = Callable[[], Awaitable[None]]


async def chats(made: House) -> list[Figure]:
    """Both, as the same person, whose chat accounts are linked."""
    ana = await made.resident("ana.chats", TOTP, KEY)
    for vendor, account in ACCOUNTS.items():
        await made.app.store.chat_links.put(vendor, account, ana.subject, Audited("operator:chat:linked", ana.subject))
    async with rows_of(made.app.settings.database) as rows:
        return [await _slack(made, rows), await _teams(made, rows)]


async def _slack(made: House, rows: Rows) -> Figure:
    commits, calls, _ = await _counted(made, "slack")
    figure = Figure("a signed Slack event", f"a bare bolt listener ({commits} commits, one post; ours makes {calls:.1f} calls)")
    client = AsyncWebClient(TOKEN, base_url=made.outside.slack)
    async with served(_bolt(client, lambda: rows.commit(commits))) as port:
        await _measured(figure, made, "slack", port)
    return figure


async def _teams(made: House, rows: Rows) -> Figure:
    commits, calls, token = await _counted(made, "teams")
    does = f"{commits} commits, one post; ours makes {calls:.1f} calls"
    figure = Figure("a signed Teams message", f"a bare endpoint that checks the same token ({does})")
    async with ClientSession() as out:
        async with out.get(made.outside.teams + KEYS) as answer:
            key = jwt.PyJWK((await answer.json())["keys"][0])
        where = f"{made.outside.teams}/v3/conversations/{TALK}/activities"

        async def post() -> None:
            async with out.post(where, json=FIXED, headers={"Authorization": f"Bearer {token}"}) as answer:
                assert answer.status == 200

        async with served(_endpoint(key, lambda: rows.commit(commits), post)) as port:
            await _measured(figure, made, "teams", port)
    return figure


async def _measured(figure: Figure, made: House, vendor: str, port: int) -> None:
    async def bare() -> None:
        await made.outside.ask("chats", port=port, vendor=vendor, path="/", times=TIMES)

    await bare()
    for _ in range(ROUNDS):
        await figure.round(lambda: _ours(made, vendor), lambda: Meter().each(TIMES, bare))


async def _ours(made: House, vendor: str) -> Cost:
    return await made.measured(Meter(), TIMES, lambda: _talk(made, vendor))


async def _counted(made: House, vendor: str) -> tuple[int, float, str]:
    """How often one message commits, how often it calls the vendor, and the token that it calls with."""
    await _ours(made, vendor)
    made.commits.clear()
    async with made.working():
        told = await _talk(made, vendor)
    return round(made.durable() / TIMES), told["calls"] / TIMES, told["token"]


async def _talk(made: House, vendor: str) -> Any:
    return await made.outside.ask("chats", port=made.port, vendor=vendor, path=f"/hooks/{vendor}", times=TIMES)


def _bolt(client: AsyncWebClient, commit: Commit) -> web.Application:
    app = AsyncApp(signing_secret=SECRET, client=client, process_before_response=True)

    async def message(client: AsyncWebClient) -> None:
        await commit()
        await client.chat_postMessage(channel=f"D{USER}", text="Hello", blocks=BLOCKS)

    app.event("message")(message)

    async def heard(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    site = web.Application()
    site.router.add_post("/", heard)
    return site


def _endpoint(key: jwt.PyJWK, commit: Commit, post: Callable[[], Awaitable[None]]) -> web.Application:
    async def heard(request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        jwt.decode(token, key, ["RS256"], audience=APP, issuer=ISSUER)
        json.loads(await request.read())
        await commit()
        await post()
        return web.Response()

    site = web.Application()
    site.router.add_post("/", heard)
    return site
