"""Setting up how I prove who I am: the first method, each kind of method tried at once, and taking one off."""

import asyncio
from dataclasses import replace

import pytest

from bot.policy.policy import MethodRules
from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import ALL, EMAIL, PASSWORD, RECOVERY, SMS, TOTP
from tests.kit.registering import (
    ADD,
    MAILBOX,
    NUMBER,
    WRITTEN,
    adds,
    adds_app,
    forgets,
    house,
    on_file,
    prints_sheet,
    scanned,
    shows,
    sits_down,
)
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

pytestmark = pytest.mark.whole

# The first method ----------------------------------------------------------------------------------------------------


async def test_nora_adds_her_first_method_by_her_password_and_recovers_with_it(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True))
    nora = call("nora")
    await sits_down(nora, PASSWORD)
    assert await nora.at() == "register.menu.none"
    app = await adds_app(nora)
    assert await nora.at() == "register.menu"
    assert 'class="key"' not in await nora.page.reads()
    await nora.picks("That's all")
    assert await nora.at() == "register.done"
    town.clock.passes(60)
    again = call("nora")
    await again.wants("reset")
    await again.begins_with(TOTP)
    while (await again.at()).startswith("method.totp."):
        await again.types(shows(app, town))
        town.clock.passes(30)
    await again.types(GOOD)
    assert await town.signs_in("nora", GOOD) == "right"


async def test_the_first_sitting_may_add_more_than_one_method(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True))
    nora = call("nora")
    await sits_down(nora, PASSWORD)
    await adds_app(nora)
    await adds(nora, SMS, WRITTEN, NUMBER)
    assert len(await prints_sheet(nora)) == 10
    assert [m.kind for m in await on_file(town, "nora")].count(RECOVERY) == 10
    assert {m.kind for m in await on_file(town, "nora")} == {TOTP, SMS, RECOVERY}


async def test_where_the_policy_does_not_allow_it_a_password_adds_nothing(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    nora = chat("nora")
    await nora.wants("register")
    assert await nora.at() == "register.first_by_helpdesk"
    assert not [tag for tag in await town.tags() if tag.startswith("identity:")]


async def test_a_visitor_is_not_offered_the_password_where_the_policy_does_not_allow_it(town: Town) -> None:
    await town.use_policy(house())
    nora = Caller(town, "nora", Channel.PORTAL)
    await nora.wants("register")
    assert "My password" not in await nora.page.reads()


async def test_an_admin_never_adds_the_first_method_by_a_password(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True))
    await forgets(town, "adam", *ALL)
    adam = call("adam")
    await adam.wants("register")
    if adam.chat:
        assert await adam.at() == "register.first_by_helpdesk"
        return
    await adam.begins_with(PASSWORD)  # a visitor may be anybody, so he is asked like anybody
    await adam.types(OLD)
    assert (await adam.at(), await adam.notice()) == ("method.password.ask", "verify.not_taken")
    assert "identity:grant:register" not in await town.tags()


async def test_whoever_has_a_method_does_not_get_in_by_the_password(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True))
    ana = call("ana")
    await ana.wants("register")
    if ana.chat:
        assert not [offer for offer in await ana.chat.offered() if offer.startswith("My password")]
        return
    await ana.begins_with(PASSWORD)
    await ana.types(OLD)
    assert (await ana.at(), await ana.notice()) == ("method.password.ask", "verify.not_taken")
    assert "identity:grant:register" not in await town.tags()


async def test_wrong_passwords_never_use_up_the_lockout_of_the_directory(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True))
    for _ in range(3):
        nora = call("nora")
        await nora.wants("register")
        if not (await nora.at()).startswith(("page.open", "verify.", "method.")):
            break
        await nora.begins_with(PASSWORD)
        for _ in range(3):
            if await nora.at() == "method.password.ask":
                await nora.types("Wrong-Kettle-17-Forest")
    assert not await town.locked("nora")
    assert await town.signs_in("nora", OLD) == "right"
    assert await on_file(town, "nora") == []


# Each kind -----------------------------------------------------------------------------------------------------------


async def test_an_app_counts_only_when_it_has_worked_once(town: Town, call: Call) -> None:
    await town.use_policy(house())
    dev = call("dev")
    await sits_down(dev)
    await dev.picks(ADD[TOTP])
    app = await scanned(dev.page)
    await dev.types(f"{(int(shows(app, town)) + 1) % 10**6:06}")
    assert (await dev.at(), await dev.notice()) == ("method.totp.register", "method.totp.wrong")
    assert len(await on_file(town, "dev")) == 1
    await dev.types(shows(app, town))
    assert await dev.at() == "register.menu"
    assert len(await on_file(town, "dev")) == 2
    assert app.secret not in await dev.page.reads()


async def test_the_code_that_an_app_was_tried_with_recovers_nothing(town: Town, chat: Call) -> None:
    await town.use_policy(house(with_password=True))
    nora = chat("nora")
    await sits_down(nora, PASSWORD)
    app = await adds_app(nora)
    await nora.picks("That's all")
    again = chat("nora")
    await again.wants("reset")
    await again.begins_with(TOTP)
    await again.types(shows(app, town))
    assert await again.notice() == "method.totp.used"


async def test_an_app_that_was_begun_and_left_is_not_on_file_and_its_key_is_forgotten(town: Town, call: Call) -> None:
    await town.use_policy(house())
    dev = call("dev")
    await sits_down(dev)
    for _ in range(3):
        await dev.picks(ADD[TOTP])
        await scanned(dev.page)
        await dev.picks("Back")
    assert await dev.at() == "register.menu"
    assert 'class="key"' not in await dev.page.reads()
    kept = await town.app.store.records.methods(await town.subject("dev"))
    assert (len(await on_file(town, "dev")), len(kept)) == (1, 2)


