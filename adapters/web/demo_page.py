"""The demo page: a chat, what arrives on the person's phone and mailbox, and the directory, side by side."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import asdict, replace
from urllib.parse import urlencode

from aiohttp import web

from adapters.web.demo_port import Cheat, Demo, DemoAccount
from adapters.web.demo_story import PLAIN, STORIES, guide, story_of
from adapters.web.forms import fields, query
from adapters.web.pages import Pages
from adapters.web.render import card
from bot.conversation.interfaces import Notice, Stale, Upgrading
from bot.conversation.view import View
from bot.demo.seed import DEMO_PASSWORD
from bot.directory.interfaces import SignIn
from bot.platform.secret import Secret

PATIENCE, PAUSE = 20.0, 0.5  # seconds: one request waits for news so long, and looks so often
SILENT = "silent"  # what is said of a sign-in that no directory answered
PART = "X-Part"  # a script sets it, and gets the part of the page that it will replace


class DemoPage:
    """Mounted over a demo store alone; over any other these addresses don't exist."""

    def __init__(self, demo: Demo, pages: Pages) -> None:
        self._demo, self._pages = demo, pages

    async def show(self, request: web.Request) -> web.Response:
        """Somebody's chat with all that is beside it, so that it can be played without a script; or the three doors."""
        accounts = await self._demo.accounts()
        if "as" not in request.query:
            return await self._doors(request, accounts)
        me = _one(accounts, query(request, "as"))
        return await self._whole(request, me, await self._demo.view(me.login))

    async def _doors(self, request: web.Request, accounts: Sequence[DemoAccount]) -> web.Response:
        agent = await self._demo.agent()
        context: dict[str, object] = {"accounts": accounts, "me": None, "agent": agent, "stories": STORIES, "cheats": [*Cheat]}
        context["password"] = DEMO_PASSWORD
        return self._pages.page("doors.html", self._pages.language(request), context)

    async def cheat(self, request: web.Request) -> web.Response:
        """One way to get round the rules, and what came of it. Raises HTTPBadRequest for what is none."""
        form = await fields(request, "cheat")
        if form["cheat"] not in set(Cheat):
            raise web.HTTPBadRequest
        language, cheat = self._pages.language(request), Cheat(form["cheat"])
        lines = [
            (line, card(line.view, self._pages.words) if line.view else None) for line in await self._demo.cheat(cheat, language)
        ]
        others, agent = [other for other in Cheat if other is not cheat], await self._demo.agent()
        silent = cheat is Cheat.NAME and agent is not None and not agent.connected
        context = {"cheat": cheat, "lines": lines, "cheats": others, "holds": not silent}
        return self._pages.page("cheat.html", language, context)

    async def agent(self, request: web.Request) -> web.Response:
        """Stops the agent before the second directory, or starts it. Raises HTTPBadRequest for neither."""
        form = await fields(request, "as", "do")
        if form["do"] not in ("start", "stop"):
            raise web.HTTPBadRequest
        await self._demo.switch(on=form["do"] == "start")
        if PART in request.headers:
            me = await self._me(form["as"])
            return self._pages.page("things.html", self._pages.language(request), await self._things(me))
        return _back(await self._me(form["as"])) if form["as"] else web.Response(status=303, headers={"Location": "/"})

    async def guide(self, request: web.Request) -> web.Response:
        """Where in their story whoever is played stands; 204: they have none."""
        me = await self._me(query(request, "as"))
        found = guide(me.login, await self._demo.view(me.login), await self._demo.state(me.login))
        if found is None:
            return web.Response(status=204)
        return self._pages.page("guide.html", self._pages.language(request), {"guide": found, "password": DEMO_PASSWORD})

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
        said = signed.value if signed else SILENT
        if PART in request.headers:
            return self._pages.page("signed.html", self._pages.language(request), {"signed": said})
        return _back(me, signed=said)

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
        signed = query(request, "signed") if request.query.get("signed") in {*SignIn, SILENT} else None
        things = await self._things(me)
        context = {"accounts": await self._demo.accounts(), "signed": signed, **self._chat(me, view), **things}
        context |= {"guide": guide(me.login, view, await self._demo.state(me.login)), "password": DEMO_PASSWORD}
        return self._pages.page("demo.html", self._pages.language(request), context)

    def _part(self, request: web.Request, me: DemoAccount, view: View | None) -> web.Response:
        if PART not in request.headers:
            return _back(me)
        return self._pages.page("chat.html", self._pages.language(request), self._chat(me, view))

    def _chat(self, me: DemoAccount, view: View | None) -> dict[str, object]:
        story = story_of(me.login)
        wishes = story.wishes if story else PLAIN
        return {"me": me, "view": view, "card": card(view, self._pages.words) if view else None, "wishes": wishes}

    async def _things(self, me: DemoAccount) -> dict[str, object]:
        """Of whoever is played; or, while they help somebody who calls, of the caller, with their own phone put aside."""
        story = story_of(me.login)
        who = await self._me(story.caller) if story and story.caller else me
        inbox, state = await self._demo.inbox(who.login), await self._demo.state(who.login)
        own = await self._demo.inbox(me.login) if who is not me else None
        return {"me": me, "who": who, "inbox": inbox, "own": own, "state": state, "agent": await self._demo.agent(who.login)}


def _one(accounts: Sequence[DemoAccount], login: str) -> DemoAccount:
    if found := next((a for a in accounts if a.login.casefold() == login.casefold()), None):
        return found
    raise web.HTTPNotFound


def _back(me: DemoAccount, **more: str) -> web.Response:
    return web.Response(status=303, headers={"Location": f"/?{urlencode({'as': me.login, **more})}"})
