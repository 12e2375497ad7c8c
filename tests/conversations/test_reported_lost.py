"""A phone is reported lost: what lives on it proves nothing and is sent nothing, for a day by a chat alone, by proof until it is ended."""

import pytest

from bot.helpdesk.invitations import addresses
from bot.messaging.messenger import Channel as By
from bot.platform.ids import Kind
from tests.conversations.conftest import Call
from tests.conversations.test_lost_phone import LOST, says
from tests.conversations.test_passkey import has_one
from tests.kit.attackers import by_hand
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, PASSKEY, RECOVERY, SMS, TOTP
from tests.kit.noticed import HOME, LINK, phone_number, texts
from tests.kit.registering import has_sheet, house, on_file
from tests.kit.residents import GOOD
from tests.kit.town import Killed, Town

HOUR, DAY = 3600.0, 86400.0
KEEP = "Keep them suspended until I end it"


async def suspended(town: Town) -> set[Kind]:
    return {m.kind for m in await on_file(town, "ana") if m.suspended}


async def reports(town: Town, channel: Channel = Channel.TERMINAL) -> Caller:
    """Somebody in a chat of Ana's."""
    await town.use_policy(house())
    ana = Caller(town, "ana", channel)
    await says(ana, LOST)
    return ana


async def proves(town: Town, wish: str, *kinds: Kind, channel: Channel = Channel.TERMINAL) -> Caller:
    caller = Caller(town, "ana", channel)
    await caller.wants(wish)
    for kind in kinds:
        await caller.proves_by(kind)
    return caller


async def test_it_is_suspended_when_it_is_said_and_counts_again_a_day_later(town: Town, chat: Call) -> None:
    await town.use_policy(house())
    ana = chat("ana")
    await says(ana, LOST)
    assert (await ana.at(), await suspended(town)) == ("lost.not_enough_left.day", {TOTP, SMS})
    assert ana.chat is not None
    assert "UTC it gets no codes and no calls" in await ana.chat.hears()
    await town.settle()
    number = await phone_number(town)
    told = [(await texts(town, to))[-1] for to in (HOME, number)]
    assert all("lost" in text for text in told)
    assert (await town.tags()).count("identity:method:lost") == 2
    await town.passes(DAY + 1)
    assert await suspended(town) == set()
    assert await (await proves(town, "reset", TOTP)).at() == "reset.new"


async def test_a_mailbox_thief_who_reports_the_app_lost_needs_no_less_than_before(town: Town) -> None:
    """From her own chat, which he has as well."""
    await reports(town)
    thief = Caller(town, "ana", Channel.TERMINAL)
    await thief.wants("reset")
    assert await thief.at() == "verify.no_method_left"
    portal = await proves(town, "reset", EMAIL, channel=Channel.PORTAL)
    await portal.proves_by(TOTP)
    assert await portal.notice() == "verify.not_taken"


async def test_the_same_chat_suspends_nothing_again_for_thirty_days(town: Town) -> None:
    await reports(town)
    await town.passes(2 * DAY)
    again = await reports(town)
    assert (await again.at(), await suspended(town)) == ("lost.not_enough_left", set())
    await reports(town, Channel.SLACK)  # another reporter
    assert await suspended(town) == {TOTP, SMS}
    await town.passes(29 * DAY)
    assert await (await reports(town)).at() == "lost.not_enough_left.day"


async def test_kept_by_proof_it_outlasts_the_day_until_another_proof_ends_it(town: Town) -> None:
    codes = await has_sheet(town, "ana")
    ana = await reports(town)
    assert await ana.at() == "lost.left"
    await town.passes(60)
    await says(ana, KEEP)
    await ana.begins_with(RECOVERY)
    await ana.types(codes[0])
    assert (await ana.at(), await suspended(town)) == ("register.menu", {TOTP, SMS})
    await town.settle()
    assert "until you end it" in (await texts(town, HOME))[-1]
    await town.passes(40 * DAY)
    assert await suspended(town) == {TOTP, SMS}
    found = Caller(town, "ana", Channel.TERMINAL)
    await found.wants("register")
    await found.begins_with(RECOVERY)
    await found.types(codes[1])
    await found.picks("Use the suspended authenticator app again")
    await found.types(await town.code("ana", TOTP))
    assert await suspended(town) == {SMS}


async def test_a_passkey_that_was_on_it_is_named_by_its_label(town: Town) -> None:
    await has_one(town)
    ana = await reports(town)
    assert await ana.at() == "lost.left"
    await says(ana, "Blue key was on it too")
    assert (await ana.at(), await suspended(town)) == ("lost.not_enough_left.day", {TOTP, SMS, PASSKEY})
    assert await (await proves(town, "reset")).at() == "verify.no_method_left"


