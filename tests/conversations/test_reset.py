"""I forgot my password."""

from bot.ids import Kind
from tests.conversations.conftest import Call
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town


async def test_ana_resets_with_her_authenticator_and_signs_in(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(Kind.TOTP)
    assert await ana.at() == "reset.new"
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.signs_in("ana", GOOD), await town.signs_in("ana", OLD)) == ("right", "wrong")
