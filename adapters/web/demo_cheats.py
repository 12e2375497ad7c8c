"""Ways to cheat, each tried for real from the demo's first screen: by the same engine, limits and links as everything else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from adapters.web.demo_port import Cheat, DemoLine
from bot.conversation.interfaces import Gone, Taken
from bot.conversation.view import View
from bot.directory.interfaces import Person
from bot.engine.engine import Engine
from bot.model.prompt import Ask, Choose
from bot.model.turn import Party
from bot.platform.clock import World
from bot.platform.ids import Origin, WindowId
from bot.platform.secret import Secret
from bot.platform.sentences import args

KIND = "demo"
OWNER, AGENT, STRANGERS = "mei", "erin", ("rosa", "nobody.here")
CALLERS = ("yusuf", "sarah", "idris")  # one of them, since nobody is sent more than a few messages in ten minutes
BROWSERS = ("Firefox on Linux", "Chrome on Windows")
PATIENCE = 5.0  # seconds for an answer that is being worked on

Start = Callable[[str, str, str, str], Awaitable[WindowId]]  # wish, browser, label, language; as the portal begins


@dataclass(frozen=True)
class Cheats:
    """`find` knows everybody, `shows` is what somebody's authenticator app shows."""

    engine: Engine
    start: Start
    find: Callable[[str], Awaitable[Person]]
    shows: Callable[[str], Awaitable[str]]
    world: World

    async def tried(self, cheat: Cheat, language: str) -> Sequence[DemoLine]:
        """Who did what, and what came back. Each try has a chat of its own, so it disturbs nobody who plays."""
        match cheat:
            case Cheat.CODE:
                return await self._code(language)
            case Cheat.LINK:
                return await self._link(language)
            case Cheat.SKIP:
                return await self._skip(language)
            case Cheat.NAME:
                return await self._name(language)
            case _:
                assert_never(cheat)

    async def _code(self, language: str) -> Sequence[DemoLine]:
        """The right code of an app, typed where no code belongs."""
        chat = await self._chat(OWNER, language)
        asked = await chat.say(self._typed("web.demo.try.reset", language))
        code = await self.shows(OWNER)
        return [
            chat.line(self._typed("web.demo.try.reset", language)),
            DemoLine(view=asked),
            chat.line(code),
            DemoLine(view=await chat.say(code)),
        ]

    async def _link(self, language: str) -> Sequence[DemoLine]:
        """Opened by a thief after its owner, and before."""
        late = await self._chat(OWNER, language)
        page = await self._opened(link := await self._asked(late, language), BROWSERS[0])
        lines = [DemoLine("demo.cheat.owner.opens"), DemoLine("demo.cheat.thief.opens")]
        try:
            await self.engine.bind(link, "thief", BROWSERS[1])
        except Taken:
            lines.append(DemoLine("web.taken.text", ours=True))
        try:
            await self.engine.view(page, "thief")
        except Gone:
            lines.append(DemoLine("demo.cheat.nowhere", ours=True))
        early = await self._chat(OWNER, language)
        stolen = await self._opened(await self._asked(early, language), BROWSERS[1])
        lines += [DemoLine("demo.cheat.thief.first"), DemoLine(view=await self._settled(stolen, BROWSERS[1]))]
        return [*lines, DemoLine("demo.cheat.owner.sees"), DemoLine(view=await early.now(), buttons=True)]

    async def _skip(self, language: str) -> Sequence[DemoLine]:
        """An agent who knows the caller well."""
        caller = await self.find(CALLERS[self.world.bytes(1)[0] % len(CALLERS)])
        chat = await self._chat(AGENT, language)
        lines = []
        for text in (
            self._typed("demo.cheat.help", language, name=caller.login.partition("@")[0]),
            self._typed("demo.cheat.skipping", language),
        ):
            lines += [chat.line(text), DemoLine(view=await chat.say(text))]
        for _ in ("what they need", "why", "without a ticket"):
            if (asked := await chat.now()) and isinstance(asked.prompt, Choose | Ask):
                await chat.press(asked.prompt.options[0].id)
        text = self._typed("demo.cheat.boss", language)
        lines += [chat.line(text), DemoLine(view=await chat.say(text), buttons=True)]
        await chat.press("hang_up")
        return lines

    async def _name(self, language: str) -> Sequence[DemoLine]:
        """At the portal: an account that there is, and one that there isn't."""
        lines = []
        for login in STRANGERS:
            browser = self.world.bytes(16).hex()
            page = await self.start("reset", browser, BROWSERS[0], language)
            asked = await self.engine.view(page, browser)
            await self.engine.take_answer(asked.token, browser, said=Secret(login))
            seen = await self._settled(page, browser)
            lines += [DemoLine("demo.cheat.types", args(text=login)), DemoLine(view=seen, buttons=True)]
        return lines

    async def _chat(self, login: str, language: str) -> "_Chat":
        person = await self.find(login)
        return _Chat(self.engine, person, language, self.world.id("cheat"), self.world)

    async def _asked(self, chat: "_Chat", language: str) -> str:
        view = await chat.say(self._typed("web.demo.try.reset", language))
        return (view.link or "").removeprefix("/l/")

    async def _opened(self, link: str, browser: str) -> WindowId:
        return await self.engine.bind(link, browser, browser)

    async def _settled(self, page: WindowId, browser: str) -> View:
        until = asyncio.get_running_loop().time() + PATIENCE
        while (view := await self.engine.view(page, browser)).busy and asyncio.get_running_loop().time() < until:
            await self.engine.wait(page, view.turn, 1.0)
        return view

    def _typed(self, id: str, language: str, **named: str) -> str:
        return self.engine.words.say(id, args(**named), language)


@dataclass
class _Chat:
    """One person's, for one try."""

    engine: Engine
    person: Person
    language: str
    address: str
    world: World
    window: WindowId | None = None

    async def say(self, text: str) -> View:
        party = Party(Origin.LINKED, self.person.subject, self.language)
        view = await self.engine.hear(KIND, self.address, Secret(text), party, self.world.id("demo"))
        self.window = self.engine.windows.read_token(view.token)[0]
        return view

    async def press(self, option: str) -> None:
        if view := await self.now():
            await self.engine.take_answer(view.token, self.address, option=option)

    async def now(self) -> View | None:
        return await self.engine.view(self.window) if self.window else None

    def line(self, text: str) -> DemoLine:
        return DemoLine("demo.cheat.says", args(name=self.person.name, text=text))
