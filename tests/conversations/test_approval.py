"""A phone is set up by what a person's own page shows, and from then on two digits that stand on such a page prove who they are."""

import re
from dataclasses import replace

import pytest

from bot.identity.methods.registry import groups
from bot.policy.policy import CodesInChat, MethodRules, Policy
from tests.conversations.conftest import Call
from tests.conversations.test_lost_phone import LOST, says
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import APPROVAL, EMAIL, PASSKEY, SMS, TOTP
from tests.kit.registering import forgets, house, on_file, sits_down
from tests.kit.residents import GOOD
from tests.kit.software_phone import SoftwarePhone, number_on
from tests.kit.town import Town


def approving(**rules: int) -> Policy:
    """The rules list it."""
    return replace(house(**rules), methods=MethodRules(available=(APPROVAL, TOTP, SMS, PASSKEY)))


async def begins(town: Town, caller: Caller, **rules: int) -> str:
    """At the page that leads a phone here."""
    await town.use_policy(approving(**rules))
    await sits_down(caller)
    await caller.picks("Approve on my phone")
    return await caller.page.reads()


async def sets_up(town: Town, caller: Caller, **rules: int) -> SoftwarePhone:
    phone = SoftwarePhone(town)
    assert (await phone.pairs(await begins(town, caller, **rules))).status == 200
    await town.settle()
    return phone


async def has_one(town: Town, **rules: int) -> SoftwarePhone:
    """Ana."""
    caller = Caller(town, "ana", Channel.TERMINAL)
    phone = await sets_up(town, caller, **rules)
    await caller.picks("That's all")
    town.clock.passes(60)
    return phone


async def asks(town: Town, login: str = "ana", channel: Channel = Channel.PORTAL) -> tuple[Caller, str]:
    """Their page shows a number."""
    caller = Caller(town, login, channel)
    await caller.wants("reset")
    await caller.begins_with(APPROVAL)
    return caller, number_on(await caller.page.reads())


@pytest.mark.whole
async def test_it_is_set_up_and_approves(town: Town, call: Call) -> None:
    ana = call("ana")
    phone = await sets_up(town, ana)
    assert "Approval on: Safari on iPhone" in await ana.page.reads()
    await ana.picks("That's all")
    town.clock.passes(60)
    again = call("ana")
    await again.wants("reset")
    await again.begins_with(APPROVAL)
    asked = (await phone.looks()).text
    for said in ("A new password", "Firefox on Windows", "ana"):
        assert said in asked
    number = number_on(await again.page.reads())
    assert 'class="number"' not in asked
    assert (await phone.answers(number)).status == 200
    await town.settle()
    assert await again.at() == "reset.new"
    await again.types(GOOD)
    assert await town.signs_in("ana", GOOD) == "right"
    assert "Nothing waits for you" in (await phone.looks()).text


async def test_a_stranger_is_shown_the_same_whoever_is_meant_and_hears_of_no_phone(town: Town) -> None:
    phone = await has_one(town)
    asked = [(await asks(town, login))[0] for login in ("ana", "dev", "ghost")]
    pages = [re.sub(r'page-\w+~?\w*|value="[^"]+~\w+"|>\d\d<|<time.*?</time>', "", await each.page.reads()) for each in asked]
    assert pages[0] == pages[1] == pages[2]
    assert (await phone.answers("", "no")).status == 200
    await town.settle()
    assert {await each.at() for each in asked} == {f"method.{APPROVAL}.ask"}
    await town.passes(301)
    assert {await each.at() for each in asked} == {f"method.{APPROVAL}.over"}


async def test_no_phone_is_asked_a_fourth_time(town: Town) -> None:
    phone = await has_one(town)
    for login in ("ana", "ghost"):
        caller, _ = await asks(town, login)
        for _ in range(2):
            await caller.picks("Another way")
            await caller.picks("Approval on my phone")
            assert await caller.at() == f"method.{APPROVAL}.ask"
        await caller.picks("Another way")
        await caller.picks("Approval on my phone")
        assert await caller.notice() == "verify.prompted_enough"
    again, _ = await asks(town)  # anew, and within ten minutes of the third: nothing reaches the phone
    assert "Nothing waits" in (await phone.looks()).text
    assert await again.at() == f"method.{APPROVAL}.ask"


async def test_that_was_not_me_ends_the_attempt_and_its_origins_allowance(town: Town) -> None:
    phone = await has_one(town)
    thief, number = await asks(town, channel=Channel.TERMINAL)
    kept = (await phone.looks()).text
    assert (await phone.answers("", "no")).status == 200
    assert (await phone.answers(number, to=kept)).status == 410
    await town.settle()
    assert await thief.at() == f"method.{APPROVAL}.denied"
    await thief.picks("Ask again")
    assert await thief.notice() == "verify.denied"
    assert any("didn't ask for" in subject for _, subject in await town.subjects_of_mail("adam"))
    owner, number = await asks(town)  # from elsewhere
    assert (await phone.answers(number)).status == 200
    await town.settle()
    assert await owner.at() == "reset.new"


