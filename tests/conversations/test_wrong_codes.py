"""Codes that are wrong, late, used or of a clock that is off; and too many of them."""

import pyotp

from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import SMS, TOTP
from tests.kit.residents import GOOD
from tests.kit.town import Town

DAY = 86400


async def test_a_wrong_code_is_asked_for_again_and_the_right_one_goes_on(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    for _ in range(2):
        await ana.types(await town.wrong_code("ana", TOTP))
        assert (await ana.at(), await ana.notice()) == ("method.totp.ask", "method.totp.wrong")
    await ana.types(await town.code("ana", TOTP))
    assert await ana.at() == "reset.new"
    town.clock.passes(60)
    await town.app.store.audit.sweep_refusals()  # strangers' ones are summed by the minute
    assert "conversation:answer:refused:method.totp.wrong" in await town.tags()


async def test_the_fourth_try_for_one_code_ends_it(town: Town, call: Call) -> None:
    ben = call("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    for _ in range(3):
        await ben.types(await town.wrong_code("ben", SMS))
    await ben.types(await town.code("ben", SMS))
    assert await ben.at() == "verify.too_many_tries"
    assert await town.locked("ben")
    assert "identity:proof:accepted" not in await town.tags()


async def test_six_wrong_codes_close_this_way_for_a_day_and_leave_the_others_open(town: Town, chat: Call) -> None:
    ana = chat("ana")
    for tries in (3, 3):
        await ana.wants("unlock")
        await ana.begins_with(TOTP)
        for _ in range(tries):
            await ana.types(await town.wrong_code("ana", TOTP))
        if await ana.at() != "verify.closed_for_a_day":
            await ana.types(await town.code("ana", TOTP))
    assert await ana.at() == "verify.closed_for_a_day"
    again = chat("ana")
    await again.wants("unlock")
    await again.proves_by(TOTP)
    assert await again.at() == "verify.closed_for_a_day"
    other = chat("ana")
    await other.wants("unlock")
    await other.proves_by(SMS)
    assert await other.at() == "unlock.not_locked.fine"
    await town.passes(DAY + 1)
    healed = chat("ana")
    await healed.wants("unlock")
    await healed.proves_by(TOTP)
    assert await healed.at() == "unlock.not_locked.fine"


async def test_a_strangers_failures_close_the_door_to_strangers_alone(town: Town, chat: Call) -> None:
    stranger = Caller(town, "ana", Channel.PORTAL)
    for _ in range(3):
        await stranger.wants("reset")
        await stranger.begins_with(TOTP)
        for _ in range(2):
            await stranger.types(await town.wrong_code("ana", TOTP))
    await stranger.wants("reset")
    await stranger.proves_by(TOTP)
    assert await stranger.notice() == "verify.not_taken"  # and not that this way is closed
    ana = chat("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"


async def test_digits_with_gaps_are_read_and_anything_else_costs_no_try(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    for _ in range(5):
        await ana.types("12345")
    assert await ana.at() == "method.totp.ask"
    code = await town.code("ana", TOTP)
    await ana.types(f"{code[:3]} {code[3:]}")
    assert await ana.at() == "reset.new"


async def test_a_code_that_has_run_out_is_told_and_a_new_one_works(town: Town, call: Call) -> None:
    ben = call("ben")
    await ben.wants("reset")
    await ben.begins_with(SMS)
    late = await town.code("ben", SMS)
    await town.passes(301)
    await ben.types(late)
    assert await ben.notice() == "verify.code_expired"
    await ben.picks("Send a new code")
    await town.settle()
    await ben.types(await town.code("ben", SMS))
    assert "identity:proof:accepted" in await town.tags()


async def test_a_used_authenticator_code_is_refused_until_the_next_one_shows(town: Town, chat: Call) -> None:
    dev = chat("dev")
    await dev.wants("unlock")
    await dev.proves_by(TOTP)
    assert await dev.at() == "unlock.done"
    again = chat("dev")
    await again.wants("reset")
    await again.begins_with(TOTP)
    await again.types(await town.code("dev", TOTP))
    assert (await again.at(), await again.notice()) == ("method.totp.ask", "method.totp.used")
    await town.passes(30)
    await again.types(await town.code("dev", TOTP))
    await again.types(GOOD)
    assert await again.at() == "reset.done"


async def off_by(town: Town, seconds: int) -> str:
    """What ana's app shows on a phone whose clock is so many seconds ahead."""
    methods = await town.app.store.records.methods(await town.subject("ana"))
    return pyotp.TOTP(next(m.secret for m in methods if m.kind == TOTP).reveal()).at(int(town.clock.now) + seconds)


async def given(town: Town, ana: Caller, seconds: int) -> tuple[str, str]:
    """Where such a code leads to, in a conversation of its own."""
    await town.passes(3600)
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    await ana.types(await off_by(town, seconds))
    return await ana.at(), await ana.notice()


async def test_a_clock_that_drifts_is_followed_by_one_step_and_its_owner_is_told(town: Town, chat: Call) -> None:
    assert await given(town, chat("ana"), -60) == ("method.totp.ask", "method.totp.clock_behind")
    assert await given(town, chat("ana"), -30) == ("reset.new", "")
    assert await given(town, chat("ana"), -60) == ("reset.new", "method.totp.runs_behind")
    assert await given(town, chat("ana"), -90) == ("method.totp.ask", "method.totp.clock_behind")
    assert await given(town, chat("ana"), 0) == ("reset.new", "")  # the phone was set, and nobody has to wait for anything


async def test_a_strangers_code_teaches_nothing_of_the_owners_clock(town: Town, chat: Call) -> None:
    stranger = Caller(town, "ana", Channel.PORTAL)
    await given(town, stranger, -30)
    await town.passes(30)
    await stranger.types(await off_by(town, -30))
    assert await stranger.at() == "reset.new"
    assert await given(town, chat("ana"), -60) == ("method.totp.ask", "method.totp.clock_behind")


async def test_a_phone_whose_clock_is_off_is_told_so(town: Town, chat: Call) -> None:
    ana = chat("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    await ana.types(await off_by(town, 150))
    assert (await ana.at(), await ana.notice()) == ("method.totp.ask", "method.totp.clock_ahead")
    await ana.types(await town.code("ana", TOTP))
    assert await ana.at() == "reset.new"


async def test_too_many_messages_are_not_sent_and_another_way_stays_open(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.begins_with(SMS)
    for _ in range(3):
        await ana.picks("Send a new code")
    await town.settle()
    assert await ana.notice() == ("verify.too_many_codes" if ana.chat else "")  # a stranger isn't told what would be sent
    inbox = await town.app.demo().inbox("ana")
    assert len([m for m in inbox.messages if m.channel == "text"]) <= 3
    await ana.picks("Another way")
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"
