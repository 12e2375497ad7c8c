"""The sealed page: one card, one form, one long poll. It can't tell one step of a conversation from another."""

from dataclasses import asdict, replace

from aiohttp import web

from adapters.web.browser_cookie import Browsers
from adapters.web.crowding import WaitingPolls
from adapters.web.engine_port import EnginePort, own_view, to_page
from adapters.web.error_pages import RETRY_AFTER
from adapters.web.exhibits import ExhibitPages
from adapters.web.forms import answered, fields, number, wants_json
from adapters.web.pages import Pages
from adapters.web.passwords import Passwords, chooses
from adapters.web.render import card
from adapters.web.sent_page import SentPage
from adapters.web.visitor_address import VisitorAddresses
from bot.conversation.interfaces import Crowded, Notice, Stale, Upgrading
from bot.conversation.view import View
from bot.platform.ids import WindowId
from bot.platform.secret import Secret

PATIENCE = 25.0  # seconds that a page waits for news in one request; balancers give up at 30 or later
LATER = "10"  # seconds until whoever may not wait here asks again
SOON = 1.0  # seconds, while a turn is being worked on: it may end without anything new


class SealedPage:
    """`/p/<window>`, for the bound browser; to any other there is no such page."""

    def __init__(
        self,
        engine: EnginePort,
        pages: Pages,
        browsers: Browsers,
        passwords: Passwords,
        exhibits: ExhibitPages,
        addresses: VisitorAddresses,
        sent: SentPage | None = None,
    ) -> None:
        self._engine, self._pages, self._browsers, self._passwords = engine, pages, browsers, passwords
        self._exhibits, self._sent = exhibits, sent
        self._polls, self._addresses = WaitingPolls(), addresses

    async def show(self, request: web.Request) -> web.Response:
        """The page as the conversation stands now."""
        return await self._page(request, *await self._mine(request))

    async def answer(self, request: web.Request) -> web.Response:
        """Takes what was pressed or typed on the page."""
        window, who = WindowId(request.match_info["window"]), self._browsers.hash(request)
        form = await answered(request)
        said = Secret(form["said"]) if "said" in form else None
        try:
            whence = self._addresses.whence(request)
            view = await self._engine.take_answer(form["token"], who, option=form.get("option"), said=said, whence=whence)
        except Upgrading:
            raise
        except Crowded:
            _, view = await self._mine(request)
            page = await self._page(request, window, replace(view, notice=Notice("engine.crowded")), status=503)
            page.headers["Retry-After"] = RETRY_AFTER
            return page
        except Stale:
            _, view = await self._mine(request)
            return await self._page(request, window, replace(view, notice=view.notice or Notice("web.moved_on")), status=409)
        if view.token == form["token"] and view.notice:  # it didn't fit and used nothing up, so the remark is in no row
            return await self._page(request, window, view, status=422)
        return to_page(window)

    async def live(self, request: web.Request) -> web.Response:
        """The card again once there is news; 204 when there is none."""
        turn, busy = number(request, "turn"), "busy" in request.query
        window, view = await self._mine(request)
        browser, address = self._browsers.hash(request), self._addresses.of(request)
        if not self._polls.room(browser, address) and view.turn == turn and view.busy == busy and not view.closed:
            return web.Response(status=204, headers={"Retry-After": LATER})
        with self._polls.waiting(browser, address):
            await self._engine.wait(window, turn, SOON if busy else PATIENCE)
        window, view = await self._mine(request)
        if view.turn == turn and view.busy == busy and not view.closed:
            return web.Response(status=204)
        return await self._page(request, window, view, template="card.html")

    async def check(self, request: web.Request) -> web.Response:
        """What the rules say of a password as far as it is typed: [{id, text, met}]."""
        window, view, form = await self._choosing(request, "said")
        return web.json_response([asdict(rule) for rule in await self._passwords.rules(window, view, Secret(form["said"]))])

    async def suggest(self, request: web.Request) -> web.Response:
        """A passphrase: {passphrase} for a script, in the field for who has none."""
        window, view, _ = await self._choosing(request)
        passphrase = await self._passwords.suggested(window)
        if wants_json(request):
            return web.json_response({"passphrase": passphrase})
        return await self._page(request, window, view, suggested=passphrase)

    async def _choosing(self, request: web.Request, *wanted: str) -> tuple[WindowId, View, dict[str, str]]:
        """Raises Stale when no new password is asked for (any more)."""
        window, view = await self._mine(request)
        form = await fields(request, "token", *wanted)
        if view.token != form["token"] or not chooses(view):
            raise Stale
        return window, view, form

    async def _mine(self, request: web.Request) -> tuple[WindowId, View]:
        return await own_view(request, self._engine, self._browsers)

    async def _page(
        self,
        request: web.Request,
        window: WindowId,
        view: View,
        *,
        status: int = 200,
        template: str = "sealed.html",
        suggested: str = "",
    ) -> web.Response:
        context = {
            "card": card(view, self._pages.words),
            "view": view,
            "window": window,
            "suggested": suggested,
            "exhibit": await self._exhibits(window),
            "way_on": self._sent.way_on(request) if self._sent and view.closed else "",
            "rules": await self._passwords.rules(window, view, Secret(suggested)),
        }
        return self._pages.page(template, view.language, context, status=status)
