"""I forgot my password."""

from datetime import UTC, datetime

import pytest

from tests.conversations.conftest import Call
from tests.kit.ages import DAY, keeps_passwords
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

pytestmark = pytest.mark.whole


async def test_ana_resets_with_her_authenticator_and_signs_in(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.signs_in("ana", GOOD), await town.signs_in("ana", OLD)) == ("right", "wrong")
    assert list(dict.fromkeys(tag for tag in await town.tags() if tag.startswith(("identity:", "account:")))) == [
        "identity:proof:asked",
        "identity:proof:accepted",
        "identity:grant:reset",
        "account:reset:intended",
        "account:reset:changed",
    ]


async def test_a_reset_takes_the_lock_off_as_well(town: Town, call: Call) -> None:
    dev = call("dev")
    await dev.wants("reset")
    await dev.proves_by(TOTP)
    await dev.picks("I need a new password")
    await dev.types(GOOD)
    assert not await town.locked("dev")
    assert await town.signs_in("dev", GOOD) == "right"


async def test_every_address_on_file_is_told(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    await town.settle()
    told = [to for to, subject in await town.subjects_of_mail("ana") if "your password was reset" in subject]
    assert len(told) == 3
    assert {"ana@contoso.example", "ana@home.example"} < set(told)


async def test_a_password_that_breaks_a_rule_is_asked_for_again_with_the_rule(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    for password, rule in (("Ana-Resident-1234", "password."), ("short", "password.")):
        await ana.types(password)
        assert await ana.at() == "reset.new"
        assert (await ana.notice()).startswith(rule)
    await ana.types(OLD)
    assert await ana.notice() == "password.history"
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.tags()).count("account:reset:changed") == 1


async def test_whose_password_is_too_young_hears_so_and_until_when_before_one_is_asked_for(town: Town, call: Call) -> None:
    await keeps_passwords(town)
    until = datetime.fromtimestamp(town.clock.now + DAY, UTC)
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert await ana.at() == "password.kept_until"
    assert f"{until:%Y-%m-%d %H:%M} UTC" in await ana.page.reads()
    tags = await town.tags()
    assert "account:password:refused" in tags
    assert not [tag for tag in tags if tag.startswith("account:reset:")]
    await town.passes(DAY)
    later = call("ana")
    await later.wants("reset")
    await later.proves_by(TOTP)
    await later.types(GOOD)
    assert await later.at() == "reset.done"


async def test_a_lock_comes_off_however_young_the_password_is(town: Town, call: Call) -> None:
    await keeps_passwords(town)
    for picked, end in (("I need a new password", "password.kept_until"), ("I know it", "unlock.done")):
        dev = call("dev")
        await dev.wants("reset")
        await dev.proves_by(TOTP)
        await dev.picks(picked)
        assert await dev.at() == end
        await town.passes(60)  # the next code of the app is another one
    assert not await town.locked("dev")


async def test_two_weak_methods_are_enough_where_one_alone_is_not(town: Town, call: Call) -> None:
    ben = call("ben")
    await ben.wants("reset")
    await ben.proves_by(SMS)
    assert (await ben.at()).startswith(("method.email.ask", "verify.how"))
    assert "Proof 2 of 2" in await ben.page.reads()
    await ben.proves_by(EMAIL)
    await ben.picks("I need a new password")
    await ben.types(GOOD)
    assert await ben.at() == "reset.done"
    assert await town.signs_in("ben", GOOD) == "right"


async def test_a_single_usable_method_is_not_offered_but_asked_for(town: Town, chat: Call) -> None:
    dev = chat("dev")
    await dev.wants("reset")
    await dev.opens()
    assert await dev.at() == "method.totp.ask"
    assert "Proof 1 of" not in await dev.page.reads()  # it is the only one


async def test_the_person_may_take_another_way(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.begins_with(SMS)
    await ana.picks("Another way")
    assert await ana.at() == "verify.how"
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"


async def test_a_new_code_makes_the_older_one_useless(town: Town, chat: Call) -> None:
    ben = chat("ben")
    await ben.wants("reset")
    await ben.begins_with(SMS)
    older = await town.code("ben", SMS)
    town.clock.passes(1)
    await ben.picks("Send a new code")
    await town.settle()
    await ben.types(older)
    assert await ben.notice() == "method.sms.wrong"
    await ben.types(await town.code("ben", SMS))
    assert (await town.tags()).count("identity:proof:accepted") == 1


async def test_whoever_is_only_locked_out_keeps_the_password(town: Town, call: Call) -> None:
    dev = call("dev")
    await dev.wants("reset")
    await dev.proves_by(TOTP)
    assert await dev.at() == "reset.locked"
    await dev.picks("I know it: take the lock off")
    assert await dev.at() == "unlock.done"
    assert await town.signs_in("dev", OLD) == "right"
    assert (await town.tags())[-3:] == ["identity:grant:unlock", "account:unlock:intended", "account:unlock:changed"]
