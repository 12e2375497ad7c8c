"""A phone that is lost or new, or has another number: an honest answer for each state of a person's methods, and the way on."""

from dataclasses import replace

from bot.platform.ids import Kind
from bot.policy.policy import MethodRules
from tests.conversations.conftest import Call
from tests.kit.attackers import by_hand
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, RECOVERY, SMS, TOTP
from tests.kit.registering import (
    ADD,
    NUMBER,
    WRITTEN,
    forgets,
    freezes,
    has_sheet,
    house,
    on_file,
    scanned,
    sent_to,
    shows,
)
from tests.kit.residents import GOOD
from tests.kit.signing import as_ours
from tests.kit.town import Town

LOST, NEW, NUMBER_CHANGED = "I lost my phone", "I have a new phone", "I have a new number"


async def says(caller: Caller, text: str) -> None:
    """In the chat; what takes something away is asked about once more."""
    assert caller.chat is not None
    await caller.chat.says(text)
    if await caller.at() == "opening.did_you_mean":
        await caller.picks("My phone is lost")


async def kinds(town: Town, login: str) -> set[Kind]:
    return {m.kind for m in await on_file(town, login)}


# Lost ----------------------------------------------------------------------------------------------------------------


async def test_whoever_has_a_sheet_takes_off_what_was_on_the_phone(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    codes = await has_sheet(town, "ana")
    ana = chat("ana")
    await says(ana, LOST)
    await says(ana, "Take them off now")
    landing = await ana.page.get(await ana.chat.link() if ana.chat else "")
    assert "Authenticator app" not in landing.text  # it is on the lost phone
    assert "Text message" not in landing.text
    await ana.begins_with(RECOVERY)
    await ana.types(codes[0])
    assert await ana.at() == "register.menu"
    assert await kinds(town, "ana") == {EMAIL, RECOVERY}
    assert (await town.tags()).count("identity:method:removed") == 2
    await town.settle()
    told = [to for to, subject in await town.subjects_of_mail("ana") if "removed" in subject]
    assert "ana@home.example" in told


async def test_the_finder_of_the_phone_can_do_nothing_with_it_afterwards(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    codes = await has_sheet(town, "ana")
    found = await town.code("ana", TOTP)
    ana = chat("ana")
    await says(ana, LOST)
    await says(ana, "Take them off now")
    await ana.begins_with(RECOVERY)
    await ana.types(codes[0])
    thief = Caller(town, "ana", Channel.PORTAL)
    await thief.wants("reset")
    await thief.begins_with(TOTP)
    await thief.types(found)
    town.clock.passes(30)
    await thief.types(f"{(int(found) + 1) % 10**6:06}")
    assert await thief.notice() == "verify.not_taken"


async def test_weak_methods_that_are_left_are_not_enough_and_that_is_said(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    ana = chat("ana")
    await says(ana, LOST)
    assert await ana.at() == "lost.not_enough_left.day"
    assert await kinds(town, "ana") == {TOTP, EMAIL, SMS}


async def test_where_the_policy_takes_mail_alone_it_is_enough(town: Town, chat: Call) -> None:
    await town.use_policy(replace(house(), methods=MethodRules(alone=(EMAIL,))))
    ana = chat("ana")
    await says(ana, LOST)
    await says(ana, "Take them off now")
    await ana.proves_by(EMAIL)
    assert await kinds(town, "ana") == {EMAIL}


async def test_where_two_methods_are_required_one_is_not_enough(town: Town, chat: Call) -> None:
    await town.use_policy(replace(house(), methods=MethodRules(required=2)))
    ana = chat("ana")
    await forgets(town, "ana", EMAIL)
    await has_sheet(town, "ana")
    await says(ana, LOST)
    assert await ana.at() == "lost.not_enough_left.day"


async def test_nothing_on_file_is_nothing_lost(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    for said in (LOST, NEW, NUMBER_CHANGED):
        nora = chat("nora")
        await says(nora, said)
        assert await nora.at() == "lost.nothing_on_file", said


async def test_nothing_on_the_phone_is_nothing_lost(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    cara = chat("cara")
    await says(cara, LOST)
    assert await cara.at() == "lost.nothing_on_phone"
    assert cara.chat is not None
    assert "E-mail" in await cara.chat.hears()


async def test_the_app_alone_was_on_the_phone_and_only_the_helpdesk_is_left(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    dev = chat("dev")
    await says(dev, LOST)
    assert await dev.at() == "lost.not_enough_left.day"
    assert await kinds(town, "dev") == {TOTP}


async def test_with_the_last_code_of_a_sheet_something_new_comes_before_the_old_goes(town: Town, chat: Call) -> None:
    """Else nothing would be left on file, and the next proof would be the helpdesk's."""
    await town.use_policy(replace(house(), methods=MethodRules(available=(TOTP, RECOVERY))))
    codes = await has_sheet(town, "dev")
    for method in (await on_file(town, "dev", RECOVERY))[1:]:
        async with as_ours(town.app.store, method.subject) as conn:
            await conn.exec_driver_sql("delete from method where id = ?", (method.id,))
    dev = chat("dev")
    await says(dev, LOST)
    await says(dev, "Take them off now")
    await dev.begins_with(RECOVERY)
    await dev.types(codes[0])
    assert await dev.at() == "register.name"
    (old,) = await on_file(town, "dev")
    await dev.types(shows(await scanned(dev.page), town))
    await dev.picks("Remove one")
    await dev.page.presses(old.id)
    assert [m.id for m in await on_file(town, "dev")] != [old.id]
    assert len(await on_file(town, "dev")) == 1


async def test_whoever_would_rather_wait_is_told_what_that_means(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    await has_sheet(town, "ana")
    ana = chat("ana")
    await says(ana, LOST)
    await says(ana, "Not now")
    assert await ana.at() == "lost.until_then.day"
    assert len(await kinds(town, "ana")) == 4


async def test_within_a_day_of_a_reset_nothing_comes_off(town: Town, chat: Call) -> None:
    """Whoever reset the password with a stolen sheet doesn't take the owner's phone off as well."""
    await town.use_policy(house())
    codes = await has_sheet(town, "ana")
    thief = chat("ana")
    await thief.wants("reset")
    await thief.begins_with(RECOVERY)
    await thief.types(codes[0])
    await thief.types(GOOD)
    again = chat("ana")
    await says(again, LOST)
    await says(again, "Take them off now")
    assert await again.at() == "register.after_reset"


async def test_a_frozen_account_is_told_so(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    await freezes(town, "ana", 3600)
    for said in (LOST, NEW, NUMBER_CHANGED):
        ana = chat("ana")
        await says(ana, said)
        if await ana.at() == "new_phone.old":
            await says(ana, "Yes")
        assert await ana.at() == "barred.frozen", said


async def test_a_stranger_hears_nothing_of_what_is_on_file(town: Town) -> None:
    await town.use_policy(house())
    seen = []
    for login in ("ana", "cara", "nora", "ghost"):
        stranger = Caller(town, "", Channel.TERMINAL)
        stranger.chat.login = None  # type: ignore[union-attr]  # a terminal
        await says(stranger, LOST)
        await says(stranger, login)
        seen.append(await stranger.at())
        await says(stranger, "cancel")
    assert set(seen) == {"page.open"}
    assert by_hand(town, "select * from suspension") == []


# New -----------------------------------------------------------------------------------------------------------------


async def test_with_the_old_phone_at_hand_the_new_one_is_set_up_by_it(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    dev = chat("dev")
    await says(dev, NEW)
    assert await dev.at() == "new_phone.old"
    await says(dev, "Yes")
    await dev.proves_by(TOTP)
    assert await dev.at() == "register.name"
    (old,) = await on_file(town, "dev")
    app = await scanned(dev.page)
    await dev.types(shows(app, town))
    assert await dev.at() == "register.menu"
    assert len(await on_file(town, "dev", TOTP)) == 2
    await dev.picks("Remove one")
    assert "Authenticator app, set up on 20" in await dev.page.reads()  # told apart by the day
    await dev.page.presses(old.id)
    (new,) = await on_file(town, "dev")
    assert new.id != old.id


async def test_without_the_old_phone_it_is_a_lost_one(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    await has_sheet(town, "ana")
    ana = chat("ana")
    await says(ana, NEW)
    await says(ana, "No")
    assert await ana.at() == "lost.left"


async def test_without_the_old_phone_and_with_nothing_else_the_helpdesk_is_left(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    dev = chat("dev")
    await says(dev, NEW)
    await says(dev, "No")
    assert await dev.at() == "lost.not_enough_left"


# A new number --------------------------------------------------------------------------------------------------------


async def test_where_the_app_is_enough_nobody_asks_for_the_old_number(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    ana = chat("ana")
    await says(ana, NUMBER_CHANGED)
    assert await ana.at() == "page.open"
    await ana.proves_by(TOTP)
    assert await ana.at() == "method.sms.register"
    await ana.types(WRITTEN)
    await ana.types(await sent_to(town, NUMBER))
    assert {m.secret.reveal() for m in await on_file(town, "ana", SMS)} >= {NUMBER}


async def test_the_old_number_proves_while_it_still_works(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    ben = chat("ben")
    await says(ben, NUMBER_CHANGED)
    assert await ben.at() == "new_number.old"
    await says(ben, "Yes")
    await ben.proves_by(SMS)
    await ben.proves_by(EMAIL)
    assert await ben.at() == "method.sms.register"


async def test_a_number_that_is_gone_with_too_little_left_is_for_the_helpdesk(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    ben = chat("ben")
    await says(ben, NUMBER_CHANGED)
    await says(ben, "No")
    assert await ben.at() == "lost.not_enough_left"


async def test_where_numbers_prove_nothing_none_is_asked_for(town: Town, chat: Call) -> None:
    await town.use_policy(replace(house(), methods=MethodRules(available=(TOTP, RECOVERY))))
    ana = chat("ana")
    await says(ana, NUMBER_CHANGED)
    await ana.proves_by(TOTP)
    assert await ana.at() == "register.menu"
    assert ADD[SMS] not in await ana.page.reads()
