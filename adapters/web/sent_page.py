"""`/register/check`: where a sign-in page sends people; who has all goes on at once, whoever lacks something may register first."""

from contextlib import suppress
from urllib.parse import urlsplit

from aiohttp import web

from adapters.web.browser_cookie import Browsers, label
from adapters.web.engine_port import to_page
from adapters.web.own_door import NotIn, OwnDoor, Registers
from adapters.web.pages import Pages
from bot.coverage.sent_to_register import SentToRegister
from bot.identity.own_session import OwnSession
from bot.platform.errors import Unavailable
from bot.platform.sentences import Misstep

CHECK = "/register/check"
TARGET = "register"
KEPT = 3600  # seconds in which the page of whoever was sent shows the way on


class SentPage:
    """No address is ever taken from a request: there is one, and the settings name it."""

    def __init__(self, sent: SentToRegister, registers: Registers, pages: Pages, browsers: Browsers, door: OwnDoor) -> None:
        self._sent, self._registers, self._pages, self._browsers, self._door = sent, registers, pages, browsers, door
        self.name = browsers.name.replace("browser", "sent")
        door.on_return(TARGET, self.arrived)

    async def check(self, request: web.Request) -> web.Response:
        """To the company's sign-in."""
        return await self._door.to_provider(request, TARGET)

    async def arrived(self, request: web.Request, session: OwnSession) -> web.Response:
        """From there. Raises Unavailable when the directory is silent."""
        try:
            missing = await self._sent.arrived(session.subject)
        except Misstep as silent:
            raise Unavailable("directory") from silent
        if missing is None:
            return self._on()
        context = {"missing": missing.value, "csrf": self._door.token(session), "host": urlsplit(self._sent.return_to).hostname}
        return self._pages.page("sent.html", self._pages.language(request), context)

    async def register(self, request: web.Request) -> web.Response:
        """To a page of theirs, where they prove it as everybody does."""
        try:
            session, _ = await self._door.posted(request)
        except NotIn:
            return self._door.shut(request)
        called, language = label(request.headers.get("User-Agent", "")), self._pages.language(request)
        response = to_page(await self._registers(session.subject, session.browser, called, language))
        https = self._browsers.https
        response.set_cookie(self.name, "1", max_age=KEPT, path="/", secure=https, httponly=True, samesite="Lax")
        return response

    async def skip(self, request: web.Request) -> web.Response:
        """Counted, and on. A GET, since a form's redirect may not leave this site (CSP form-action)."""
        with suppress(NotIn):  # the session may be over, and the way on isn't
            await self._sent.skipped(self._door.session(request).subject)
        return self._on()

    def way_on(self, request: web.Request) -> str:
        """For the end of a registration; empty for whoever wasn't sent."""
        return self._sent.return_to if request.cookies.get(self.name) == "1" else ""

    def _on(self) -> web.Response:
        return web.Response(status=303, headers={"Location": self._sent.return_to})
