"""An engine that plays canned views, so that pages are tested apart from conversations, and words that show their ids."""

import asyncio
from dataclasses import dataclass, field, replace

from bot.conversation.interfaces import Gone, Notice, Stale, Taken
from bot.conversation.view import PageOpened, Purpose, View
from bot.language.translations import Wording, Words
from bot.model.prompt import Ask, AskSecret, Choose, Code, Lines, Option, Password, Prompt, PromptState, Say, Text, Wait
from bot.model.whence import Whence
from bot.platform.ids import Line, OptionId, WindowId, WordsId
from bot.platform.secret import Secret
from bot.platform.sentences import Args, args

AT = 1_795_590_000.0  # 2026-11-25 07:00 UTC
WINDOW, LINK = WindowId("win-1"), "win-1~abc"
EXITS = tuple(Option(OptionId(w), WordsId(f"exit.{w}")) for w in ("elsewhere", "start_over", "cancel", "person"))
OFFERS = (
    Option(OptionId("m1"), WordsId("method.totp.name")),
    Option(OptionId("m2"), WordsId("method.email.name.known"), Line("a***@home.example")),
)
AGAIN = (Option(OptionId("again"), WordsId("verify.again")), Option(OptionId("other"), WordsId("verify.other")))
CODE = AskSecret("method.email.ask.known", Code(), args(hint="a***@home.example"), AGAIN)

PROMPTS: dict[str, Prompt] = {
    "choose": Choose("verify.how", OFFERS),
    "code": CODE,
    "name": Ask("find.self", Text()),
    "current": AskSecret("method.password.ask", Password(current=True)),
    "new": AskSecret("reset.new", Password()),
    "wait": Wait("unlock.now", after=0),
    "number": Wait("unlock.now", number=42),
    "done": Say("reset.done", content=Lines((("web.close_tab", ()),)), state=PromptState.DONE),
}


BODIES = {"reset.done"}  # prompts that say more than their title


class Ids(Words):
    """Says the id and what it is filled with, so that a test doesn't break when a sentence is polished."""

    def prompt(self, id: str, args: Args = (), language: str = "en") -> Wording:
        """Like verify.type[hint=...]."""
        return Wording(id + (f"[{','.join(f'{n}={v}' for n, v in args)}]" if args else ""), f"{id}.body" if id in BODIES else "")


IDS = Ids("Contoso Demo", lambda: "helpdesk@contoso.example")


def view(prompt: Prompt, turn: int = 1, *, sealed: bool = True, notice: Notice | None = None) -> View:
    """As the engine shows it in the sealed window, or in a chat."""
    closed = isinstance(prompt, Say)
    return View(
        prompt=prompt,
        turn=turn,
        token=f"win-1.{turn}~mac",
        answerable=sealed or not isinstance(prompt, AskSecret),
        link=None if sealed or closed or not isinstance(prompt, AskSecret | Wait) else f"/l/{LINK}",
        notice=notice,
        exits=() if closed else EXITS,
        opened=PageOpened("Firefox on Windows", AT) if sealed else None,
        closed=closed,
        busy=False,
        sealed=sealed,
        language="en",
        asked=Purpose("about.reset", "demo", AT),
    )


@dataclass
class Canned:
    """One conversation: each answer plays the next view. `taken` and `bound` tell what came in, without any secret."""

    script: list[Prompt] = field(default_factory=lambda: [PROMPTS["choose"], CODE, PROMPTS["new"], PROMPTS["done"]])
    turn: int = 1
    browser: str = ""
    over: bool = False
    misfit: bool = False  # the next typed word doesn't fit, and uses nothing up
    broken: bool = False
    bound: list[tuple[str, str | None]] = field(default_factory=list)
    taken: list[tuple[str, str | None, bool]] = field(default_factory=list)
    said: list[Secret] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def preview(self, link: str) -> View:
        if self.over or link != LINK:
            raise Gone
        return view(Wait("page.open", options=OFFERS), sealed=bool(self.browser))

    async def bind(self, link: str, browser: str, label: str, option: str | None = None) -> WindowId:
        await self.preview(link)
        if self.browser not in {"", browser}:
            raise Taken
        self.browser = browser
        self.bound.append((label, option))
        return WINDOW

    async def view(self, window: WindowId, who: str) -> View:
        if not (window == WINDOW and who and who == self.browser):
            raise Gone
        if self.broken:
            raise RuntimeError("planted fault")
        return view(self.script[min(self.turn, len(self.script)) - 1], self.turn)

    async def take_answer(
        self, token: str, who: str, *, option: str | None = None, said: Secret | None = None, whence: Whence | None = None
    ) -> View:
        if who != self.browser:
            raise Stale
        now = await self.view(WINDOW, who)
        if token != now.token or now.closed:
            raise Stale
        if self.misfit:
            return replace(now, notice=Notice("engine.digits", args(digits=6)))
        self.taken.append((token, option, said is not None))
        self.said += [said] if said else []
        self.go_on()
        return await self.view(WINDOW, who)

    async def wait(self, window: WindowId, turn: int, seconds: float) -> None:
        if self.turn <= turn:
            await asyncio.wait_for(self.moved.wait(), min(seconds, 5))

    def go_on(self) -> None:
        """The next view, and whoever waits is told."""
        self.turn += 1
        self.moved.set()
        self.moved = asyncio.Event()
