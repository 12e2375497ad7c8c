"""How somebody talks to the town: in a terminal, in the web chat, and on pages in a browser."""

import html
import json
import re
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from adapters.terminal.chat import TerminalChat
from bot.conversation.view import View
from bot.model.prompt import Ask, AskSecret, Text
from bot.model.turn import Party
from bot.platform.ids import Origin, WindowId
from tests.kit.town import PORT, Killed, Town

ORIGIN = f"http://localhost:{PORT}"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
REMARKS = {"engine.stale", "engine.newer"}  # what a terminal says that is no prompt


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
    language: str = "en"
    cookie: str = ""
    window: WindowId | None = None
    last: Answer = field(default_factory=lambda: Answer(0, "", ""))

    async def get(self, path: str) -> Answer:
        return await self._send("GET", path)

    async def post(self, path: str, **form: str) -> Answer:
        return await self._send("POST", path, form)

    async def lands(self, link: str, option: str | None = None) -> Answer:
        """GET of the landing, then the POST of one of its buttons: the first, unless `option` says how it begins."""
        landing = await self.get(link)
        choice = _value(landing.text, option or "") if 'name="option"' in landing.text else ""
        return self._went(await self.post(link, **({"option": choice} if choice else {"open": "1"})))

    async def starts(self, wish: str) -> Answer:
        """At the portal."""
        return self._went(await self.post("/start", wish=wish))

    async def types(self, said: str) -> Answer:
        view = await self.view()
        if isinstance(view.prompt, Ask | AskSecret) and not isinstance(view.prompt.field, Text):
            self.town.secrets.add(said)
        return await self.post(f"/p/{self.window}", token=view.token, said=said)

    async def types_blindly(self, said: str) -> Answer:
        """Whatever the page asks for, or asks for no more. Nothing secret."""
        return await self.post(f"/p/{self.window}", token=(await self.view()).token, said=said)

    async def picks(self, label: str) -> Answer:
        """By how the words on the button begin."""
        page = await self.get(f"/p/{self.window}")
        return await self.presses(_value(page.text, label))

    async def presses(self, option: str, token: str | None = None) -> Answer:
        """By id; with an older `token`, on a page that hasn't been loaded again."""
        return await self.post(f"/p/{self.window}", token=token or (await self.view()).token, option=option)

    async def reads(self) -> str:
        """The page as it is now."""
        return (await self.get(f"/p/{self.window}")).text

    async def view(self) -> View:
        assert self.window is not None
        return await self.town.app.engine.view(self.window)

    async def at(self) -> str:
        """The id of the prompt on the page."""
        return (await self.view()).prompt.id

    def _went(self, answer: Answer) -> Answer:
        if answer.location.startswith("/p/"):
            self.window = WindowId(answer.location.removeprefix("/p/"))
        return answer

    async def _send(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        headers = {"Host": f"localhost:{PORT}", "User-Agent": self.agent, "Origin": ORIGIN, "Accept-Language": self.language}
        if self.cookie:
            headers["Cookie"] = f"browser={self.cookie}"
        try:
            async with self.town.web.request(method, path, data=form, headers=headers, allow_redirects=False) as answer:
                if "browser" in answer.cookies:
                    self.cookie = answer.cookies["browser"].value
                self.last = Answer(answer.status, html.unescape(await answer.text()), answer.headers.get("Location", ""))
        except aiohttp.ClientError:
            if self.town.life.dead:
                raise Killed(path) from None
            raise
        self.town.told += [path, self.last.location, _without_exhibit(_without_phone(self.last.text))]
        return self.last


def _value(page: str, label: str) -> str:
    """Of the first button whose words begin so; words with a further argument, such as "•••• 42", are still found."""
    buttons: list[tuple[str, str]] = re.findall(r'<button[^>]* name="option" value="([^"]*)"[^>]*>([^<]*)', page)
    for value, text in buttons:
        if text.strip().startswith(label):
            return value
    raise AssertionError(f"no button {label!r} among {[text.strip() for _, text in buttons]}")


def _without_phone(page: str) -> str:
    """The demo shows a phone beside the chat, and codes belong there."""
    return re.sub(r'<div id="things".*?<section class="pane sign"', "", page, flags=re.DOTALL)


def _without_exhibit(page: str) -> str:
    """What a sealed page shows to be scanned or printed belongs there, and nowhere else."""
    return re.sub(r'<div class="exhibit">.*?</div>\s*(?=<form|<section|</section|<a )', "", page, flags=re.DOTALL)


class Talker(Protocol):
    """Somebody in a chat."""

    async def says(self, text: str) -> None:
        """Words, or what stands on a button."""

    async def at(self) -> str:
        """The id of the prompt that the chat shows; empty before there is one."""

    async def hears(self) -> str:
        """The text of the newest message."""

    async def remarks(self) -> str:
        """All that stands in the chat now, passing remarks included."""

    async def offered(self) -> list[str]:
        """What stands on the buttons of the newest message."""

    async def link(self) -> str:
        """The path behind the link button; empty when there is none."""


@dataclass
class Terminal:
    """`unlatch chat --json`, as somebody or as a stranger."""

    town: Town
    login: str | None
    language: str = "en"
    lines: list[str] = field(default_factory=list)
    _chat: TerminalChat | None = None
    _app: object = None
    _seen: int = 0  # lines of processes that are gone

    async def says(self, text: str) -> None:
        await (await self._sits()).hear(text)

    async def at(self) -> str:
        return str((await self.shown()).get("id", ""))

    async def hears(self) -> str:
        return str((await self.shown())["text"])

    async def remarks(self) -> str:
        return await self.hears()

    async def offered(self) -> list[str]:
        options = (await self.shown())["options"]
        assert isinstance(options, list)
        return [str(o["label"]) for o in options]

    async def link(self) -> str:
        return str((await self.shown()).get("link") or "").removeprefix(ORIGIN)

    async def shown(self) -> dict[str, object]:
        """The newest prompt on this process's screen."""
        await (await self._sits()).peek()
        shown: list[dict[str, object]] = [json.loads(line) for line in self.lines[self._seen :]]
        return next((line for line in reversed(shown) if line["id"] not in REMARKS), {})

    async def _sits(self) -> TerminalChat:
        """At the same terminal again, when the process behind it is another one."""
        if self._chat is None or self._app is not self.town.app:
            subject = await self.town.subject(self.login) if self.login else None
            party = Party(Origin.LINKED if subject else Origin.STRANGER, subject, self.language)
            self._chat = self.town.app.terminal(party, self._out, as_json=True, address=f"tty-{self.login}")
            self._app, self._seen = self.town.app, len(self.lines)
        return self._chat

    def _out(self, line: str) -> None:
        self.lines.append(line)
        self.town.told.append(line)


@dataclass
class WebChat:
    """The chat on the demo page."""

    town: Town
    login: str
    language: str = "en"
    browser: Browser = field(init=False)
    answered: str = ""  # the page that came back

    def __post_init__(self) -> None:
        self.browser = Browser(self.town, language=self.language)

    async def says(self, text: str) -> None:
        """A button where there is one of that name, else words."""
        page = await self._page()
        token = re.search(r'name="token" value="([^"]+)"', page)
        try:
            option = _value(page, text)
        except AssertionError:
            self.answered = (await self.browser.post("/demo/say", **{"as": self.login, "text": text})).text
        else:
            assert token is not None
            await self.browser.post("/demo/press", **{"as": self.login, "token": token[1], "option": option})

    async def at(self) -> str:
        token = re.search(r'<div class="turn" data-token="([^"]+)"', await self._page())
        if token is None:
            return ""
        return (await self.town.app.engine.view(self.town.app.engine.windows.read_token(token[1])[0])).prompt.id

    async def hears(self) -> str:
        said = re.findall(r'<p class="bubble notice">.*?</p>|<div class="bubble">.*?</div>', await self._page(), re.DOTALL)
        return " ".join(re.sub(r"<[^>]*>", " ", part).strip() for part in said)

    async def remarks(self) -> str:
        return html.unescape(self.answered)

    async def offered(self) -> list[str]:
        return [text.strip() for text in re.findall(r'<button[^>]* name="option"[^>]*>([^<]*)', await self._page())]

    async def link(self) -> str:
        found = re.search(r'<a class="button" href="(/l/[^"]*)"', await self._page())
        return found[1] if found else ""

    async def _page(self) -> str:
        return _without_phone((await self.browser.get(f"/?as={self.login}")).text)
