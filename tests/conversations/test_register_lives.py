"""Adding an app, a number and a sheet in three lives each: one process, a new one for every turn, and killed at every durable point."""

from collections import Counter
from dataclasses import dataclass

import pytest

from bot.platform.ids import Kind
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import RECOVERY, SMS, TOTP
from tests.kit.lives import Person, Story, play
from tests.kit.registering import ADD, NUMBER, WRITTEN, house, on_file, scanned, shows, texts
from tests.kit.town import JOB_LEASE, Town

pytestmark = pytest.mark.whole

ENDS = frozenset({"register.done"})
STORY = Story("register", "ana", TOTP, ENDS)
BEFORE = {TOTP: 1, SMS: 1, RECOVERY: 0}
ADDED = {TOTP: 1, SMS: 1, RECOVERY: 10}
# How many durable points each has at most. A test holds that this is enough and not far too much.
POINTS = {TOTP: 62, SMS: 70, RECOVERY: 50}
SPARE = 4
KILLED = [pytest.param(kind, n, id=f"{kind}-{n}") for kind, most in POINTS.items() for n in range(1, most + 1)]
kinds = pytest.mark.parametrize("kind", POINTS)


@dataclass
class Registering(Person):
    """Adds one method of this kind, looking at what is there, and goes when it is on file."""

    kind: Kind

    async def acts(self, at: str) -> None:
        """One turn."""
        caller = self.caller
        match at:
            case "register.menu" if len(await on_file(caller.town, "ana", self.kind)) > BEFORE[self.kind]:
                await caller.picks("That's all")
            case "register.menu":
                await caller.picks(ADD[self.kind])
            case "register.name":
                await caller.picks("No name")
            case "method.totp.register":
                await caller.types(shows(await scanned(caller.page), caller.town))
            case "method.sms.register":
                await caller.types(WRITTEN)
            case "method.sms.try":
                await self._tries()
            case "method.recovery.register":
                await caller.picks("I have put them away")
            case _:
                await Person.acts(self, at)

    async def _tries(self) -> None:
        """Or waits for the message, should a dead process hold it."""
        words = [
            word for text in await texts(self.caller.town, NUMBER) for word in text.split() if word.isdecimal() and len(word) == 6
        ]
        if words:
            await self.caller.types(words[-1])
        else:
            await self.caller.town.passes(JOB_LEASE)


async def registering(town: Town, kind: Kind) -> Registering:
    await town.use_policy(house())
    town.life.points, town.life.trace = 0, []
    return Registering(STORY, Caller(town, "ana", Channel.TERMINAL), kind)


@kinds
async def test_in_one_process(town: Town, kind: Kind) -> None:
    played = await play(town, await registering(town, kind))
    await happened_once(town, kind)
    assert POINTS[kind] - SPARE <= played.points <= POINTS[kind], played.trace


@kinds
async def test_in_a_new_process_for_every_turn(town: Town, kind: Kind) -> None:
    await play(town, await registering(town, kind), anew=True)
    await happened_once(town, kind)


@pytest.mark.parametrize(("kind", "n"), KILLED)
async def test_killed_on_the_way(town: Town, kind: Kind, n: int) -> None:
    person = await registering(town, kind)
    town.life.dies_at = n
    played = await play(town, person)
    await happened_once(town, kind)
    assert played.deaths == 1 or played.points < n


async def happened_once(town: Town, kind: Kind) -> None:
    """Neither lost nor done twice: on file, in the audit and in the post."""
    assert len(await on_file(town, "ana", kind)) == BEFORE[kind] + ADDED[kind]
    assert (await town.tags()).count("identity:method:added") == 1
    notices = Counter(to for to, subject in await town.subjects_of_mail("ana") if "method was added" in subject)
    assert set(notices.values()) == {1}
    assert len(notices) == 3
