"""Which browser this is: the cookie that names it, and what it calls itself."""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.conversation.windows import browser_hash
from bot.platform.clock import World

COOKIE = re.compile(r"[0-9a-f]{64}")
KEPT = 180 * 24 * 3600  # seconds; a browser that was used before is known for as long as a method is without reconfirmation
# The first match wins: most browsers claim to be several others as well.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox|FxiOS", "Firefox"),
            ("Chrome|CriOS", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
           ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


class Browsers:
    """Reads and writes the cookie. `https` False: a demo on plain localhost, where `__Host-` isn't to be had."""

    def __init__(self, world: World, *, https: bool) -> None:
        self._world, self.https = world, https
        self.name = "__Host-browser" if https else "browser"

    def hash(self, request: web.Request) -> str:
        """What the engine knows this browser by. Empty when it has no cookie, or none of ours."""
        return browser_hash(self._cookie(request))

    def named(self, request: web.Request) -> tuple[str, str]:
        """Its cookie, a fresh one for a browser without, and the hash of it."""
        cookie = self._cookie(request) or self._world.bytes(32).hex()
        return cookie, browser_hash(cookie)

    def keep(self, response: web.StreamResponse, cookie: str) -> None:
        """Lax, since the way in is a link in a chat or a mail; what changes anything is checked for its origin besides."""
        response.set_cookie(self.name, cookie, max_age=KEPT, path="/", secure=self.https, httponly=True, samesite="Lax")

    async def sent(self, request: web.Request, begin: Callable[[str], Awaitable[str]]) -> web.Response:
        """Away to where `begin` says for this browser, with the cookie that it comes back by. Raises whatever `begin` does."""
        cookie, browser = self.named(request)
        response = web.Response(status=303, headers={"Location": await begin(browser)})
        self.keep(response, cookie)
        return response

    def _cookie(self, request: web.Request) -> str:
        cookie = request.cookies.get(self.name, "")
        return cookie if COOKIE.fullmatch(cookie) else ""


def label(user_agent: str) -> str:
    """Firefox on Windows, say. From closed lists: what a browser sends is never repeated to anybody."""
    browser = next((name for sign, name in BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser} on {system}" if browser and system else browser or system or "?"
