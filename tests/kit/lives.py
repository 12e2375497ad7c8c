"""The three lives in which a story is played: one process, a new one for every turn, and one that is killed on the way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from bot.platform.ids import Kind
from tests.kit.callers import LABELS, Caller
from tests.kit.kinds import PASSWORD, SMS, TOTP, typed
from tests.kit.residents import GOOD
from tests.kit.town import JOB_LEASE, LEASE, Killed, Town

TURNS = 24  # more than any person needs
Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Story:
    """Somebody's wish, by one method, up to its end."""

    wish: str
    login: str
    kind: Kind
    ends: frozenset[str]
    password: str = GOOD


STORIES = {
    "reset": Story("reset", "ana", TOTP, frozenset({"reset.done"})),
    "unlock": Story("unlock", "ben", SMS, frozenset({"unlock.done", "unlock.not_locked.fine"})),
    "change": Story("change", "ana", PASSWORD, frozenset({"change.done"})),
}


@dataclass
class Person:
    """Looks at what is there and goes on from it; knows nothing of processes."""

    story: Story
    caller: Caller

    async def acts(self, at: str) -> None:
        """One turn."""
        match at:
            case "opening" | "unlock.now":
                await self.caller.town.passes(LEASE)
            case _ if at == "page.open" or (typed(at) and self._shut_out()):
                await self._opens()
            case "verify.how":
                await self.caller.begins_with(self.story.kind)
            case "verify.how.next":
                await self.caller.begins_with(TOTP)
            case "method.totp.next" if await self.caller.notice() == "verify.not_taken":
                await self.caller.picks("Begin again")  # a death took too long for the two to follow one another
            case "method.totp.next":
                await self.caller.town.passes(30)
                await self._reads_and_types()
            case "method.password.ask":
                await self.caller.knows_old_password()
            case _ if at.endswith(".in_full"):
                await self.caller.types_in_full(self.story.kind)
            case "reset.new" | "change.new" | "reset.unconfirmed":
                await self.caller.types(self.story.password)
            case _ if typed(at):
                await self._reads_and_types()
            case _:
                await self.caller.wants(self.story.wish)

    async def _opens(self) -> None:
        """By the button of the method; a page that a dead process gave to nobody is left, and asked for anew."""
        if self.caller.chat:
            label = LABELS.get(self.story.kind)
            landing = await self.caller.page.lands(await self.caller.chat.link(), label)
            if landing.status == 410:
                await self.caller.chat.says("cancel")

    async def _reads_and_types(self) -> None:
        """Or waits for the message, should a dead process hold it."""
        if code := await self.caller.town.arrived(self.story.login, self.story.kind):
            await self.caller.types(code)
        else:
            await self.caller.town.passes(JOB_LEASE)

    def _shut_out(self) -> bool:
        return self.caller.chat is not None and self.caller.page.window is None and self.story.wish != "unlock"


@dataclass
class Played:
    """What it took."""

    turns: int = 0
    deaths: int = 0
    points: int = 0
    trace: tuple[str, ...] = ()


async def play(town: Town, person: Person, *, anew: bool = False) -> Played:
    """To its end. `anew`: in a process of its own for every turn. A killed process is followed by another one."""
    played = Played()
    while (at := await person.caller.at()) not in person.story.ends:
        assert played.turns < TURNS, f"still at {at}"
        if anew and played.turns:
            await town.replica()
        played.turns += 1
        await _survived(town, played, partial(person.acts, at))
    await _survived(town, played, town.settle)
    if played.deaths:
        await town.passes(JOB_LEASE)
    town.life.dies_at = None
    played.points, played.trace = town.life.points, tuple(town.life.trace)
    return played


async def _survived(town: Town, played: Played, act: Act) -> None:
    try:
        await act()
        await town.settle()
    except Killed:
        played.deaths += 1
        await town.replica()
        await town.passes(LEASE)