async def test_what_it_proved_before_it_was_reported_counts_no_more(town: Town) -> None:
    """The finder has the page with a new password open already."""
    thief = await proves(town, "reset", TOTP)
    assert await thief.at() == "reset.new"
    await reports(town, Channel.SLACK)
    town.secrets.add(GOOD)
    await thief.types(GOOD)
    assert await thief.at() == "accounts.no_right"


async def test_a_suspended_number_is_sent_no_code_and_no_link_that_undoes(town: Town) -> None:
    await has_sheet(town, "ana")
    asked = Caller(town, "ana", Channel.TERMINAL)
    await asked.wants("reset")
    await asked.page.lands(await asked.chat.link(), "Text message")  # type: ignore[union-attr]  # a terminal; on its way, not yet sent
    await reports(town, Channel.SLACK)
    number = await phone_number(town)
    await town.settle()
    portal = Caller(town, "ana", Channel.PORTAL)
    await portal.wants("reset")
    await portal.begins_with(SMS)
    heard = await texts(town, number)
    assert [text for text in heard if "code" in text or LINK.search(text)] == []
    (lost,) = await on_file(town, "ana", SMS)
    assert by_hand(town, "select count(*) from challenge where method = ? and hint = ''", lost.id) == [(0,)]
    person = await town.directory.person(lost.subject)
    assert person is not None
    assert By.TEXT not in {to.channel for to in addresses(person, await on_file(town, "ana"), set(By), town.clock.now)}


async def test_a_change_is_told_to_a_suspended_number_without_the_way_to_undo_it(town: Town) -> None:
    codes = await has_sheet(town, "ana")
    await reports(town, Channel.SLACK)
    await town.passes(60)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    await ana.begins_with(RECOVERY)
    await ana.types(codes[0])
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    await town.settle()
    there, home = (await texts(town, await phone_number(town)))[-1], (await texts(town, HOME))[-1]
    assert ("password was reset" in there, LINK.search(there)) == (True, None)
    assert LINK.search(home)


async def test_a_stranger_suspends_by_enough_proof_alone_and_never_what_gave_it(town: Town) -> None:
    await town.use_policy(house())
    codes = await has_sheet(town, "ana")
    stranger = Caller(town, "ana", Channel.PORTAL)
    await stranger.page.starts("lost_phone")
    await stranger.page.types("ana")
    await stranger.begins_with(RECOVERY)
    assert await suspended(town) == set()
    await stranger.types(codes[0])
    assert (await stranger.at(), await suspended(town)) == ("register.menu", {TOTP, SMS})


async def test_the_portal_asks_the_same_of_whoever_it_is(town: Town) -> None:
    await town.use_policy(house())
    seen = set()
    for login in ("ana", "cara", "nora", "ghost"):
        page = Caller(town, login, Channel.PORTAL).page
        await page.starts("lost_phone")
        await page.types(login)
        seen.add((await page.at(), str((await page.view()).prompt)))
    assert len(seen) == 1


async def test_an_app_that_proves_it_is_not_what_was_lost(town: Town) -> None:
    await town.use_policy(house())
    stranger = Caller(town, "ana", Channel.TERMINAL)
    stranger.chat.login = None  # type: ignore[union-attr]  # a terminal
    await says(stranger, LOST)
    await says(stranger, "ana")
    await stranger.begins_with(RECOVERY)
    await stranger.picks("Another way")
    await stranger.proves_by(TOTP)
    assert (await stranger.at(), await suspended(town)) == ("register.menu", {SMS})


@pytest.mark.parametrize("changed", ["until = 0", "until = until - 86400"])
async def test_a_suspension_is_neither_lengthened_nor_shortened_by_hand(town: Town, changed: str) -> None:
    await reports(town)
    by_hand(town, f"update suspension set {changed}")  # noqa: S608  # our own words
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    assert await ana.at() == "barred.unsigned"


@pytest.mark.parametrize("n", range(1, 9))
async def test_a_replica_that_dies_over_the_report_loses_and_doubles_nothing(town: Town, n: int) -> None:
    await town.use_policy(house())
    ana = Caller(town, "ana", Channel.TERMINAL)
    town.life.dies_at = n
    try:
        await says(ana, LOST)
    except Killed:
        await town.replica()
        await town.passes(120)
        if await ana.at() in ("", "opening.did_you_mean"):
            await says(ana, LOST)
    await town.settle()
    assert (await ana.at(), await suspended(town)) == ("lost.not_enough_left.day", {TOTP, SMS})
    assert (await town.tags()).count("identity:method:lost") == 2
    assert [subject for to, subject in await town.subjects_of_mail("ana") if to == HOME and "lost" in subject] != []
