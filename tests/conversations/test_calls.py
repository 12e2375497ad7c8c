"""A phone call as a proof: an office phone with its extension is registered, tried at once, and read out to prove an unlock by."""

from dataclasses import replace

from bot.identity.assurance import Need, enough
from bot.identity.methods.call import PhoneCall
from bot.platform.ids import Action
from bot.policy.policy import MethodRules, Policy
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import SMS, TOTP
from tests.kit.town import EVERYBODY, Town

CALL = PhoneCall.kind
CALLED = replace(EVERYBODY, methods=MethodRules(available=(*EVERYBODY.methods.available, CALL)))
OFFICE = "+49 30 901820 ext. 45"


async def registers(town: Town, login: str = "ana") -> Caller:
    person = Caller(town, login, Channel.DEMO)
    await person.wants("register")
    await person.proves_by(TOTP)
    await person.picks("Add a phone that we call")
    await person.types(OFFICE)
    await town.settle()
    assert await person.at() == "method.call.try"
    await person.types(await town.code(login, CALL))
    await town.settle()
    assert await person.at() == "register.menu"
    assert "Phone call to •••• 20" in await person.page.reads()
    return person


async def test_an_office_phone_is_registered_and_unlocks_in_a_chat(town: Town) -> None:
    await town.use_policy(CALLED)
    await registers(town)
    assert await town.destination("ana", CALL) == "+4930901820;ext=45"
    told = [m for m in (await town.app.demo().inbox("ana")).messages if m.channel == "call"]
    assert len(told) == 1  # the code to try it by: of its own registering, and of anything else, a call tells nothing
    await town.passes(25 * 3600)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("unlock")
    await ana.picks("Phone call")
    await town.settle()
    assert await ana.at() == "method.call.ask.known"
    await ana.types(await town.code("ana", CALL))
    await town.settle()
    assert (await ana.at()).startswith("unlock.not_locked")


async def test_a_code_that_was_read_out_can_be_tried_once(town: Town) -> None:
    await town.use_policy(CALLED)
    await registers(town)
    await town.passes(25 * 3600)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("unlock")
    await ana.picks("Phone call")
    await town.settle()
    right = await town.code("ana", CALL)
    await ana.types(f"{(int(right) + 1) % 10**6:06}")
    await ana.types(right)
    assert await ana.at() == "verify.too_many_tries"


def test_a_text_and_a_call_fall_together_and_are_one_method() -> None:
    policy = Policy(methods=MethodRules(required=2, available=(SMS, CALL, TOTP)))
    assert not enough(policy, Need(Action.RESET, admin=False), (SMS, CALL))
    assert enough(policy, Need(Action.RESET, admin=False), (TOTP, CALL))
