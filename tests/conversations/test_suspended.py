"""What a thief used proves nothing after "this wasn't me", for as long as its owner hasn't proved who they are by another way."""

import pytest

from bot.platform.ids import Kind
from tests.kit.attackers import by_hand
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, RECOVERY, SMS, TOTP
from tests.kit.noticed import ADMIN, HOME, his_reset, link, presses, texts
from tests.kit.people import Terminal
from tests.kit.registering import has_sheet, house, on_file
from tests.kit.residents import GOOD
from tests.kit.town import Town

pytestmark = pytest.mark.whole
DAY = 86400.0
AGAIN = "Use the suspended authenticator app again"


async def disowned(town: Town) -> None:
    """He reset her password with her app; she said so."""
    await his_reset(town)
    await presses(town, await link(town))
    await town.settle()


async def suspended(town: Town) -> set[Kind]:
    return {m.kind for m in await on_file(town, "ana") if m.suspended}


async def proves(town: Town, wish: str, *kinds: Kind) -> Caller:
    """Ana, by these, one after the other."""
    town.clock.passes(3600)
    caller = Caller(town, "ana", Channel.TERMINAL)
    await caller.wants(wish)
    for kind in kinds:
        await caller.proves_by(kind)
    return caller


async def test_what_he_used_proves_nothing_a_month_later(town: Town) -> None:
    await disowned(town)
    assert await suspended(town) == {TOTP}
    await town.passes(30 * DAY)
    ana = await proves(town, "reset", EMAIL, SMS)
    assert await ana.at() == "reset.new"
    portal = Caller(town, "ana", Channel.PORTAL)
    await portal.wants("reset")
    await portal.proves_by(TOTP)
    assert await portal.notice() == "verify.not_taken"  # as for whoever has none


async def test_proved_by_another_way_it_is_confirmed_and_counts_again(town: Town) -> None:
    await town.use_policy(house())
    await disowned(town)
    await town.passes(2 * DAY)
    ana = await proves(town, "register", EMAIL, SMS)
    await ana.picks(AGAIN)
    await ana.types("000001")
    assert (await ana.notice(), await suspended(town)) == ("method.totp.wrong", {TOTP})
    await ana.types(await town.code("ana", TOTP))
    assert (await ana.at(), await suspended(town)) == ("register.menu", set())
    await town.settle()
    assert "counts again" in (await texts(town, HOME))[-1]
    back = await proves(town, "reset", TOTP)
    assert await back.at() == "reset.new"


async def test_a_suspended_one_is_taken_off_like_any_other_and_is_not_what_is_left(town: Town) -> None:
    await town.use_policy(house())
    await disowned(town)
    await town.passes(2 * DAY)
    ana = await proves(town, "register", EMAIL, SMS)
    for label in ("Text message", "E-mail"):
        await ana.picks("Remove one")
        await ana.picks(label)
    assert (await ana.at(), await ana.notice()) == ("register.which", "register.last_one")
    await ana.picks("Authenticator app")
    assert {m.kind for m in await on_file(town, "ana")} == {EMAIL}
    assert by_hand(town, "select * from suspension") == []


async def test_a_sheet_is_suspended_with_the_code_that_he_used(town: Town) -> None:
    codes = await has_sheet(town, "ana")
    thief = Caller(town, "ana", Channel.TERMINAL)
    await thief.wants("reset")
    await thief.begins_with(RECOVERY)
    await thief.types(codes[0])
    assert await thief.at() == "reset.new"
    await thief.types(GOOD)
    await town.settle()
    await presses(town, await link(town))
    assert await suspended(town) == {RECOVERY}


async def test_where_his_proofs_are_gone_everything_is_taken_for_used(town: Town) -> None:
    await his_reset(town)
    by_hand(town, "delete from proof")
    await presses(town, await link(town))
    assert await suspended(town) == {TOTP, EMAIL, SMS}


async def test_a_suspension_is_not_taken_off_by_hand(town: Town) -> None:
    await disowned(town)
    await town.passes(2 * DAY)
    by_hand(town, "delete from suspension")
    ana = Terminal(town, "ana")
    await ana.says("I forgot my password")
    assert await ana.at() == "barred.unsigned"


async def test_prompts_that_nobody_asked_for_without_any_change_end_in_advice_and_one_alarm(town: Town) -> None:
    for said in ("I get prompts I didn't ask for", "somebody reset my password"):
        ana = Terminal(town, "ana")
        await ana.says(said)
        await ana.says("break_in")  # it is always asked about
        assert await ana.at() == "not_me.nothing"
        assert "Press" not in await ana.hears()
    await town.settle()
    assert len([text for text in await texts(town, ADMIN) if "has changed nothing for this account" in text]) == 1


async def test_a_week_after_a_change_there_is_no_link_to_be_pressed_any_more(town: Town) -> None:
    await his_reset(town)
    town.clock.passes(8 * DAY)
    ana = Terminal(town, "ana")
    await ana.says("somebody reset my password")
    await ana.says("break_in")
    assert await ana.at() == "not_me.nothing"
