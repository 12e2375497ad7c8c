"""The demo page: a chat, what arrives on the person's phone and mailbox, and the directory, side by side."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import asdict, replace
from urllib.parse import urlencode

from aiohttp import web

from adapters.web.demo_port import Demo, DemoAccount
from adapters.web.forms import fields, query
from adapters.web.pages import Pages
from adapters.web.render import card
from bot.conversation.interfaces import Notice, Stale, Upgrading
from bot.conversation.view import View
from bot.directory.interfaces import SignIn
from bot.platform.secret import Secret

PATIENCE, PAUSE = 20.0, 0.5  # seconds: one request waits for news so long, and looks so often
PART = "X-Part"  # a script sets it, and gets the part of the page that it will replace


class DemoPage:
    """Mounted over a demo store alone; over any other these addresses don't exist."""

    def __init__(self, demo: Demo, pages: Pages) -> None:
        self._demo, self._pages = demo, pages

    async def show(self, request: web.Request) -> web.Response:
        """Everything at once, so that it can be played without a script."""
        accounts = await self._demo.accounts()
        me = _one(accounts, query(request, "as")) if "as" in request.query else accounts[0]
        return await self._whole(request, me, await self._demo.view(me.login))

    async def chat(self, request: web.Request) -> web.Response:
        """The chat as soon as it says something else than the card with this token; 204 when it doesn't."""
        me, token, busy = await self._me(query(request, "as")), query(request, "token"), "busy" in request.query
        until = asyncio.get_running_loop().time() + PATIENCE
        while (view := await self._demo.view(me.login)) is None or (view.token == token and view.busy == busy):
            if asyncio.get_running_loop().time() >= until:
                return web.Response(status=204)
            await asyncio.sleep(PAUSE)
        return self._part(request, me, view)

    async def say(self, request: web.Request) -> web.Response:
        """Something was typed in the chat."""
        form = await fields(request, "as", "text")
        me = await self._me(form["as"])
        said = self._demo.say(me.login, Secret(form["text"]), self._pages.language(request))
        return await self._answered(request, me, await self._after(me, said))

    async def press(self, request: web.Request) -> web.Response:
        """A button in the chat was pressed."""
        form = await fields(request, "as", "token", "option")
        me = await self._me(form["as"])
        pressed = self._demo.press(me.login, form["token"], form["option"])
        return await self._answered(request, me, await self._after(me, pressed))

    async def things(self, request: web.Request) -> web.Response:
        """Phone, mailbox and directory again."""
        me = await self._me(query(request, "as"))
        return self._pages.page("things.html", self._pages.language(request), await self._things(me))

    async def sign_in(self, request: web.Request) -> web.Response:
        """The proof of the pudding: the old password or the new one."""
        form = await fields(request, "as", "password")
        me = await self._me(form["as"])
        signed = await self._demo.sign_in(me.login, Secret(form["password"]))
        if PART in request.headers:
            return self._pages.page("signed.html", self._pages.language(request), {"signed": signed})
        return _back(me, signed=signed.value)

    async def inbox(self, request: web.Request) -> web.Response:
        """For scripts: what the phone and the mailbox of `account` hold, oldest first."""
        me = await self._me(query(request, "account"))
        inbox = await self._demo.inbox(me.login)
        app = asdict(inbox.authenticator) if inbox.authenticator else None
        return web.json_response(
            {
                "account": me.login,
                "authenticator": app,
                "recovery_codes": [*inbox.drawer],
                "messages": [asdict(m) for m in inbox.messages],
            }
        )

    async def _me(self, login: str) -> DemoAccount:
        return _one(await self._demo.accounts(), login)

    async def _after(self, me: DemoAccount, answered: Awaitable[View]) -> View | None:
        try:
            return await answered
        except Upgrading:
            raise
        except Stale:
            view = await self._demo.view(me.login)
            return view and replace(view, notice=view.notice or Notice("web.moved_on"))

    async def _answered(self, request: web.Request, me: DemoAccount, view: View | None) -> web.Response:
        """Where there is no script, a remark that stands in no row is lost by leading on."""
        if view and view.notice and PART not in request.headers:
            return await self._whole(request, me, view)
        return self._part(request, me, view)

    async def _whole(self, request: web.Request, me: DemoAccount, view: View | None) -> web.Response:
        signed = SignIn(query(request, "signed")) if request.query.get("signed") in set(SignIn) else None
        context = {"accounts": await self._demo.accounts(), "signed": signed, **self._chat(me, view), **await self._things(me)}
        return self._pages.page("demo.html", self._pages.language(request), context)

    def _part(self, request: web.Request, me: DemoAccount, view: View | None) -> web.Response:
        if PART not in request.headers:
            return _back(me)
        return self._pages.page("chat.html", self._pages.language(request), self._chat(me, view))

    def _chat(self, me: DemoAccount, view: View | None) -> dict[str, object]:
        return {"me": me, "view": view, "card": card(view, self._pages.words) if view else None}

    async def _things(self, me: DemoAccount) -> dict[str, object]:
        return {"me": me, "inbox": await self._demo.inbox(me.login), "state": await self._demo.state(me.login)}


def _one(accounts: Sequence[DemoAccount], login: str) -> DemoAccount:
    if found := next((a for a in accounts if a.login.casefold() == login.casefold()), None):
        return found
    raise web.HTTPNotFound


def _back(me: DemoAccount, **more: str) -> web.Response:
    return web.Response(status=303, headers={"Location": f"/?{urlencode({'as': me.login, **more})}"})
