"""I know my password and want another one."""

import pytest

from tests.conversations.conftest import Call
from tests.kit.ages import keeps_passwords
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

pytestmark = pytest.mark.whole

WRONG = "Velvet-Quarry-17-Lemon"


async def test_cara_changes_her_password(town: Town, call: Call) -> None:
    cara = call("cara")
    await cara.wants("change")
    await cara.opens()
    assert await cara.at() == "method.password.ask"
    await cara.types(OLD)
    await cara.adds_to_it(EMAIL)
    assert await cara.at() == "change.new"
    await cara.types(GOOD)
    assert await cara.at() == "change.done"
    assert (await town.signs_in("cara", GOOD), await town.signs_in("cara", OLD)) == ("right", "wrong")


async def test_a_password_too_young_to_be_changed_says_so_before_another_is_asked_for(town: Town, call: Call) -> None:
    await keeps_passwords(town)
    cara = call("cara")
    await cara.wants("change")
    await cara.opens()
    await cara.types(OLD)
    await cara.adds_to_it(EMAIL)
    assert await cara.at() == "password.kept_until"
    assert await town.signs_in("cara", OLD) == "right"


async def test_a_wrong_password_is_asked_for_again_and_never_locks_the_account(town: Town, chat: Call) -> None:
    cara = chat("cara")
    await cara.wants("change")
    await cara.opens()
    for _ in range(3):
        await cara.types(WRONG)
        assert (await cara.at(), await cara.notice()) == ("method.password.ask", "method.password.wrong")
    await cara.types(WRONG)
    assert await cara.at() == "verify.too_many_tries"
    assert not await town.locked("cara")
    assert await town.signs_in("cara", OLD) == "right"


async def test_an_admin_needs_a_second_method_besides_the_password(town: Town, call: Call) -> None:
    adam = call("adam")
    await adam.wants("change")
    await adam.opens()
    await adam.types(OLD)
    await adam.proves_by(TOTP)
    await adam.types(GOOD)
    assert await adam.at() == "change.done"
    assert (await town.tags()).count("identity:proof:accepted") == 2


async def test_a_locked_account_is_pointed_to_the_unlock(town: Town, chat: Call) -> None:
    ben = chat("ben")
    await ben.wants("change")
    await ben.opens()
    await ben.types(OLD)
    assert await ben.at() == "change.locked"
    assert not [tag for tag in await town.tags() if tag.startswith("account:")]


async def test_a_stranger_is_not_told_that_the_account_is_locked(town: Town) -> None:
    ben = Caller(town, "ben", Channel.PORTAL)
    await ben.wants("change")
    await ben.types(OLD)
    await ben.proves_by(SMS)
    assert (await ben.at(), await ben.notice()) == ("method.sms.ask", "verify.not_taken")
    assert not [tag for tag in await town.tags() if tag.startswith("account:")]
