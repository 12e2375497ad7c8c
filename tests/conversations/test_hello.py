"""The first contact: who lacks methods is invited, what hasn't been tried for long is tried, and nobody in need is held up."""

import pytest

from bot.platform.ids import Kind
from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, PASSWORD, SMS, TOTP
from tests.kit.registering import adds_app, forgets, freezes, house, on_file, prints_sheet, sits_down
from tests.kit.residents import DAY, OLD
from tests.kit.town import Town


async def greets(caller: Caller) -> str:
    """And what is said to it."""
    assert caller.chat is not None
    await caller.chat.says("hello")
    return await caller.at()


async def answers(caller: Caller, label: str) -> None:
    """By a button in the chat."""
    assert caller.chat is not None
    await caller.chat.says(label)


# Who lacks methods ---------------------------------------------------------------------------------------------------


async def test_nora_is_invited_and_gets_to_her_first_method(town: Town, chat: Call) -> None:
    await town.use_policy(house(with_password=True))
    nora = chat("nora")
    assert await greets(nora) == "hello.invite"
    await answers(nora, "Yes, now")
    assert await nora.at() == "page.open"
    await nora.begins_with(PASSWORD)
    await nora.types(OLD)
    await adds_app(nora)
    assert len(await on_file(town, "nora")) == 1
    await nora.picks("That's all")
    assert await greets(chat("nora")) == "menu"


async def test_whoever_puts_it_off_gets_the_menu_and_is_asked_again_next_time(town: Town, chat: Call) -> None:
    await town.use_policy(house(with_password=True))
    nora = chat("nora")
    await greets(nora)
    await answers(nora, "Later")
    assert await nora.at() == "menu"
    await answers(nora, "cancel")
    assert await greets(nora) == "hello.invite"


async def test_what_waits_in_quarantine_is_not_lacking(town: Town, chat: Call) -> None:
    await town.use_policy(house(with_password=True, quarantine_hours=24))
    nora = chat("nora")
    await sits_down(nora, PASSWORD)
    await adds_app(nora)
    await nora.picks("That's all")
    assert await greets(chat("nora")) == "menu"


async def test_where_methods_are_not_required_nobody_is_invited(town: Town, chat: Call) -> None:
    await town.use_policy(house(with_password=True, required=False))
    assert await greets(chat("nora")) == "menu"


async def test_nobody_is_invited_to_what_only_the_helpdesk_can_do(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    assert await greets(chat("nora")) == "menu"  # the first method needs the helpdesk here
    assert await greets(chat("cara")) == "menu"  # mail alone adds nothing


@pytest.mark.parametrize("login", ["olaf", "pia"])
async def test_whoever_may_not_help_themselves_gets_the_menu(town: Town, chat: Call, login: str) -> None:
    await town.use_policy(house(with_password=True))
    assert await greets(chat(login)) == "menu"


async def test_a_frozen_account_gets_the_menu(town: Town, chat: Call) -> None:
    await town.use_policy(house(with_password=True))
    await freezes(town, "nora", 3600)
    assert await greets(chat("nora")) == "menu"


async def test_a_stranger_is_neither_invited_nor_asked(town: Town) -> None:
    await town.use_policy(house(with_password=True, reconfirm_days=1))
    stranger = Caller(town, "", Channel.TERMINAL)
    stranger.chat.login = None  # type: ignore[union-attr]  # a terminal
    assert await greets(stranger) == "menu"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("I forgot my password", "verify.no_method_left"),
        ("my account is locked", "verify.no_method_left"),
        ("register", "page.open"),
    ],
)
async def test_somebody_in_need_is_not_held_up_by_an_invitation(town: Town, chat: Call, said: str, at: str) -> None:
    await town.use_policy(house(with_password=True))
    nora = chat("nora")
    await answers(nora, said)
    assert await nora.at() == at
    if nora.chat and at != "page.open":
        await greets(nora)
        assert await nora.at() == "hello.invite"
        await answers(nora, said)  # in the middle of the invitation
        assert await nora.at() in {at, "opening.leave"}


