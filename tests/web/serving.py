"""The whole web application over a canned engine and a canned demo company, on a port of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp.test_utils import TestClient, TestServer, unused_port
from aiohttp.web import Application, Request, RouteDef

from adapters.web.demo_port import AgentSeen, Authenticator, Cheat, DemoAccount, DemoLine, DemoMessage, Inbox
from adapters.web.not_me import NotMeDoor
from adapters.web.server import web_app
from bot.conversation.interfaces import Stale
from bot.conversation.view import View
from bot.directory.interfaces import SignIn, State
from bot.language.translations import Words
from bot.model.prompt import Option
from bot.platform.clock import World
from bot.platform.ids import OptionId, WindowId, WordsId
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.passwords import Ruling
from tests.web.canned import AT, IDS, PROMPTS, WINDOW, Canned, view

WISHES = tuple(Option(OptionId(w), WordsId(f"menu.{w}")) for w in ("reset", "unlock", "change"))
UP = AgentSeen("onprem", "dc1", "ABCD-EFGH", connected=True, answers=True, since=AT)
PASSPHRASE = "Quiet-Harbor-Lantern-52"
Client = TestClient[Request, Application]


@dataclass
class CannedDemo:
    """Ana's chat; whatever she says, she is shown the way to her page."""

    shown: View | None = None
    pressed: list[tuple[str, str]] = field(default_factory=list)
    premises: AgentSeen = UP

    async def accounts(self) -> Sequence[DemoAccount]:
        return [DemoAccount("ana", "Ana Alvarez"), DemoAccount("ben", "Ben Brandt", "demo.note.ben")]

    async def view(self, login: str) -> View | None:
        return self.shown if login == "ana" else None

    async def say(self, login: str, said: Secret, language: str) -> View:
        self.shown = view(PROMPTS["code"], sealed=False)
        return self.shown

    async def press(self, login: str, token: str, option: str) -> View:
        if self.shown is None or token != self.shown.token:
            raise Stale
        self.pressed.append((login, option))
        self.shown = view(PROMPTS["done"], 2, sealed=False)
        return self.shown

    async def inbox(self, login: str) -> Inbox:
        if login != "ana":
            return Inbox([])
        mail = DemoMessage(
            AT, "mail", "ana@home.example", "Your code", "123456 is your code to reset your password.\nGood for ten minutes."
        )
        return Inbox(
            [mail, DemoMessage(AT + 60, "text", "+1 202 555 0101", "", "654321 is your code.")], Authenticator("314159", 21)
        )

    async def state(self, login: str) -> State:
        return State(locked=login == "ben", changed_at=AT)

    async def sign_in(self, login: str, password: Secret) -> SignIn:
        return SignIn.RIGHT if password.equals(Secret(PASSPHRASE)) else SignIn.WRONG

    async def agent(self, login: str = "") -> AgentSeen | None:
        return self.premises if login != "ana" else None

    async def switch(self, *, on: bool) -> None:
        self.premises = replace(self.premises, connected=on, answers=on)

    async def cheat(self, cheat: Cheat, language: str) -> Sequence[DemoLine]:
        return [DemoLine("demo.cheat.owner.sees"), DemoLine(view=view(PROMPTS["code"], sealed=False), buttons=True)]


async def rulings(window: WindowId, password: Secret) -> Sequence[Ruling]:
    """Two rules, of which a passphrase meets both."""
    typed = password.reveal()
    return [
        Ruling("web.continue", args(least=12), len(typed) >= 12),
        Ruling("web.suggest", (), "contoso" not in typed and bool(typed)),
    ]


async def no_exhibits(window: WindowId) -> None:
    """Nothing secret to be shown."""


async def suggest(window: WindowId) -> Secret:
    return Secret(PASSPHRASE)


def app(
    engine: Canned,
    base_url: str,
    *,
    demo: CannedDemo | None = None,
    words: Words = IDS,
    ready: bool = True,
    not_me: NotMeDoor | None = None,
    hooks: Sequence[RouteDef] = (),
) -> Application:
    """As the composition root builds it."""

    async def start(wish: str, browser: str, label: str, language: str) -> WindowId:
        engine.browser = browser
        engine.bound.append((label, wish))
        return WINDOW

    async def is_ready() -> bool:
        return ready

    return web_app(
        engine,
        words,
        World(),
        base_url=base_url,
        company="Contoso Demo",
        wishes=WISHES,
        start=start,
        rulings=rulings,
        suggest=suggest,
        exhibits=no_exhibits,
        is_ready=is_ready,
        demo=demo,
        not_me=not_me,
        hooks=hooks,
    )


@asynccontextmanager
async def serving(
    engine: Canned,
    *,
    demo: CannedDemo | None = None,
    words: Words = IDS,
    ready: bool = True,
    not_me: NotMeDoor | None = None,
    hooks: Sequence[RouteDef] = (),
) -> AsyncIterator[Client]:
    """A client that is a browser: it has cookies, and says where its posts come from."""
    port = unused_port()
    made = app(engine, f"http://localhost:{port}", demo=demo, words=words, ready=ready, not_me=not_me, hooks=hooks)
    server = TestServer(made, host="localhost", port=port)
    async with TestClient(server, headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"}) as client:
        yield client
