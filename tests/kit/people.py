"""How somebody talks to the town: in a terminal, in the web chat, and on the sealed page in a browser."""

import html
import json
import re
from dataclasses import dataclass, field
from typing import Protocol

from adapters.terminal.chat import Chat
from bot.conversation.turn import Party
from bot.conversation.view import View
from bot.ids import Origin, WindowId
from tests.kit.town import PORT, Town

ORIGIN = f"http://localhost:{PORT}"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    text: str
    location: str


@dataclass
class Browser:
    """One browser: a cookie jar, and the page that it is on."""

    town: Town
    agent: str = FIREFOX
    cookie: str = ""
    window: WindowId | None = None
    last: Answer = field(default_factory=lambda: Answer(0, "", ""))

    async def get(self, path: str) -> Answer:
        return await self._send("GET", path)

    async def post(self, path: str, **form: str) -> Answer:
        return await self._send("POST", path, form)

    async def lands(self, link: str, option: str | None = None) -> Answer:
        """GET of the landing, then the POST of one of its buttons."""
        landing = await self.get(link)
        choice = _value(landing.text, option) if option else None
        sent = {"option": choice} if choice else {"option": _first(landing.text)} if _first(landing.text) else {"open": "1"}
        answer = await self.post(link, **sent)
        if answer.location.startswith("/p/"):
            self.window = WindowId(answer.location.removeprefix("/p/"))
        return answer

    async def starts(self, wish: str) -> Answer:
        """At the portal."""
        answer = await self.post("/start", option=wish)
        self.window = WindowId(answer.location.removeprefix("/p/"))
        return answer

    async def types(self, said: str) -> Answer:
        return await self.post(f"/p/{self.window}", token=(await self.view()).token, said=said)

    async def picks(self, label: str) -> Answer:
        """By what stands on the button."""
        page = await self.get(f"/p/{self.window}")
        return await self.post(f"/p/{self.window}", token=(await self.view()).token, option=_value(page.text, label))

    async def view(self) -> View:
        assert self.window is not None
        return await self.town.app.engine.view(self.window)

    async def at(self) -> str:
        """The id of the prompt on the page."""
        return (await self.view()).prompt.id

    async def _send(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        headers = {"Host": f"localhost:{PORT}", "User-Agent": self.agent, "Origin": ORIGIN}
        if self.cookie:
            headers["Cookie"] = f"browser={self.cookie}"
        async with self.town.web.request(method, path, data=form, headers=headers, allow_redirects=False) as answer:
            if "browser" in answer.cookies:
                self.cookie = answer.cookies["browser"].value
            self.last = Answer(answer.status, html.unescape(await answer.text()), answer.headers.get("Location", ""))
        return self.last


def _value(page: str, label: str) -> str:
    for value, text in re.findall(r'<button[^>]* value="([^"]*)"[^>]*>([^<]*)', page):
        if text.strip() == label:
            return str(value)
    raise AssertionError(f"no button {label!r} on the page")


def _first(page: str) -> str:
    found = re.search(r'<button[^>]* name="option" value="([^"]*)"', page)
    return found[1] if found else ""


class Talker(Protocol):
    """Somebody in a chat."""

    async def says(self, text: str) -> None:
        """Words, or what stands on a button."""

    async def at(self) -> str:
        """The id of the prompt that the chat shows."""

    async def hears(self) -> str:
        """The text of the newest message."""

    async def link(self) -> str:
        """The path behind the link button."""


@dataclass
class Terminal:
    """`unlatch chat --json`, as somebody or as a stranger."""

    town: Town
    login: str | None
    lines: list[str] = field(default_factory=list)
    _chat: Chat | None = None
    _app: object = None

    async def says(self, text: str) -> None:
        await (await self._sits()).hear(text)

    async def at(self) -> str:
        return str((await self._shown())["id"])

    async def hears(self) -> str:
        return str((await self._shown())["text"])

    async def link(self) -> str:
        return str((await self._shown())["link"]).removeprefix(ORIGIN)

    async def _shown(self) -> dict[str, object]:
        chat = await self._sits()
        await chat.peek()
        shown: dict[str, object] = json.loads(self.lines[-1])
        return shown

    async def _sits(self) -> Chat:
        """At the same terminal again, when the process behind it is another one."""
        if self._chat is None or self._app is not self.town.app:
            subject = await self.town.subject(self.login) if self.login else None
            party = Party(Origin.LINKED if subject else Origin.STRANGER, subject)
            self._chat = self.town.app.terminal(party, self.lines.append, as_json=True, address=f"tty-{self.login}")
            self._app = self.town.app
        return self._chat


@dataclass
class WebChat:
    """The chat on the demo page."""

    town: Town
    login: str
    browser: Browser
    window: WindowId | None = None

    async def says(self, text: str) -> None:
        """A button where there is one of that name, else words."""
        page = (await self.browser.get(f"/?as={self.login}")).text
        try:
            token = (await self._view()).token
            await self.browser.post("/demo/press", **{"as": self.login, "token": token, "option": _value(page, text)})
        except AssertionError:
            await self.browser.post("/demo/say", **{"as": self.login, "text": text})
        self.window = await self.town.app.store.conversations.newest("demo", self.login) or self.window

    async def at(self) -> str:
        return (await self._view()).prompt.id

    async def hears(self) -> str:
        view = await self._view()
        return self.town.app.words.say(view.prompt.id, view.prompt.args, view.language)

    async def link(self) -> str:
        return (await self._view()).link or ""

    async def _view(self) -> View:
        self.window = await self.town.app.store.conversations.newest("demo", self.login) or self.window
        assert self.window is not None
        return await self.town.app.engine.view(self.window)