# What hasn't been tried for long ------------------------------------------------------------------------------------


async def test_what_was_not_tried_for_long_is_tried_and_is_good_for_another_while(town: Town, chat: Call) -> None:
    await town.use_policy(house(reconfirm_days=60))
    await forgets(town, "ana", EMAIL, SMS)
    ana = chat("ana")
    assert await greets(ana) == "method.totp.reconfirm"
    await answers(ana, "Yes, now")
    await ana.opens()
    assert await ana.at() == "method.totp.ask"
    await ana.types(await town.wrong_code("ana", TOTP))
    assert await ana.notice() == "method.totp.wrong"
    await ana.types(await town.code("ana", TOTP))
    assert await ana.at() == "hello.works"
    assert "identity:method:reconfirmed" in await town.tags()
    assert not [tag for tag in await town.tags() if tag.startswith(("identity:proof:accepted", "identity:grant"))]
    assert await greets(chat("ana")) == "menu"
    await town.passes(61 * DAY)
    assert await greets(chat("ana")) == "method.totp.reconfirm"


async def test_each_message_method_is_tried_by_a_message(town: Town, chat: Call) -> None:
    await town.use_policy(house(reconfirm_days=60))
    ben, tried = chat("ben"), set[Kind]()
    for _ in range(2):
        asked = await greets(ben)
        kind = Kind(asked.split(".")[1])
        await answers(ben, "Yes, now")
        ben.page.window = None
        await ben.opens()
        await town.settle()
        assert await ben.at() == f"method.{kind}.ask.known"
        await ben.types(await town.code("ben", kind))
        assert await ben.at() == "hello.works"
        ben.page.window = None
        tried.add(kind)
    assert tried == {EMAIL, SMS}
    assert await greets(ben) == "menu"


async def test_trying_may_be_put_off(town: Town, chat: Call) -> None:
    await town.use_policy(house(reconfirm_days=60))
    ana = chat("ana")
    await greets(ana)
    await answers(ana, "Later")
    assert await ana.at() == "menu"


async def test_what_works_no_more_leads_to_the_methods(town: Town, chat: Call) -> None:
    await town.use_policy(house(reconfirm_days=60))
    ana = chat("ana")
    assert (await greets(ana)).endswith(".reconfirm")
    await answers(ana, "Yes, now")
    await ana.opens()
    await ana.picks("It doesn't work any more")
    assert await ana.at() == "verify.how"
    await ana.proves_by(TOTP)
    assert await ana.at() == "register.menu"


@pytest.mark.parametrize("days", [0, 91])
async def test_never_and_not_yet(town: Town, chat: Call, days: int) -> None:
    await town.use_policy(house(reconfirm_days=days))
    assert await greets(chat("ana")) == "menu"


async def test_a_sheet_is_not_tried_since_that_would_use_it_up(town: Town, chat: Call) -> None:
    await town.use_policy(house(reconfirm_days=60))
    dev = chat("dev")
    await sits_down(dev)
    await prints_sheet(dev)
    await forgets(town, "dev", TOTP)
    await town.passes(100 * DAY)
    assert await greets(chat("dev")) == "menu"


async def test_a_proof_counts_as_a_try(town: Town, chat: Call) -> None:
    await town.use_policy(house(reconfirm_days=60))
    await forgets(town, "ana", EMAIL, SMS)
    ana = chat("ana")
    await sits_down(ana)
    await ana.picks("That's all")
    assert await greets(chat("ana")) == "menu"


async def test_somebody_in_need_is_not_asked_to_try_anything(town: Town, chat: Call) -> None:
    await town.use_policy(house(reconfirm_days=60))
    ana = chat("ana")
    await ana.wants("reset")
    assert await ana.at() == "page.open"
