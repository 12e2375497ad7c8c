"""A browser is known for whom it was ticked by, after a proof: it is listed, it can be forgotten, and it is never known for many."""

import pytest

from bot.identity.interfaces import KNOWN_FOR
from tests.conversations.conftest import Call
from tests.kit.attackers import at_code
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import TOTP
from tests.kit.noticed import HOME, link, presses, texts
from tests.kit.people import Browser
from tests.kit.registering import house, sits_down
from tests.kit.residents import GOOD
from tests.kit.town import Town

pytestmark = pytest.mark.whole
TICK = "This browser is my own"


async def ticked(town: Town, login: str = "ana", browser: Browser | None = None) -> Caller:
    """Somebody who said at the menu of their methods that this browser is theirs."""
    await town.use_policy(house())
    caller = Caller(town, login, Channel.TERMINAL)
    if browser:
        caller.page.cookie = browser.cookie
    await sits_down(caller)
    await caller.picks(TICK)
    return caller


async def known(town: Town, login: str = "ana") -> list[str]:
    return [each.label for each in await town.app.store.records.browsers(await town.subject(login))]


async def closed_to_strangers(town: Town) -> None:
    """By five wrong codes from somewhere else."""
    for _ in range(2):
        page = await at_code(town, "ana")
        for _ in range(3):
            await page.types("000001")


async def resets_at_the_portal(town: Town, cookie: str) -> bool:
    """Ana, in the browser with this cookie, with a right code."""
    portal = Caller(town, "ana", Channel.PORTAL)
    portal.page.cookie = cookie
    await portal.wants("reset")
    await portal.proves_by(TOTP)
    return await portal.at() == "reset.new"


async def test_nobodys_browser_is_known_because_somebody_proved_something_there(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert await known(town) == []


async def test_one_that_was_ticked_stays_open_when_strangers_have_used_up_theirs(town: Town) -> None:
    ana = await ticked(town)
    assert await known(town) == ["Firefox on Windows"]
    await closed_to_strangers(town)
    town.clock.passes(60)
    assert not await resets_at_the_portal(town, "")
    assert await resets_at_the_portal(town, ana.page.cookie)


async def test_it_is_listed_told_and_offered_once(town: Town) -> None:
    ana = await ticked(town)
    assert "Own device: Firefox on Windows" in await ana.page.reads()
    assert TICK not in await ana.page.reads()
    await town.settle()
    assert "named as your own device" not in (await texts(town, HOME))[-1]  # its subject says so; the letter says when
    assert "a browser is your own device" in (await texts(town, HOME))[-1]


async def test_one_that_is_forgotten_is_a_strangers_again(town: Town) -> None:
    ana = await ticked(town)
    await ana.picks("Remove one")
    await ana.picks("Own device: Firefox on Windows")
    assert await ana.at() == "register.menu"
    assert await known(town) == []
    assert "identity:browser:forgotten" in await town.tags()
    await closed_to_strangers(town)
    town.clock.passes(60)
    assert not await resets_at_the_portal(town, ana.page.cookie)


async def test_after_half_a_year_it_is_to_be_ticked_again(town: Town) -> None:
    await ticked(town)
    town.clock.passes(KNOWN_FOR - 1)
    assert await known(town) != []
    town.clock.passes(2)
    assert await known(town) == []


async def test_one_browser_is_the_own_one_of_two_people_at_most(town: Town) -> None:
    ana = await ticked(town)
    town.clock.passes(60)
    await ticked(town, "lena", ana.page)
    town.clock.passes(60)
    dev = await ticked(town, "dev", ana.page)
    assert await dev.notice() == "register.device.shared"
    assert (await known(town, "lena"), await known(town, "dev")) == (["Firefox on Windows"], [])


async def test_this_wasnt_me_forgets_what_was_ticked_since(town: Town) -> None:
    await ticked(town)
    await town.settle()
    ana = await presses(town, await link(town))
    assert await ana.at() == "not_me.kept"
    assert await known(town) == []
