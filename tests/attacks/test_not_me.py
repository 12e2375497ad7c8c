"""ST41 and the link of a notice: who forges it, floods it, replays it or sends scanners to it gets nothing, and undoes nothing."""

import pytest
from aiohttp import hdrs

from bot.app.pages import StrangersPages
from bot.platform.ids import Action, GrantId, Line
from bot.platform.secret import Secret
from bot.platform.sentences import Refuse
from tests.kit.attackers import HIS, at_once, by_hand, count, proven, send, tools
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, SMS
from tests.kit.noticed import his_reset, link, presses
from tests.kit.people import Browser
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

DAY = 86400.0
PRESS = {"not_me": "1"}
FALSE = Line("0" * 32)  # a signature of nothing


async def untouched(town: Town) -> bool:
    """His password is still in force, nothing is frozen, and nothing was disowned."""
    subject = await town.subject("ana")
    frozen = await town.app.store.records.frozen(subject)
    return await town.signs_in("ana", HIS) == "right" and not frozen and not [t for t in await town.tags() if "disown" in t]


@pytest.mark.parametrize("method", [hdrs.METH_GET, hdrs.METH_HEAD])
async def test_st41_scanners_and_previews_change_nothing(town: Town, method: str) -> None:
    await his_reset(town)
    path, rows = await link(town), count(town, "conversation")
    for headers in ({}, {"Purpose": "prefetch"}, {"Sec_Purpose": "prefetch"}, {"User_Agent": "Slackbot-LinkExpanding 1.0"}):
        answer = await send(town, method, path, **headers)
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers
    assert count(town, "conversation") == rows
    assert await untouched(town)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_st41_no_other_method_presses(town: Town, method: str) -> None:
    await his_reset(town)
    assert (await send(town, method, await link(town), PRESS)).status == 405
    assert await untouched(town)


