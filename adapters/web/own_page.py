"""`/me`: my methods and what was ever bound, my browsers and chats, my last changes, and the button that locks my recovery."""

from aiohttp import web

from adapters.web.own_door import HOME, NotIn, OwnDesk, OwnDoor
from adapters.web.pages import Pages
from bot.coverage.own_page import OwnAct
from bot.platform.errors import Unavailable
from bot.platform.sentences import Misstep

SHOWN = 50  # rows of a history that the page lists


class OwnPageView:
    """One page, made anew for each look; each act leads back to it."""

    def __init__(self, desk: OwnDesk, pages: Pages, door: OwnDoor) -> None:
        self._desk, self._pages, self._door = desk, pages, door

    async def show(self, request: web.Request) -> web.Response:
        """The page, or its door. Raises Unavailable when the directory is silent."""
        try:
            session = self._door.session(request)
            view = await self._desk.page.view(session.subject)
        except NotIn:
            return self._door.shut(request)
        except Misstep as silent:
            raise Unavailable("directory") from silent
        if view is None:
            return self._door.shut(request)
        context = {
            "view": view,
            "csrf": self._door.token(session),
            "company_session": session.company,
            "signs_in": self._desk.sign_in is not None,
            "now": self._desk.world.now(),
            "bindings": view.bindings[:SHOWN],
            "changes": view.changes[:SHOWN],
        }
        return self._pages.page("own_page.html", self._pages.language(request), context)

    async def act(self, request: web.Request) -> web.Response:
        """Take off, lock, open. Raises HTTPBadRequest for what is none of these, HTTPForbidden for what this session may not."""
        try:
            session, form = await self._door.posted(request, "act", "about")
        except NotIn:
            return self._door.shut(request)
        if form["act"] not in set(OwnAct):
            raise web.HTTPBadRequest
        act = OwnAct(form["act"])
        if not await self._desk.page.act(session, act, form["about"]) and act is OwnAct.OPEN:
            raise web.HTTPForbidden
        return web.Response(status=303, headers={"Location": HOME})
