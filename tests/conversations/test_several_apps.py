"""Somebody with apps on two phones: each has a name, a clock and a last code of its own, any of them will do, and one is lost without the other."""

import pyotp

from tests.conversations.test_lost_phone import LOST, says
from tests.conversations.test_passkey import has_one, signs
from tests.kit.attackers import by_hand
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, PASSKEY, RECOVERY, SMS, TOTP
from tests.kit.people import ORIGIN
from tests.kit.registering import ADD, forgets, has_sheet, house, on_file, scanned, shows, sits_down
from tests.kit.residents import DAY
from tests.kit.software_key import SoftwareKey
from tests.kit.town import Town


async def has_two(town: Town) -> pyotp.TOTP:
    """Ana, who names the second."""
    await town.use_policy(house())
    ana = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(ana)
    await ana.picks(ADD[TOTP])
    assert await ana.at() == "register.name"
    await ana.types(" work   phone ")
    app = await scanned(ana.page)
    await ana.types(shows(app, town))
    seen = await ana.page.reads()
    assert "Authenticator app “work phone”: last worked on 20" in seen
    assert "Text message to •••• 00: not used yet" in seen
    await ana.picks("That's all")
    town.clock.passes(60)
    return app


async def given(town: Town, code: str, wish: str = "reset") -> Caller:
    caller = Caller(town, "ana", Channel.TERMINAL)
    await says(caller, "cancel")
    await caller.wants(wish)
    await caller.begins_with(TOTP)
    await caller.types(code)
    return caller


async def test_either_is_taken_once_and_a_wrong_one_counts_for_both(town: Town) -> None:
    app = await has_two(town)
    for code in (shows(app, town), await town.code("ana", TOTP)):
        assert await (await given(town, code)).at() == "reset.new"
        assert await (await given(town, code)).notice() == "method.totp.used"
    used = {m.id: m.last_step for m in await on_file(town, "ana", TOTP)}
    assert len(used) == len([step for step in used.values() if step]) == 2
    await given(town, await town.wrong_code("ana", TOTP))
    rows = by_hand(town, "select key, n from counter where key like 'row:method%'")
    assert {str(key).removeprefix("row:") for key, n in rows if n} >= set(used)


async def test_the_one_on_the_lost_phone_is_named_and_the_other_proves_who_they_are(town: Town) -> None:
    app = await has_two(town)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await says(ana, LOST)
    assert await ana.at() == "lost.which"
    finder = Caller(town, "ana", Channel.SLACK)
    await finder.wants("reset")
    await finder.begins_with(TOTP)  # asked while it still counted
    await says(ana, next(offer for offer in await ana.chat.offered() if "set up on" in offer) if ana.chat else "")
    assert await ana.at() == "lost.left"
    assert {m.suspended for m in await on_file(town, "ana", SMS)} == {True}
    await finder.types(await town.code("ana", TOTP))  # what was asked for is the very app that is lost
    assert await finder.notice() == "method.totp.wrong"
    await says(ana, "Take them off now")
    await ana.begins_with(TOTP)
    await ana.types(shows(app, town))
    assert await ana.at() == "register.menu"
    (left,) = await on_file(town, "ana", TOTP)
    assert (left.suspended, await on_file(town, "ana", SMS)) == (False, [])


async def test_a_suspended_passkey_counts_again_once_its_owner_has_tried_that_very_one(town: Town) -> None:
    key, codes = await has_one(town), await has_sheet(town, "ana")
    ana = Caller(town, "ana", Channel.TERMINAL)
    await says(ana, LOST)
    await says(ana, "Blue key was on it too")
    await says(ana, "Keep them suspended until I end it")
    await ana.begins_with(RECOVERY)
    await ana.types(codes[0])
    assert [m.suspended for m in await on_file(town, "ana", PASSKEY)] == [True]
    await ana.picks("Use the suspended passkey or key Blue key again")
    await signs(ana, SoftwareKey(ORIGIN))
    assert await ana.notice() == "method.passkey.wrong"
    await signs(ana, key)
    assert (await ana.at(), [m.suspended for m in await on_file(town, "ana", PASSKEY)]) == ("register.menu", [False])


async def test_a_passkey_that_was_not_used_for_long_is_tried_by_signing(town: Town) -> None:
    key = await has_one(town, reconfirm_days=30)
    await forgets(town, "ana", EMAIL, SMS, TOTP)
    await town.passes(31 * DAY)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await says(ana, "hello")
    assert await ana.at() == "method.passkey.reconfirm"
    await says(ana, "Yes, now")
    await ana.opens()
    await signs(ana, key)
    assert await ana.at() == "hello.works"