async def test_st41_another_site_cant_press(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    for headers in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert (await send(town, "POST", path, PRESS, **headers)).status == 403
    assert await untouched(town)


@pytest.mark.parametrize("form", [{}, {"not_me": "1", "other": "1"}, {"it_was_me": "1"}])
async def test_a_form_that_isnt_ours_presses_nothing(town: Town, form: dict[str, str]) -> None:
    await his_reset(town)
    assert (await send(town, "POST", await link(town), form)).status == 400
    assert await untouched(town)


async def bens_link(town: Town) -> str:
    """Of a notice that his lock was taken off."""
    ben = Caller(town, "ben", Channel.TERMINAL)
    await ben.wants("unlock")
    await ben.proves_by(SMS)
    await town.settle()
    return await link(town, "ben@home.example")


def forged(path: str, other: str) -> list[str]:
    """Nearly right."""
    grant, mac = path.removeprefix("/n/").rsplit("~", 1)
    others, others_mac = other.removeprefix("/n/").rsplit("~", 1)
    return [
        f"{grant}~{others_mac}",
        f"{others}~{mac}",
        f"{grant}~",
        f"~{mac}",
        grant,
        f"{grant}~{'0' * 32}",
        f"{grant}~{mac[:-1]}",
        f"{grant}~{mac.upper()}x",
        f"{grant}~{mac}~{mac}",
        "~",
    ]


async def test_forged_and_foreign_tokens_lead_nowhere(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    other = await bens_link(town)
    rows = count(town, "conversation")
    for token in forged(path, other):
        for method, data in (("GET", None), ("POST", PRESS)):
            assert (await send(town, method, f"/n/{token}", data)).status in {404, 410}, token
    assert count(town, "conversation") == rows
    assert await untouched(town)


async def test_a_links_signature_of_another_purpose_is_none(town: Town) -> None:
    await his_reset(town)
    grant = (await link(town)).removeprefix("/n/").rsplit("~", 1)[0]
    for purpose in ("link", "button", "grant"):
        assert (await send(town, "POST", f"/n/{grant}~{town.keys.sign(purpose, grant)}", PRESS)).status == 410
    assert await untouched(town)


async def test_the_link_of_one_person_undoes_nothing_for_another(town: Town) -> None:
    await his_reset(town)
    await presses(town, await bens_link(town))
    assert await town.app.store.records.frozen(await town.subject("ben")) > town.clock.now
    assert await town.signs_in("ana", HIS) == "right"
    assert await town.app.store.records.frozen(await town.subject("ana")) == 0


async def test_eight_days_later_the_link_is_dead(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    town.clock.passes(7 * DAY - 60)
    assert (await send(town, "GET", path)).status == 200
    town.clock.passes(DAY)
    for method, data in (("GET", None), ("POST", PRESS)):
        assert (await send(town, method, path, data)).status == 410
    assert await untouched(town)


async def test_a_later_change_of_her_own_is_not_destroyed(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    await town.directory.reset(await town.subject("ana"), Secret(GOOD))  # the helpdesk's, past us
    page = await presses(town, path)
    assert await page.at() == "not_me.moved_on"
    assert await town.signs_in("ana", GOOD) == "right"


async def test_a_later_reset_of_her_own_is_not_destroyed_though_his_was_never_confirmed(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    by_hand(town, "update operation set outcome = 'unconfirmed', after = ''")
    town.clock.passes(60)
    _, page = await proven(town)
    await page.types(GOOD)
    assert await (await presses(town, path)).at() == "not_me.moved_on"
    assert await town.signs_in("ana", GOOD) == "right"


@pytest.mark.both_databases
async def test_a_replay_after_a_day_neither_freezes_nor_destroys_again(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    await presses(town, path)
    until = await town.app.store.records.frozen(await town.subject("ana"))
    await town.passes(DAY + 60)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    for kind in (EMAIL, SMS):  # what he used is suspended
        await ana.proves_by(kind)
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    again = await presses(town, path)
    assert again.window is None
    assert await town.signs_in("ana", GOOD) == "right"
    assert await town.app.store.records.frozen(await town.subject("ana")) == until


async def test_a_flood_of_presses_does_it_once_and_fills_nothing(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    await presses(town, path)
    await town.settle()
    rows = [count(town, table) for table in ("conversation", "grant", "audit", "job", "freeze")]
    for _ in range(40):
        assert (await send(town, "POST", path, PRESS)).status == 200
    await town.settle()
    assert [count(town, table) for table in ("conversation", "grant", "audit", "job", "freeze")] == rows


@pytest.mark.both_databases
async def test_many_at_once_do_it_once(town: Town) -> None:
    await his_reset(town)
    path, browsers = await link(town), [Browser(town) for _ in range(6)]
    await at_once(*(presses(town, path, browser) for browser in browsers))
    await town.passes(31)
    tags = await town.tags()
    assert (tags.count("account:disown:changed"), tags.count("identity:change:disowned")) == (1, 1)
    said = {await browser.at() for browser in browsers if browser.window}
    assert said <= {"not_me.undone", "not_me.already"}
    assert "not_me.undone" in said


async def test_a_link_of_a_restarted_conversation_still_works(town: Town) -> None:
    """An attacker can't kill the link by making his grant void: it is asked what was done, not what may be done."""
    await his_reset(town)
    by_hand(town, 'update "grant" set void = true')
    page = await presses(town, await link(town))
    assert await page.at() == "not_me.undone"


async def test_st07_a_grant_row_written_by_hand_gives_no_link_and_undoes_nothing(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    by_hand(town, 'update "grant" set subject = ?', await town.subject("ben"))
    assert (await send(town, "POST", path, PRESS)).status == 410
    assert await town.signs_in("ben", OLD) != "wrong"
    assert await untouched(town)


async def disowning(town: Town) -> str:
    """A turn's tools in the hands of an attacker who has a DISOWN grant on disk, but no link. What he is refused with."""
    _, page = await proven(town)
    async with tools(town, page) as desk:
        subject = await town.subject("ana")
        columns = 'id, conversation, subject, action, "case", proofs, expires, mac, void'
        row = ("grant-his", desk.turn.conversation, subject, Action.DISOWN.value, None, "[]", town.clock.now + 600, "", False)
        by_hand(town, f'insert into "grant" ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)', *row)  # noqa: S608 - names of ours
        try:
            await desk.accounts.disown(GrantId("grant-his"), subject, Secret(HIS))
        except Refuse as no:
            return no.words
    return ""


async def test_st06_a_right_to_disown_written_by_hand_sets_nothing(town: Town) -> None:
    assert await disowning(town) == "accounts.no_right"
    assert await town.signs_in("ana", OLD) == "right"


async def test_st06_it_would_set_his_password_if_grants_were_not_signed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.identity.identity.genuine_grant", lambda *_: True)
    assert await disowning(town) == ""
    assert await town.signs_in("ana", HIS) == "right"


async def test_a_stranger_who_knows_a_grant_has_no_right_without_its_signature(town: Town) -> None:
    await his_reset(town)
    grant = GrantId((await link(town)).removeprefix("/n/").rsplit("~", 1)[0])
    assert await town.app.not_me.change(grant, FALSE) is None
    page = await StrangersPages(town.app.engine, town.app.world).disown(grant, FALSE, "f" * 64, "?", "en")  # past the page
    view = await town.app.engine.view(page)
    assert (view.prompt.id, view.closed) == ("not_me.gone", True)
    assert await untouched(town)


async def test_it_would_undo_it_without_the_check_of_the_link(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await his_reset(town)
    grant = GrantId((await link(town)).removeprefix("/n/").rsplit("~", 1)[0])
    monkeypatch.setattr(type(town.keys), "signed", lambda *_: True)
    await StrangersPages(town.app.engine, town.app.world).disown(grant, FALSE, "f" * 64, "?", "en")  # past the page
    assert await town.signs_in("ana", HIS) == "wrong"
