"""Landing, sealed page and portal over HTTP, played with a canned engine."""

import asyncio

import pytest

from adapters.web.crowding import WaitingPolls
from tests.web.canned import LINK, PROMPTS, WINDOW, Canned
from tests.web.serving import PASSPHRASE, serving

LANDING, PAGE = f"/l/{LINK}", f"/p/{WINDOW}"
FIREFOX = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"}


async def test_looking_at_a_link_changes_nothing_however_often() -> None:
    engine = Canned()
    async with serving(engine) as client:
        for look in (client.get, client.head, client.head):
            answer = await look(LANDING)
            assert (answer.status, "Set-Cookie" in answer.headers) == (200, False)
        text = await (await client.get(LANDING)).text()
        assert all(said in text for said in ("about.reset", "web.place.demo", 'value="m2"'))
    assert engine.bound == []


async def test_one_post_binds_chooses_and_leads_to_the_page() -> None:
    engine = Canned()
    async with serving(engine) as client:
        answer = await client.post(LANDING, data={"option": "m2"}, headers=FIREFOX, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, PAGE)
        cookie = answer.headers["Set-Cookie"]
        assert all(part in cookie for part in ("browser=", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "verify.how" in await (await client.get(PAGE)).text()
    assert engine.bound == [("Firefox on Windows", "m2")]


async def test_a_second_browser_is_told_that_the_link_is_taken_and_sees_no_page() -> None:
    engine = Canned()
    async with serving(engine) as mine:
        await mine.post(LANDING, data={"open": "1"})
        mine.session.cookie_jar.clear()
        for answer in (await mine.get(LANDING), await mine.post(LANDING, data={"open": "1"})):
            assert answer.status == 410
            assert "web.taken.title" in await answer.text()
            assert "web.taken.mine" not in await answer.text()
        assert (await mine.get(PAGE)).status == 404
        assert (await mine.post(PAGE, data={"token": "win-1.1~mac", "option": "m1"})).status == 404


async def test_the_same_browser_finds_its_way_back_by_the_old_link() -> None:
    async with serving(Canned()) as client:
        await client.post(LANDING, data={"open": "1"})
        again = await client.get(LANDING)
        assert again.status == 410
        assert "web.taken.mine" in await again.text()
        assert (await client.post(LANDING, data={"open": "1"}, allow_redirects=False)).headers["Location"] == PAGE


async def test_a_dead_link_says_so() -> None:
    async with serving(Canned(over=True)) as client:
        for answer in (await client.get(LANDING), await client.post(LANDING, data={"open": "1"})):
            assert answer.status == 410
            assert "web.gone.title" in await answer.text()


async def test_a_whole_walk_by_forms_alone() -> None:
    engine = Canned()
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        for turn, answer in enumerate(({"option": "m1"}, {"said": "123456"}, {"said": PASSPHRASE}), 1):
            went = await client.post(PAGE, data={"token": f"win-1.{turn}~mac", **answer}, allow_redirects=False)
            assert (went.status, went.headers["Location"]) == (303, PAGE)
        assert "reset.done" in await (await client.get(PAGE)).text()
    assert [(option, typed) for _, option, typed in engine.taken] == [("m1", False), (None, True), (None, True)]


async def test_a_password_arrives_as_it_was_typed() -> None:
    engine = Canned(turn=3)
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        await client.post(PAGE, data={"token": "win-1.3~mac", "said": " zwölf+Wörter & 100 % "})
    assert [said.reveal() for said in engine.said] == [" zwölf+Wörter & 100 % "]


async def test_a_stale_button_shows_where_one_is_now() -> None:
    engine = Canned()
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        engine.go_on()
        answer = await client.post(PAGE, data={"token": "win-1.1~mac", "option": "m1"})
        text = await answer.text()
        assert answer.status == 409
        assert "web.moved_on" in text
        assert "win-1.2~mac" in text


async def test_what_doesnt_fit_is_said_at_once_since_no_row_keeps_it() -> None:
    engine = Canned(turn=2, misfit=True)
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        answer = await client.post(PAGE, data={"token": "win-1.2~mac", "said": "12"})
        assert answer.status == 422
        assert "engine.digits[digits=6]" in await answer.text()


async def test_news_come_as_soon_as_there_are_some() -> None:
    engine = Canned()
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        polled = asyncio.create_task(client.get(f"{PAGE}/live?turn=1"))
        await asyncio.sleep(0.1)
        assert not polled.done()
        engine.go_on()
        text = await (await polled).text()
        assert 'data-turn="2"' in text
        assert "<html" not in text


@pytest.mark.parametrize("share", [WaitingPolls(most=1), WaitingPolls(of_browser=1)])
async def test_beyond_so_many_waiting_pages_one_is_answered_at_once_and_told_when_to_ask_again(
    share: WaitingPolls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.sealed_page.WaitingPolls", lambda: share)
    async with serving(Canned()) as client:
        await client.post(LANDING, data={"open": "1"})
        waits = asyncio.create_task(client.get(f"{PAGE}/live?turn=1"))
        await asyncio.sleep(0.1)
        answer = await client.get(f"{PAGE}/live?turn=1")
        assert (answer.status, answer.headers["Retry-After"], waits.done()) == (204, "10", False)
        behind = await client.get(f"{PAGE}/live?turn=0")  # there is news: nothing to wait for
        assert behind.status == 200
        waits.cancel()


async def test_rules_are_ticked_while_a_new_password_is_typed_and_at_no_other_time() -> None:
    engine = Canned(turn=3)
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        checked = await client.post(f"{PAGE}/check", data={"token": "win-1.3~mac", "said": "contoso-contoso"})
        assert await checked.json() == [
            {"id": "web.continue", "text": "web.continue[least=12]", "met": True},
            {"id": "web.suggest", "text": "web.suggest", "met": False},
        ]
        assert (await client.post(f"{PAGE}/check", data={"token": "win-1.2~mac", "said": "x"})).status == 409
        engine.turn = 2
        assert (await client.post(f"{PAGE}/check", data={"token": "win-1.2~mac", "said": "x"})).status == 409


async def test_a_passphrase_is_suggested_with_a_script_and_without() -> None:
    async with serving(Canned(turn=3)) as client:
        await client.post(LANDING, data={"open": "1"})
        form = {"token": "win-1.3~mac"}
        scripted = await client.post(f"{PAGE}/suggest", data=form, headers={"Accept": "application/json"})
        assert await scripted.json() == {"passphrase": PASSPHRASE}
        assert f'value="{PASSPHRASE}"' in await (await client.post(f"{PAGE}/suggest", data=form)).text()
        assert PASSPHRASE not in await (await client.get(PAGE)).text()


async def test_the_portal_begins_with_a_page_that_is_bound_already() -> None:
    engine = Canned(script=[PROMPTS["name"]])
    async with serving(engine) as client:
        assert "web.portal.title" in await (await client.get("/")).text()
        answer = await client.post("/start", data={"wish": "unlock"}, headers=FIREFOX)
        assert answer.url.path == PAGE
        assert "find.self" in await answer.text()
        assert (await client.post("/start", data={"wish": "admin"})).status == 400
    assert engine.bound == [("Firefox on Windows", "unlock")]


async def test_a_visitor_is_spoken_to_in_his_language() -> None:
    async with serving(Canned()) as client:
        for wanted, given in (
            ("de-AT,de;q=0.9,en;q=0.5", "de"),
            ("fr;q=x, en-GB;q=0.7, de;q=0.8", "de"),
            ("", "en"),
            ("fr", "en"),
        ):
            answer = await client.get("/", headers={"Accept-Language": wanted})
            assert answer.headers["Content-Language"] == given
