"""The demo page over HTTP: by forms, by its script's parts, and its inbox as JSON."""

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from adapters.web.health_check import metrics_app
from tests.web.canned import LINK, Canned
from tests.web.serving import PASSPHRASE, CannedDemo, serving

PART = {"X-Part": "1"}


async def test_the_page_shows_chat_phone_and_directory_of_whoever_is_played() -> None:
    async with serving(Canned(), demo=CannedDemo()) as client:
        first, second = await (await client.get("/?as=ana")).text(), await (await client.get("/?as=BEN")).text()
        assert all(said in first for said in ("web.demo.hello[name=Ana Alvarez]", "314159", "654321", "web.state.fine"))
        assert all(said in second for said in ("web.demo.hello[name=Ben Brandt]", "web.state.locked", "web.demo.no_messages"))
        assert (await client.get("/?as=nobody")).status == 404
        assert "web.portal.title" in await (await client.get("/start")).text()


async def test_the_chat_is_played_by_forms_alone() -> None:
    demo = CannedDemo()
    async with serving(Canned(), demo=demo) as client:
        said = await client.post("/demo/say", data={"as": "ana", "text": "I forgot my password"})
        assert (said.url.path_qs, said.status) == ("/?as=ana", 200)
        assert f'href="/l/{LINK}" target="_blank"' in await said.text()
        pressed = await client.post("/demo/press", data={"as": "ana", "token": "win-1.1~mac", "option": "cancel"})
        assert "reset.done" in await pressed.text()
    assert demo.pressed == [("ana", "cancel")]


async def test_a_script_gets_the_part_that_it_replaces() -> None:
    async with serving(Canned(), demo=CannedDemo()) as client:
        part = await (await client.post("/demo/say", data={"as": "ana", "text": "hello"}, headers=PART)).text()
        assert 'data-token="win-1.1~mac"' in part
        assert "<html" not in part
        stale = {"as": "ana", "token": "win-1.0~mac", "option": "cancel"}
        assert "web.moved_on" in await (await client.post("/demo/press", data=stale, headers=PART)).text()
        assert "654321" in await (await client.get("/demo/things?as=ana")).text()
        assert 'data-token="win-1.1~mac"' in await (await client.get("/demo/chat?as=ana&token=")).text()


async def test_signing_in_tells_right_from_wrong_and_puts_no_password_into_an_address() -> None:
    async with serving(Canned(), demo=CannedDemo()) as client:
        right = await client.post("/demo/sign-in", data={"as": "ana", "password": PASSPHRASE})
        assert right.url.path_qs == "/?as=ana&signed=right"
        assert "web.signed.right" in await right.text()
        wrong = await client.post("/demo/sign-in", data={"as": "ana", "password": "x"}, headers=PART)
        assert "web.signed.wrong" in await wrong.text()
        assert (await client.get("/?as=ana&signed=nonsense")).status == 200


async def test_the_inbox_is_json_oldest_first() -> None:
    async with serving(Canned(), demo=CannedDemo()) as client:
        inbox = await (await client.get("/demo/inbox.json?account=ana")).json()
        assert inbox["account"] == "ana"
        assert inbox["authenticator"] == {"code": "314159", "seconds_left": 21}
        assert [message["channel"] for message in inbox["messages"]] == ["mail", "text"]
        assert set(inbox["messages"][0]) == {"at", "channel", "to", "subject", "text"}
        assert (await (await client.get("/demo/inbox.json?account=ben")).json())["authenticator"] is None
        missing = await client.get("/demo/inbox.json?account=nobody")
        assert (missing.status, missing.content_type) == (404, "application/json")


async def test_metrics_have_a_listener_of_their_own() -> None:
    async with TestServer(metrics_app(lambda: "turns_total 3\n")) as server, ClientSession() as session:
        answer = await session.get(server.make_url("/metrics"))
        assert (await answer.text(), answer.content_type) == ("turns_total 3\n", "text/plain")


async def test_the_first_screen_has_three_doors_and_a_story_marks_its_next_step() -> None:
    async with serving(Canned(), demo=CannedDemo()) as client:
        doors = await (await client.get("/")).text()
        assert all(f'href="/?as={login}"' in doors for login in ("ben", "erin", "adam"))
        ben = await (await client.get("/?as=ben")).text()
        assert '<li value="1" aria-current="step">' in ben
        assert (await client.get("/demo/guide?as=ana")).status == 204


async def test_what_is_no_way_to_cheat_is_refused() -> None:
    async with serving(Canned(), demo=CannedDemo()) as client:
        tried = await (await client.post("/demo/cheat", data={"cheat": "link"})).text()
        assert "demo.cheat.link.holds" in tried
        await client.post("/demo/agent", data={"as": "", "do": "stop"})
        stopped = await (await client.post("/demo/cheat", data={"cheat": "name"})).text()
        assert "demo.cheat.name.stopped" in stopped
        assert (await client.post("/demo/cheat", data={"cheat": "root"})).status == 400
