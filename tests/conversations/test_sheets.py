"""Recovery sheets: printed at one's own page, put away, and good for one use a code."""

from tests.conversations.conftest import Call
from tests.kit.kinds import RECOVERY, TOTP
from tests.kit.registering import ADD, forgets, has_sheet, house, on_file, prints_sheet, sheet_on, sits_down
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town


async def test_a_sheet_has_ten_codes_of_80_bits_and_is_shown_on_the_page_alone(town: Town, call: Call) -> None:
    await town.use_policy(house())
    dev = call("dev")
    await sits_down(dev)
    await dev.picks(ADD[RECOVERY])
    codes = await sheet_on(dev.page)
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {16}  # of base32: 80 bits
    assert await on_file(town, "dev", RECOVERY) == []
    await dev.picks("I have put them away")
    assert len(await on_file(town, "dev", RECOVERY)) == 10
    assert await sheet_on(dev.page) == []  # and what was shown is searched for in chats, logs and files when this town is left


async def test_each_code_recovers_once(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    first, second, *_ = await prints_sheet(ana)
    await ana.picks("That's all")
    for code, at in ((first.lower().replace("-", " "), "reset.new"), (first, "method.recovery.ask"), (second, "reset.new")):
        again = call("ana")
        await again.wants("reset")
        await again.begins_with(RECOVERY)
        await again.types(code)
        assert await again.at() == at
        if again.chat:
            await again.chat.says("cancel")
    assert len(await on_file(town, "ana", RECOVERY)) == 8


async def test_a_code_of_the_sheet_resets_the_password(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    codes = await prints_sheet(ana)
    await ana.picks("That's all")
    again = call("ana")
    await again.wants("reset")
    await again.begins_with(RECOVERY)
    await again.types(codes[9])
    await again.types(GOOD)
    assert await again.at() == "reset.done"
    assert await town.signs_in("ana", GOOD) == "right"


async def test_a_new_sheet_makes_the_old_one_worthless(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    old = await prints_sheet(ana)
    new = await prints_sheet(ana)
    assert not set(old) & set(new)
    assert len(await on_file(town, "ana", RECOVERY)) == 10
    await ana.picks("That's all")
    again = call("ana")
    await again.wants("reset")
    await again.begins_with(RECOVERY)
    await again.types(old[3])
    assert await again.notice() == ("method.recovery.wrong" if again.chat else "verify.not_taken")
    await again.types(new[3])
    assert await again.at() == "reset.new"


async def test_a_sheet_that_was_only_looked_at_counts_for_nothing_and_leaves_the_old_one_good(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    kept = await prints_sheet(ana)
    await ana.picks(ADD[RECOVERY])
    seen = await sheet_on(ana.page)
    await ana.picks("Back")
    await ana.picks("That's all")
    assert not set(kept) & set(seen)
    again = call("ana")
    await again.wants("reset")
    await again.begins_with(RECOVERY)
    await again.types(seen[0])
    assert await again.notice() == ("method.recovery.wrong" if again.chat else "verify.not_taken")
    await again.types(kept[0])
    assert await again.at() == "reset.new"


async def test_an_admin_recovers_by_app_and_sheet_together_and_by_neither_alone(town: Town, call: Call) -> None:
    await town.use_policy(house())
    codes = await has_sheet(town, "adam")
    adam = call("adam")
    await adam.wants("reset")
    await adam.begins_with(TOTP)
    await adam.types(await town.code("adam", TOTP))
    assert (await adam.at()).startswith(("verify.", "method."))
    assert "identity:grant:reset" not in await town.tags()
    await adam.begins_with(RECOVERY)
    await adam.types(codes[0])
    assert await adam.at() == "reset.new"
    await adam.types(GOOD)
    assert (await town.signs_in("adam", GOOD), await town.signs_in("adam", OLD)) == ("right", "wrong")


async def test_an_admin_adds_a_method_by_app_and_sheet_together_and_it_counts_at_once(town: Town, call: Call) -> None:
    await town.use_policy(house(quarantine_hours=24))
    codes = await has_sheet(town, "adam")
    adam = call("adam")
    await adam.wants("register")
    await adam.begins_with(TOTP)
    await adam.types(await town.code("adam", TOTP))
    await adam.begins_with(RECOVERY)
    await adam.types(codes[0])
    assert await adam.at() == "register.menu"
    await prints_sheet(adam)
    await adam.picks("That's all")
    assert await adam.at() == "register.done"


async def test_an_admin_without_a_second_strong_method_adds_nothing_here(town: Town, chat: Call) -> None:
    await town.use_policy(house(with_password=True))
    adam = chat("adam")
    await adam.wants("register")
    assert await adam.at() == "verify.no_method_left"
    await forgets(town, "adam", TOTP)
    await adam.wants("register")
    assert await adam.at() == "verify.no_method_left"


async def test_three_wrong_codes_end_it_and_use_none_up(town: Town, call: Call) -> None:
    await town.use_policy(house())
    await has_sheet(town, "ana")
    ana = call("ana")
    await ana.wants("reset")
    await ana.begins_with(RECOVERY)
    for guess in ("AAAA-AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB-BBBB", "CCCC-CCCC-CCCC-CCCC", "DDDD-DDDD-DDDD-DDDD"):
        await ana.types(guess)
    assert await ana.at() == "verify.too_many_tries"
    assert len(await on_file(town, "ana", RECOVERY)) == 10


async def test_what_looks_like_no_code_of_a_sheet_costs_no_try(town: Town, call: Call) -> None:
    await town.use_policy(house())
    codes = await has_sheet(town, "ana")
    ana = call("ana")
    await ana.wants("reset")
    await ana.begins_with(RECOVERY)
    for slip in (codes[0][:-1], "123456", "????-????-????-????", codes[0] + "A"):
        await ana.types(slip)
        assert await ana.at() == "method.recovery.ask"
    await ana.types(codes[0].replace("O", "0").replace("I", "1").lower())
    assert await ana.at() == "reset.new"
