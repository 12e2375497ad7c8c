"""A passkey is set up where somebody has proved who they are, and then it is all that they need: known or not, in any channel."""

import json
from dataclasses import replace

import pytest

from bot.policy.policy import CodesInChat
from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import PASSKEY, TOTP
from tests.kit.people import ORIGIN
from tests.kit.registering import house, on_file, sits_down
from tests.kit.residents import GOOD
from tests.kit.software_key import SoftwareKey, asked_on, holds_key
from tests.kit.town import Town

ADD = "Set up a passkey"


async def sets_up(caller: Caller, key: SoftwareKey) -> None:
    """At the menu of their methods."""
    await caller.picks(ADD)
    await caller.types(key.makes(asked_on(await caller.page.reads())))


async def has_one(town: Town, **rules: int) -> SoftwareKey:
    """Ana."""
    await town.use_policy(house(**rules))
    caller, key = Caller(town, "ana", Channel.TERMINAL), SoftwareKey(ORIGIN)
    await sits_down(caller)
    await sets_up(caller, key)
    await caller.picks("That's all")
    town.clock.passes(60)
    return key


async def asks(town: Town, login: str, channel: Channel = Channel.PORTAL, wish: str = "reset") -> Caller:
    """They want to sign."""
    caller = Caller(town, login, channel)
    await caller.wants(wish)
    await caller.begins_with(PASSKEY)
    assert await caller.at() == f"method.{PASSKEY}.ask"
    return caller


async def signs(caller: Caller, key: SoftwareKey, **lies: object) -> None:
    await caller.types(key.signs(asked_on(await caller.page.reads()), **lies))


@pytest.mark.whole
async def test_it_is_set_up_and_resets_alone(town: Town, call: Call) -> None:
    await town.use_policy(house())
    ana, key = call("ana"), SoftwareKey(ORIGIN)
    await sits_down(ana)
    await sets_up(ana, key)
    assert "security key: Blue key" in await ana.page.reads()
    (kept,) = await on_file(town, "ana", PASSKEY)
    assert kept.usable_from <= town.clock.now
    await ana.picks("That's all")
    town.clock.passes(60)
    again = call("ana")
    await again.wants("reset")
    await again.begins_with(PASSKEY)
    await signs(again, key)
    assert await again.at() == "reset.new"
    await again.types(GOOD)
    assert await town.signs_in("ana", GOOD) == "right"


async def test_a_stranger_is_asked_the_same_whoever_is_meant(town: Town) -> None:
    key = await has_one(town)
    asked = [json.loads(asked_on(await (await asks(town, name)).page.reads())) for name in ("ana", "dev", "ghost")]
    assert all(each.pop("challenge") for each in asked)
    assert asked[0] == asked[1] == asked[2]
    dev = await asks(town, "dev")
    await signs(dev, key)
    assert await dev.notice() == "verify.not_taken"
    ana = await asks(town, "ana")
    await signs(ana, key)
    assert await ana.at() == "reset.new"


async def test_a_new_one_recovers_nothing_in_its_quarantine(town: Town) -> None:
    old = await holds_key(town, "ana")
    key = await has_one(town, quarantine_hours=24)
    early = await asks(town, "ana")
    await signs(early, key)
    assert await early.notice() == "verify.not_taken"
    await signs(again := await asks(town, "ana"), old)
    assert await again.at() == "reset.new"
    town.clock.passes(86400)
    late = await asks(town, "ana")
    await signs(late, key)
    assert await late.at() == "reset.new"


async def test_what_was_signed_once_opens_nothing_else(town: Town) -> None:
    key = await has_one(town)
    first, second = await asks(town, "ana"), await asks(town, "ana", Channel.TERMINAL)
    sent = key.signs(asked_on(await first.page.reads()))
    await first.types(sent)
    assert await first.at() == "reset.new"
    await second.types(sent)
    assert await second.notice() == f"method.{PASSKEY}.wrong"
    assert "conversation:answer:refused:method.passkey.wrong" in await town.tags()
    town.clock.passes(400)
    await signs(second, key)
    assert await second.notice() == "verify.code_expired"


async def test_a_copy_is_found_by_its_counter_and_ends_the_key(town: Town) -> None:
    key = await has_one(town)
    key.count = 7
    await signs(await asks(town, "ana"), key)
    key.count = 3
    thief = await asks(town, "ana")
    await signs(thief, key)
    assert await thief.notice() == "verify.not_taken"
    assert [m.suspended for m in await on_file(town, "ana", PASSKEY)] == [True]
    await town.settle()
    assert "identity:method:copied" in await town.tags()
    assert any("one of your methods was suspended" in subject for _, subject in await town.subjects_of_mail("ana"))
    assert any("may have a copy" in subject for _, subject in await town.subjects_of_mail("adam"))
    key.count = 50
    owner = await asks(town, "ana")
    await signs(owner, key)
    assert await owner.notice() == "verify.not_taken"


async def test_no_failures_of_others_close_this_door(town: Town) -> None:
    key = await has_one(town)
    for _ in range(4):
        thief = await asks(town, "ana")
        for _ in range(2):
            await signs(thief, SoftwareKey(ORIGIN))
    ana = await asks(town, "ana")
    await signs(ana, key)
    assert await ana.at() == "reset.new"


async def test_it_is_set_up_only_in_the_browser_in_which_they_proved_who_they_are(town: Town) -> None:
    await town.use_policy(replace(house(), codes_in_chat=CodesInChat.ALWAYS))
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("register")
    await ana.opens()
    assert ana.chat is not None
    await ana.chat.says(await town.code("ana", TOTP))
    assert await ana.at() == "register.menu"
    await sets_up(ana, SoftwareKey(ORIGIN))
    assert await ana.notice() == "register.proved_elsewhere"
    assert await on_file(town, "ana", PASSKEY) == []


async def test_one_key_is_nobody_elses_and_not_taken_up_twice(town: Town) -> None:
    key = await has_one(town)
    dev = Caller(town, "dev", Channel.TERMINAL)
    await sits_down(dev)
    await sets_up(dev, replace(key))
    assert await dev.notice() == "register.already"
    assert await on_file(town, "dev", PASSKEY) == []
    second = Caller(town, "ana", Channel.TERMINAL)
    await second.wants("register")
    await second.begins_with(PASSKEY)
    await signs(second, key)
    await sets_up(second, SoftwareKey(ORIGIN, id=b"another credential of hers", name="Red key"))
    assert [m.kind for m in await on_file(town, "ana", PASSKEY)] == [PASSKEY, PASSKEY]
    await second.picks("Remove")
    await second.picks("Passkey or security key: Blue key")
    assert len(await on_file(town, "ana", PASSKEY)) == 1


async def test_soon_after_a_reset_it_alone_changes_methods(town: Town) -> None:
    key = await has_one(town)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    await town.passes(60)
    thief = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(thief)
    assert await thief.at() == "register.after_reset"
    await town.passes(60)
    owner = Caller(town, "ana", Channel.TERMINAL)
    await owner.wants("register")
    await owner.begins_with(PASSKEY)
    await signs(owner, key)
    await sets_up(owner, SoftwareKey(ORIGIN, id=b"another credential of hers"))
    assert len(await on_file(town, "ana", PASSKEY)) == 2