async def test_three_wrong_numbers_are_the_end_of_a_question(town: Town) -> None:
    phone = await has_one(town)
    caller, number = await asks(town, channel=Channel.TERMINAL)
    kept, wrong = (await phone.looks()).text, str(10 + (int(number) - 9) % 90)
    assert [(await phone.answers(wrong)).status for _ in range(3)] == [422, 422, 410]
    assert (await phone.answers(number, to=kept)).status == 410
    await town.settle()
    assert await caller.at() == f"method.{APPROVAL}.wrong_number"


async def test_what_was_signed_serves_one_question_by_one_key_for_our_address(town: Town) -> None:
    phone = await has_one(town)
    first, number = await asks(town)
    kept = (await phone.looks()).text
    sent = phone.answer_to(kept, number)
    other = SoftwarePhone(town)
    elsewhere = kept.replace("localhost", "evil.example")
    assert (await phone.answers(number, by=other, to=kept)).status == 403
    assert (await phone.answers(number, to=elsewhere)).status == 403
    lies = {"number": "10", "word": "no", "device": other.device, "challenge": "challenge-of-another"}
    found = [(await phone.sends({**sent, name: lie})).status for name, lie in lies.items()]
    assert found == [403, 403, 403, 410]
    second, _ = await asks(town)
    assert (
        await phone.sends({**sent, "challenge": re.findall(r'data-challenge="([^"]+)"', (await phone.looks()).text)[1]})
    ).status == 403
    assert (await phone.sends(sent)).status == 200
    assert (await phone.sends(sent)).status == 410
    await town.settle()
    assert (await first.at(), await second.at()) == ("reset.new", f"method.{APPROVAL}.ask")


async def test_a_record_that_was_written_by_hand_proves_nothing(town: Town) -> None:
    phone = await has_one(town)
    caller, _ = await asks(town)
    async with town.app.store.database.write("by hand") as conn:
        await conn.exec_driver_sql("update challenge set signed_in = ?", (f"{town.clock.now}~{phone.device}~{'0' * 32}",))
        await conn.exec_driver_sql("update conversation set due_at = 0, nudges = nudges + 1")
    await town.settle()
    assert await caller.at() == "accounts.no_right"


async def test_it_asks_nothing_in_its_quarantine_or_once_it_is_lost(town: Town) -> None:
    phone = await has_one(town, quarantine_hours=24)
    await asks(town)
    assert "This phone is new" in (await phone.looks()).text
    await town.passes(86400)
    _, number = await asks(town)
    assert "Is that you?" in (kept := (await phone.looks()).text)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await says(ana, LOST)
    assert "This phone is suspended" in (await phone.looks()).text
    assert (await phone.answers(number, to=kept)).status == 403


async def test_a_phone_comes_by_the_code_and_the_number_of_one_registration(town: Town) -> None:
    ana = Caller(town, "ana", Channel.TERMINAL)
    page = await begins(town, ana)
    phone, wrong = SoftwarePhone(town), str(10 + (int(number_on(page)) - 9) % 90)
    assert (await phone.pairs(page.replace('"key">', '"key">A'))).status == 410
    assert (await SoftwarePhone(town, origin="https://evil.example").pairs(page)).status == 403
    assert [(await phone.pairs(page, wrong)).status for _ in range(3)] == [422, 422, 410]
    assert (await phone.pairs(page)).status == 410
    await town.settle()
    await ana.picks("Back")
    await ana.picks("Approve on my phone")
    page = await ana.page.reads()
    assert [(await each.pairs(page)).status for each in (phone, SoftwarePhone(town))] == [200, 410]
    await town.settle()
    assert await ana.at() == "register.menu"
    assert [m.id for m in await on_file(town, "ana", APPROVAL)] == [phone.device]


async def test_an_unlock_in_a_chat_leads_to_the_page_on_which_a_number_can_stand(town: Town) -> None:
    phone = await has_one(town)
    await forgets(town, "ana", TOTP, SMS, EMAIL)
    await town.administration().lock(await town.subject("ana"))
    await town.use_policy(replace(town.policy, codes_in_chat=CodesInChat.UNLOCK))
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("unlock")
    await ana.begins_with(APPROVAL)
    assert (await phone.answers(number_on(await ana.page.reads()))).status == 200
    await town.settle()
    assert not await town.locked("ana")


def test_it_and_the_apps_code_are_never_two() -> None:
    assert groups([APPROVAL, TOTP]) == 1
