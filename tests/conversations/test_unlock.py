"""My account is locked."""

from dataclasses import replace

import pytest

from bot.model.prompt import AskSecret
from bot.policy.policy import CodesInChat, UnlockRules
from tests.conversations.conftest import Call
from tests.kit.kinds import SMS, TOTP
from tests.kit.residents import GOOD, OLD
from tests.kit.town import EVERYBODY, Town

pytestmark = pytest.mark.whole


async def test_ben_gets_the_lock_off_and_keeps_his_password(town: Town, call: Call) -> None:
    ben = call("ben")
    assert await town.signs_in("ben", OLD) == "locked"
    await ben.wants("unlock")
    await ben.proves_by(SMS)
    assert await ben.at() == "unlock.done"
    assert await town.signs_in("ben", OLD) == "right"
    assert (await town.tags()).count("account:unlock:changed") == 1


async def test_one_method_alone_is_asked_for_at_once_and_needs_no_page(town: Town, chat: Call) -> None:
    dev = chat("dev")
    await dev.wants("unlock")
    assert dev.chat
    assert await dev.chat.at() == "method.totp.ask"
    await dev.chat.says(await town.code("dev", TOTP))
    assert await dev.chat.at() == "unlock.done"
    assert dev.page.window is None


async def test_an_account_that_is_not_locked_is_told_so(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("unlock")
    await ana.proves_by(TOTP)
    assert await ana.at() == "unlock.not_locked.fine"
    assert not [tag for tag in await town.tags() if tag.startswith("account:")]


async def test_where_the_policy_wants_codes_on_the_page_alone_an_unlock_opens_one(town: Town, chat: Call) -> None:
    await town.use_policy(replace(EVERYBODY, codes_in_chat=CodesInChat.NEVER))
    ben = chat("ben")
    await ben.wants("unlock")
    assert await ben.at() == "page.open"
    await ben.begins_with(SMS)
    assert isinstance((await ben.page.view()).prompt, AskSecret)
    await ben.types(await town.code("ben", SMS))
    assert await ben.at() == "unlock.done"


async def test_where_the_policy_allows_no_unlock_alone_it_becomes_a_reset(town: Town, call: Call) -> None:
    await town.use_policy(replace(EVERYBODY, unlock=UnlockRules(without_reset=False)))
    dev = call("dev")
    await dev.wants("unlock")
    await dev.proves_by(TOTP)
    assert await dev.at() == "reset.new"
    await dev.types(GOOD)
    assert await town.signs_in("dev", GOOD) == "right"


async def test_a_proof_for_an_unlock_resets_nothing(town: Town, chat: Call) -> None:
    ben = chat("ben")
    await ben.wants("unlock")
    await ben.proves_by(SMS)
    assert await ben.at() == "unlock.done"
    await ben.wants("reset")
    await ben.opens()
    assert (await ben.at()).startswith(("verify.", "method."))
    assert "identity:grant:reset" not in await town.tags()
