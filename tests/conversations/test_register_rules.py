"""Registration is as strong as recovery: when it is refused, from when on a new method counts, and who is told."""

from dataclasses import replace

from bot.policy.policy import MethodRules
from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, PASSWORD, RECOVERY, SMS, TOTP
from tests.kit.registering import (
    ADD,
    NUMBER,
    WRITTEN,
    adds,
    adds_app,
    freezes,
    house,
    on_file,
    prints_sheet,
    sent_to,
    shows,
    sits_down,
    texts,
)
from tests.kit.residents import GOOD
from tests.kit.town import Town

HOUR = 3600.0


async def test_a_new_method_recovers_nothing_for_a_day(town: Town, call: Call) -> None:
    await town.use_policy(house(quarantine_hours=24))
    ana = call("ana")
    await sits_down(ana)
    codes = await prints_sheet(ana)
    await ana.picks("That's all")
    assert await ana.at() == "register.done.quarantine"
    assert "UTC" in await ana.page.reads()
    for passed, at in ((23.9 * HOUR, "method.recovery.ask"), (0.2 * HOUR, "reset.new")):
        await town.passes(passed)
        again = Caller(town, "ana", Channel.PORTAL)
        await again.wants("reset")
        await again.begins_with(RECOVERY)
        await again.types(codes[0])
        assert await again.at() == at


async def test_a_new_method_adds_and_removes_nothing_either(town: Town, chat: Call) -> None:
    await town.use_policy(house(quarantine_hours=24, with_password=True))
    nora = chat("nora")
    await sits_down(nora, PASSWORD)
    await adds_app(nora)
    await nora.picks("That's all")
    again = chat("nora")
    await again.wants("register")
    assert await again.at() == "register.too_new"
    await town.passes(24 * HOUR + 1)
    await again.wants("register")
    assert await again.at() == "page.open"


async def test_a_method_that_two_others_added_counts_at_once(town: Town, call: Call) -> None:
    await town.use_policy(replace(house(quarantine_hours=24), methods=MethodRules(required=2)))
    ana = call("ana")
    await ana.wants("register")
    await ana.proves_by(TOTP)
    await ana.proves_by(EMAIL)
    codes = await prints_sheet(ana)
    await ana.picks("That's all")
    assert await ana.at() == "register.done"
    await town.passes(60)
    again = call("ana")
    await again.wants("reset")
    await again.begins_with(RECOVERY)
    await again.types(codes[0])
    await again.proves_by(TOTP)
    assert await again.at() == "reset.new"


async def test_within_a_day_of_a_reset_nothing_is_registered(town: Town, call: Call) -> None:
    await town.use_policy(house())
    thief = call("ana")
    await thief.wants("reset")
    await thief.proves_by(TOTP)
    await thief.types(GOOD)
    await town.passes(60)
    again = call("ana")
    await again.wants("register")
    if not again.chat:
        assert await again.at() == "verify.how"  # a visitor hears it after the proof
        await again.proves_by(TOTP)
    assert await again.at() == "register.after_reset"
    await town.passes(24 * HOUR)
    await sits_down(call("ana"))


async def test_a_reset_meanwhile_stops_a_registration_that_was_granted_before(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    await town.passes(31)
    other = Caller(town, "ana", Channel.PORTAL)
    await other.wants("reset")
    await other.proves_by(TOTP)
    await other.types(GOOD)
    await ana.picks("Remove one")
    await ana.picks("Text message")
    assert await ana.at() == "register.after_reset"
    assert len(await on_file(town, "ana")) == 3


async def test_what_was_proved_for_a_reset_registers_nothing(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    ana = chat("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"
    assert ana.chat is not None
    await ana.chat.says("register")
    await ana.chat.says(next(offer for offer in await ana.chat.offered() if offer.startswith(("Go", "Leave", "Yes"))))
    assert (await ana.at()).startswith(("verify.", "method."))
    assert "identity:grant:register" not in await town.tags()


async def test_a_frozen_account_registers_nothing(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True))
    await freezes(town, "ana", HOUR)
    ana = call("ana")
    await ana.wants("register")
    if not ana.chat:
        await ana.proves_by(TOTP)
        assert await ana.notice() == "verify.not_taken"  # a visitor meets nobody
        return
    assert await ana.at() == "barred.frozen"


async def test_a_freeze_meanwhile_stops_it(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    await freezes(town, "ana", HOUR)
    await ana.picks("Remove one")
    await ana.picks("Text message")
    assert await ana.at() == "barred.frozen"
    assert len(await on_file(town, "ana")) == 3


async def test_every_address_on_file_is_told_and_the_new_one_is_not(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    await adds(ana, SMS, WRITTEN, NUMBER)
    await town.settle()
    told = [to for to, subject in await town.subjects_of_mail("ana") if "method was added" in subject]
    assert sorted(told) == sorted(["ana@contoso.example", "ana@home.example", "+12025550000"])
    assert len(await texts(town, NUMBER)) == 1  # its code


async def test_an_address_that_is_taken_off_is_told_so(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    await ana.picks("Remove one")
    await ana.picks("E-mail")
    await town.settle()
    assert any("removed" in text for text in await texts(town, "ana@home.example"))
    assert any("removed" in text for text in await texts(town, "ana@contoso.example"))


async def test_a_code_for_a_new_number_serves_no_recovery(town: Town) -> None:
    await town.use_policy(house())
    ana = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(ana)
    await ana.picks(ADD[SMS])
    await ana.types(WRITTEN)
    code = await sent_to(town, NUMBER)
    stranger = Caller(town, "ana", Channel.PORTAL)
    await stranger.wants("reset")
    await stranger.begins_with(SMS)
    await stranger.types(NUMBER)  # not on file before it was tried: nothing is sent
    assert await stranger.at() == "method.sms.ask"
    await stranger.types(code)
    assert await stranger.at() == "verify.how.next"  # taken, and never judged right
    assert len(await texts(town, NUMBER)) == 1


async def test_a_new_method_is_told_with_a_way_to_say_that_it_was_somebody_else(town: Town) -> None:
    await town.use_policy(house())
    ana = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(ana)
    app = await adds_app(ana)
    await town.settle()
    news = [text for text in await texts(town, "ana@home.example") if "added" in text]
    assert len(news) == 1
    assert "/n/" in news[0]
    assert shows(app, town) not in news[0]


async def test_a_visitor_is_told_nothing_of_an_account_before_the_proof(town: Town) -> None:
    """Bare, in quarantine, just reset, an admin, disabled, nobody: the same page."""
    await town.use_policy(house(with_password=True))
    await freezes(town, "cara", HOUR)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    seen = set()
    for login in ("ana", "ben", "cara", "dev", "nora", "olaf", "pia", "adam", "ghost"):
        stranger = Caller(town, login, Channel.PORTAL)
        await stranger.wants("register")
        seen.add((await stranger.at(), await stranger.notice(), tuple((await stranger.page.view()).prompt.options)))  # type: ignore[union-attr]  # a choice
    assert len(seen) == 1
