"""A whole case, killed before and after whatever either side writes: never one side without the other, and exactly one effect."""

from collections.abc import Awaitable

import pytest

from bot.platform.ids import Kind
from tests.kit.attackers import by_hand
from tests.kit.guided import Agent, hired, invited
from tests.kit.kinds import SMS, TOTP, typed
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.town import JOB_LEASE, LEASE, Killed, Town

pytestmark = pytest.mark.whole

POINTS = 98  # durable points of a whole case at most; a test holds that this is enough and not far too much
SPARE = 6


async def played(town: Town, erin: Agent, action: str, login: str, kind: Kind, done: str) -> None:
    """Both sides look at what is there and go on from it."""
    page = Browser(town)
    for _ in range(30):
        at = await erin.at()
        match at:
            case "case.needed":
                await survives(town, erin.says(action))
            case "case.reason":
                await survives(town, erin.says("forgotten"))
            case "case.ticket":
                await survives(town, erin.says("INC-7"))
            case "case.watch":
                await survives(town, turn_of(town, erin, page, login, kind))
            case "case.end.hung_up":
                page = Browser(town)
                await survives(town, erin.helps(login, event="another"))
            case _ if at.startswith("case.end."):
                assert at == done
                return
            case _ if at in ("", "opening"):
                await survives(town, erin.helps(login, event="the-one"))
        await survives(town, town.settle())
    raise AssertionError(await erin.at())


async def turn_of(town: Town, erin: Agent, page: Browser, login: str, kind: Kind) -> None:
    """The caller's. A page that a dead process gave to nobody is told on the phone, and the agent begins anew."""
    label = {TOTP: "Authenticator app", SMS: "Text message"}[kind]
    link = await invited(town, login)
    if page.window is None:
        if link and (await page.lands(link, label)).status == 410:
            await erin.says("Hang up")
        return
    at = await page.at()
    if at == "verify.how":
        await page.picks(label)
    elif typed(at):
        if code := await town.arrived(login, kind):
            await page.types(code)
    elif at in ("reset.new", "reset.unconfirmed"):
        await page.types(GOOD)


async def survives(town: Town, act: Awaitable[None]) -> None:
    """A killed process is followed by another one."""
    try:
        await act
    except Killed:
        await town.replica()
        await town.passes(LEASE)
        await town.passes(JOB_LEASE)


async def no_side_without_the_other(town: Town) -> None:
    """At no moment, whoever died."""
    cases = by_hand(town, 'select caller from "case"')
    begun = by_hand(town, "select id from conversation where origin = 'case'")
    assert sorted(cases) == sorted(begun)
    assert by_hand(town, "select id from conversation where held > 0") == []


STORY = {
    "reset": ("ana", TOTP, "case.end.reset", ("account:reset:changed",)),
    "unlock": (
        "ben",
        SMS,
        "case.end.unlock",
        ("account:unlock:changed", "account:unlock:moved"),
    ),  # a lock doesn't say who took it off
}


@pytest.mark.parametrize("action", STORY)
async def test_a_whole_case_in_one_process(town: Town, action: str) -> None:
    erin = await hired(town)
    town.life.points, town.life.trace = 0, []
    await whole(town, erin, action)
    assert POINTS - SPARE <= town.life.points <= POINTS, (town.life.points, town.life.trace)


@pytest.mark.parametrize("n", range(1, POINTS + 1))
async def test_a_case_whose_process_is_killed_on_the_way(town: Town, n: int) -> None:
    erin = await hired(town)
    town.life.points, town.life.dies_at = 0, n
    await whole(town, erin, list(STORY)[n % 2])


async def whole(town: Town, erin: Agent, action: str) -> None:
    login, kind, done, changed = STORY[action]
    await played(town, erin, action, login, kind, done)
    town.life.dies_at = None
    await town.passes(JOB_LEASE)
    await no_side_without_the_other(town)
    tags = await town.tags()
    assert sum(map(tags.count, changed)) == 1
    cases = by_hand(town, 'select id from "case"')
    assert tags.count("helpdesk:case:opened") == tags.count("helpdesk:case:ended") == len(cases) <= 2
