"""A Slack workspace on loopback: the Web API as we call it, strict about what real Slack refuses, and people who talk and press there."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.facts import Audited
from bot.platform.ids import WindowId
from tests.kit.blocks import checked
from tests.kit.slack_limits import RateLimits

if TYPE_CHECKING:
    from tests.kit.town import Town

TEAM, BOT, SECRET, TOKEN = "T0CONTOSO", "U0BOT", "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-contoso"
ORIGIN = "http://localhost:8400"
PATH = "/hooks/slack"
ids = count(1)


@dataclass
class Workspace:
    """What the app has posted, in order; what Slack says of people; and what it is made to refuse."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # by channel and ts, in order
    whispers: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refuses: dict[str, list[tuple[int, dict[str, str], dict[str, Any]]]] = field(default_factory=dict)  # method: once each
    pages: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)  # method: status, type and text, once each
    slow: dict[str, float] = field(default_factory=dict)  # seconds that a method takes
    mute: list[str] = field(default_factory=list)  # methods that are carried out, and whose answer gets lost, once each
    typed: list[dict[str, str]] = field(default_factory=list)  # what people have said, without their words
    dead: set[str] = field(default_factory=set)  # tokens that were revoked
    limits: RateLimits | None = None  # where they are given, calls are limited as Slack does
    server: TestServer | None = None

    async def start(self) -> str:
        app = web.Application()
        app.router.add_post("/api/{method}", self._called)
        app.router.add_get("/api/{method}", self._called)
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url("/api/"))

    async def close(self) -> None:
        if self.server:
            await self.server.close()

    def person(self, user: str, **said: Any) -> dict[str, Any]:
        """As `users.info` tells them: somebody of the house, unless it is said otherwise."""
        known = {"id": user, "team_id": TEAM, "name": user.lower(), "profile": {"display_name": user}, "locale": "en-US"}
        self.users[user] = known | said
        return self.users[user]

    def newest(self, channel: str) -> dict[str, Any] | None:
        found = [m for (where, _), m in self.messages.items() if where == channel]
        return found[-1] if found else None

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls.append(method)
        await asyncio.sleep(self.slow.get(method, 0))
        given = await _fields(request)
        if self.limits and (wait := self.limits.wait(method, given)):
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)})
        if queued := self.refuses.get(method):
            status, headers, body = queued.pop(0)
            return web.json_response(body, status=status, headers=headers)
        if pages := self.pages.get(method):
            status, kind, page = pages.pop(0)
            return web.Response(status=status, text=page, content_type=kind)
        if not request.headers.get("Authorization", "").startswith("Bearer xo") and method != "oauth.v2.access":
            return web.json_response({"ok": False, "error": "not_authed"})
        if request.headers.get("Authorization", "").removeprefix("Bearer ") in self.dead:
            return web.json_response({"ok": False, "error": "token_revoked"})
        answer = getattr(self, "_" + method.replace(".", "_"))(given)
        if method in self.mute:
            self.mute.remove(method)
            return web.Response(status=504)
        return web.json_response({"ok": "error" not in answer, **answer})

    def _auth_test(self, _given: Mapping[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0BOT", "team": "Contoso"}

    def _users_info(self, given: Mapping[str, Any]) -> dict[str, Any]:
        user = self.users.get(given["user"])
        return {"user": user} if user else {"error": "user_not_found"}

    def _conversations_open(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{given['users']}"}}

    def _chat_postMessage(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        return self._put(given["channel"], _ts(), given)

    def _conversations_history(self, given: Mapping[str, Any]) -> dict[str, Any]:
        said = [*self.messages.values(), *(m for m in self.typed if m["channel"] == given["channel"])]
        newest = sorted((m for m in said if m["ts"] > given.get("oldest", "0")), key=lambda m: str(m["ts"]), reverse=True)
        return {"messages": newest[: int(given["limit"])]}

    def _chat_update(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if (given["channel"], given["ts"]) not in self.messages:
            return {"error": "message_not_found"}
        return self._put(given["channel"], given["ts"], given)

    def _chat_postEphemeral(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self.whispers.append({**given, "blocks": checked(given["blocks"])})
        return {"message_ts": "1"}

    def _views_publish(self, given: Mapping[str, Any]) -> dict[str, Any]:
        view = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        self.homes[given["user_id"]] = checked(view["blocks"], home=True)
        return {"view": {}}

    def _oauth_v2_access(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if given.get("code") != "good":
            return {"error": "invalid_code"}
        return {"access_token": "xoxb-other", "bot_user_id": BOT, "team": {"id": given.get("team", TEAM)}, "enterprise": None}

    def _put(self, channel: str, ts: str, given: Mapping[str, Any]) -> dict[str, Any]:
        self.messages[channel, ts] = {"ts": ts, "channel": channel, "text": given["text"], "blocks": checked(given["blocks"])}
        return {"channel": channel, "ts": ts}


AGAIN = 503  # then Slack sends an event again, at once for the first time


def _ts() -> str:
    """A message's name: later ones are greater."""
    return f"{1_800_000_000 + next(ids)}.000100"


async def _fields(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    form: dict[str, Any] = {**request.query, **(await request.post())}
    return {name: json.loads(value) if name in ("blocks", "view") else value for name, value in form.items()}


def signature(body: bytes, at: float) -> dict[str, str]:
    """As Slack signs."""
    stamp = str(int(at))
    mac = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}"}


def event(inner: Mapping[str, Any], **around: Any) -> dict[str, Any]:
    """An event's envelope."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0",
        "event": dict(inner),
        "event_id": f"Ev{next(ids)}",
        "event_time": 1,
        "authorizations": [{"team_id": TEAM, "enterprise_id": None, "user_id": BOT, "is_enterprise_install": False}],
        **around,
    }


@dataclass
class SlackChat:
    """Somebody in a direct message with the app. `login` None: nobody knows whose chat account it is."""

    town: "Town"
    login: str
    linked: bool = True
    locale: str = "en-US"
    user: str = ""
    told: str = ""  # in the answer to a command, where others read along
    _window: WindowId | None = None

    def __post_init__(self) -> None:
        self.user = self.user or f"U{self.login.upper().replace('.', '')}"
        self.town.slack.person(self.user, locale=self.locale)

    @property
    def address(self) -> str:
        return f"{TEAM}/{self.user}"

    async def says(self, words: str) -> None:
        """What stands on a button, or words."""
        await self._known()
        for label, press in self._buttons():
            if label == words:
                await self.posts_form(press)
                return
        await self.types(words)

    async def types(self, text: str, **more: Any) -> int:
        message = {
            "type": "message",
            "channel_type": "im",
            "channel": f"D{self.user}",
            "user": self.user,
            "text": text,
            "ts": _ts(),
        }
        self.town.slack.typed.append({name: message[name] for name in ("user", "channel", "ts")})
        payload = event(message | more)
        status = await self.posts(payload)
        return await self.posts(payload) if status == AGAIN else status

    async def posts(self, payload: Mapping[str, Any]) -> int:
        return await self.sends(json.dumps(payload).encode(), "application/json")

    async def posts_form(self, payload: Mapping[str, Any]) -> int:
        return await self.sends(urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded")

    async def sends(self, body: bytes, kind: str) -> int:
        """Signed; then everything that follows is done, as far as the process lives."""
        from tests.kit.town import Killed

        headers = {"Content-Type": kind, "Host": "localhost:8400", **signature(body, self.town.clock.now)}
        try:
            async with self.town.web.post(PATH, data=body, headers=headers) as answer:
                status = answer.status
                self.told = await answer.text()
                assert not self.told or b"command=" in body
        except aiohttp.ClientError:
            if self.town.life.dead:
                raise Killed(PATH) from None
            raise
        await self.town.app.chats["slack"].tasks.done()  # type: ignore[attr-defined]  # of this adapter
        await self._shown()
        return status

    async def at(self) -> str:
        await self._shown()
        return (await self.town.app.engine.view(self._window)).prompt.id if self._window else ""

    async def hears(self) -> str:
        await self._shown()
        newest = self.town.slack.newest(f"D{self.user}")
        return " ".join(block["text"]["text"] for block in newest["blocks"] if "text" in block) if newest else ""

    async def remarks(self) -> str:
        await self._shown()
        ours = [m for (where, _), m in self.town.slack.messages.items() if where == f"D{self.user}"]
        return " ".join(block["text"]["text"] for message in ours for block in message["blocks"] if "text" in block)

    async def offered(self) -> list[str]:
        await self._shown()
        return [label for label, _ in self._buttons()]

    async def link(self) -> str:
        await self._shown()
        newest = self.town.slack.newest(f"D{self.user}") or {"blocks": []}
        urls = [e["url"] for b in newest["blocks"] for e in b.get("elements", []) if "url" in e]
        return str(urls[0]).removeprefix(ORIGIN) if urls else ""

    async def _shown(self) -> None:
        self._window = await self.town.newest("slack", self.address)
        while await self.town.app.chat_outbox_worker.run_due():
            pass
        self.town.told += [json.dumps(m) for m in self.town.slack.messages.values()]

    async def _known(self) -> None:
        if self.linked and not await self.town.app.store.chat_links.linked("slack", self.address):
            subject = await self.town.subject(self.login)
            await self.town.app.store.chat_links.put("slack", self.address, subject, Audited("operator:chat:linked", subject))

    def _buttons(self) -> list[tuple[str, dict[str, Any]]]:
        newest = self.town.slack.newest(f"D{self.user}") or {"blocks": []}
        found = []
        for block in newest["blocks"]:
            for element in block.get("elements", []):
                if element["type"] == "button" and "url" not in element:
                    action = {"action_id": element["action_id"], "value": element["value"], "type": "button"}
                    found.append((element["text"]["text"], self._press(block, newest, action)))
                for option in element.get("options", []):
                    action = {"action_id": element["action_id"], "selected_option": option, "type": element["type"]}
                    found.append((option["text"]["text"], self._press(block, newest, action)))
        return found

    def _press(self, block: Mapping[str, Any], message: Mapping[str, Any], action: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "type": "block_actions",
            "user": {"id": self.user, "team_id": TEAM},
            "team": {"id": TEAM},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": f"{next(ids)}.1",
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
            "actions": [{**action, "block_id": block["block_id"]}],
        }