async def test_a_number_in_any_form_is_kept_in_e164_and_sealed(town: Town, call: Call) -> None:
    await town.use_policy(house())
    town.secrets.add(NUMBER)
    dev = call("dev")
    await sits_down(dev)
    await adds(dev, SMS, WRITTEN, NUMBER)
    (method,) = await on_file(town, "dev", SMS)
    assert method.secret.reveal() == NUMBER
    assert "•••• 89" in await dev.page.reads()


@pytest.mark.parametrize("typed", ["nonsense", "+49 30 901820", "1-800-356-9377", "0151 23456789", "+49 151 23"])
async def test_what_gets_no_text_messages_is_asked_for_again(town: Town, typed: str) -> None:
    await town.use_policy(house())
    dev = Caller(town, "dev", Channel.TERMINAL)
    await sits_down(dev)
    await dev.picks(ADD[SMS])
    await dev.types(typed)
    assert (await dev.at(), await dev.notice()) == ("method.sms.register", "method.sms.bad")


async def test_a_private_mailbox_is_tried_and_told_from_then_on(town: Town, call: Call) -> None:
    await town.use_policy(house())
    town.secrets.add(MAILBOX)
    dev = call("dev")
    await sits_down(dev)
    await adds(dev, EMAIL, f" {MAILBOX.title()} ", MAILBOX)
    (method,) = await on_file(town, "dev", EMAIL)
    assert method.secret.reveal() == MAILBOX


@pytest.mark.parametrize("own", ["dev@contoso.example", "somebody.else@Contoso.example", "dev@mail.contoso.example"])
async def test_a_mailbox_behind_the_lost_password_is_refused(town: Town, own: str) -> None:
    await town.use_policy(house())
    dev = Caller(town, "dev", Channel.TERMINAL)
    await sits_down(dev)
    await dev.picks(ADD[EMAIL])
    await dev.types(own)
    assert (await dev.at(), await dev.notice()) == ("method.email.register", "method.email.own_mailbox")


async def test_what_is_on_file_already_is_not_added_twice(town: Town) -> None:
    await town.use_policy(house())
    ana = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(ana)
    await ana.picks(ADD[EMAIL])
    await ana.types("Ana@home.example")
    assert await ana.notice() == "register.already"


async def test_two_numbers_are_enough(town: Town) -> None:
    await town.use_policy(house())
    ana = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(ana)
    await adds(ana, SMS, WRITTEN, NUMBER)
    await ana.picks(ADD[SMS])
    await ana.types("+4915123456780")
    assert await ana.notice() == "register.too_many"


async def test_what_the_policy_does_not_know_is_not_offered(town: Town) -> None:
    await town.use_policy(replace(house(), methods=MethodRules(available=(TOTP, RECOVERY))))
    dev = Caller(town, "dev", Channel.TERMINAL)
    await sits_down(dev)
    page = await dev.page.reads()
    assert ADD[RECOVERY] in page
    assert ADD[SMS] not in page
    assert ADD[EMAIL] not in page


# Removal -------------------------------------------------------------------------------------------------------------


async def test_a_method_that_was_taken_off_proves_nothing_any_more(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana = call("ana")
    await sits_down(ana)
    await ana.picks("Remove one")
    await ana.picks("Text message")
    assert await ana.at() == "register.menu"
    assert {m.kind for m in await on_file(town, "ana")} == {TOTP, EMAIL}
    assert "identity:method:removed" in await town.tags()


async def test_a_sheet_is_taken_off_as_one(town: Town) -> None:
    await town.use_policy(house())
    dev = Caller(town, "dev", Channel.TERMINAL)
    await sits_down(dev)
    await prints_sheet(dev)
    await dev.picks("Remove one")
    assert (await dev.page.reads()).count("Recovery sheet") == 1
    await dev.picks("Recovery sheet")
    assert [m.kind for m in await on_file(town, "dev")] == [TOTP]


async def test_the_last_method_stays(town: Town, call: Call) -> None:
    await town.use_policy(house())
    dev = call("dev")
    await sits_down(dev)
    await dev.picks("Remove one")
    await dev.picks("Authenticator app")
    assert (await dev.at(), await dev.notice()) == ("register.which", "register.last_one")
    assert len(await on_file(town, "dev")) == 1


async def test_two_sittings_at_once_dont_take_off_both_last_methods(town: Town) -> None:
    await town.use_policy(house())
    await forgets(town, "ana", SMS)
    one, other = Caller(town, "ana", Channel.TERMINAL), Caller(town, "ana", Channel.DEMO)
    for caller in (one, other):
        await sits_down(caller)
        await caller.picks("Remove one")
        await town.passes(30)  # an authenticator's code serves once
    await asyncio.gather(one.picks("Authenticator app"), other.picks("E-mail"), return_exceptions=True)
    assert len(await on_file(town, "ana")) == 1


async def test_a_chat_changes_nothing_on_file(town: Town, chat: Call) -> None:
    """Whoever sits at a stolen chat session while its owner is at the page."""
    await town.use_policy(house())
    ana = chat("ana")
    await sits_down(ana)
    assert ana.chat is not None
    await ana.chat.says("Remove one")
    await ana.chat.says(next(offer for offer in await ana.chat.offered() if offer.startswith("Text")))
    assert await ana.notice() == "register.on_the_page"
    await ana.picks("Back")
    await ana.picks(ADD[RECOVERY])
    await ana.chat.says("I have put them away")
    assert await ana.notice() == "register.on_the_page"
    assert {m.kind for m in await on_file(town, "ana")} == {TOTP, EMAIL, SMS}
