"""ST02-ST05, ST08, ST41: requests that no browser of ours would send change nothing, learn nothing and break nothing."""

import json

import pytest

from tests.kit.attackers import FORGOT, HIS, by_hand, count, opened, picks, proven, send, stranger, tells, unharmed
from tests.kit.kinds import TOTP
from tests.kit.people import SAFARI, Browser, Terminal
from tests.kit.town import Town

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
ODD_COOKIES = [
    "browser=", 'browser="', "browser=null", "browser=0", "browser=" + "0" * 63, "browser=" + "G" * 64, "browser=" + "a" * 65,
    "browser=" + "A" * 64, "__Host-browser=" + "a" * 64, "browser[]=" + "a" * 64, ";;;", "=", "browser=a; browser=b", "\xff=\xfe",
    "browser=" + "x" * 4000, "$Version=1; browser=x", "browser=..%2f..%2f", "browser='; drop table window; --",
]  # fmt: skip


async def test_st03_every_page_of_somebody_is_nobodys_without_her_cookie(town: Town) -> None:
    _, page = await proven(town)
    token, at = (await page.view()).token, f"/p/{page.window}"
    for cookie in ("", "browser=" + "0" * 64, *ODD_COOKIES):
        for method, path, data in (
            ("GET", at, None),
            ("HEAD", at, None),
            ("POST", at, {"token": token, "said": HIS}),
            ("POST", at, {"token": token, "option": "cancel"}),
            ("GET", f"{at}/live?turn=0", None),
            ("POST", f"{at}/check", {"token": token, "said": "x"}),
            ("POST", f"{at}/suggest", {"token": token}),
        ):
            assert (await send(town, method, path, data, Cookie=cookie)).status == 404, (cookie, method, path)
    assert (await page.at(), await unharmed(town)) == ("reset.new", True)


@pytest.mark.parametrize(
    "token", ["", "null", "~", "{window}.{turn}", "{window}.{turn}~", "{window}.{turn}~" + "0" * 32, "{window}.99~x"]
)
async def test_st04_an_empty_or_forged_token_is_none(town: Town, token: str) -> None:
    _, page = await opened(town, "ana")
    view = await page.view()
    made = token.format(window=page.window, turn=view.turn)
    answer = await page.post(f"/p/{page.window}", token=made, said=await town.code("ana", TOTP))
    assert (answer.status, count(town, "proof")) == (409, 0)


async def test_st06_a_token_of_one_page_moves_no_other(town: Town) -> None:
    _, anas = await proven(town)
    _, devs = await opened(town, "dev")
    before, both = await anas.view(), Browser(town, cookie=devs.cookie)
    for window, token in ((anas.window, (await devs.view()).token), (devs.window, before.token)):
        answer = await both.post(f"/p/{window}", token=token, said=HIS)
        assert answer.status in {404, 409, 422}
        assert town.app.words.say("reset.new") not in answer.text
    assert (await anas.view(), await unharmed(town)) == (before, True)


@pytest.mark.parametrize(
    "body",
    [
        "token={token}&said[]=x", "token={token}&said=x&said=y", "token={token}&said=%00", "token={token}&said", "token={token}",
        "token[]={token}&said=x", "token={token}&said=x&option=cancel", "token={token}&said=x&subject=contoso:ben", "said=x",
        "token={token}&said=%ff%fe", "token={token}&said=%ed%a0%80", '{{"token": "{token}", "said": null}}', "&&&", "=",
    ],
)  # fmt: skip
async def test_st05_other_shapes_of_a_form_are_refused(town: Town, body: str) -> None:
    _, page = await opened(town, "ana")
    view = await page.view()
    sent = body.format(token=view.token)
    answer = await send(town, "POST", f"/p/{page.window}", sent, Cookie=f"browser={page.cookie}", **FORM)
    assert answer.status == 400
    assert (await page.view()).turn == view.turn


@pytest.mark.parametrize("said", [["123456"], {"code": "123456"}, None, True, 123456])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=b", ""])
async def test_st05_json_is_no_form(town: Town, said: object, kind: str) -> None:
    _, page = await opened(town, "ana")
    body = json.dumps({"token": (await page.view()).token, "said": said})
    answer = await send(town, "POST", f"/p/{page.window}", body, Cookie=f"browser={page.cookie}", Content_Type=kind)
    assert (answer.status, await page.at()) == (415, "method.totp.ask")


@pytest.mark.parametrize(
    "code", ["²²²²²²", "12345", "1234567", "12e456", "-12345", "0x1234", "１２３４５", "  ", "true", "None", "' or 1=1"]
)
async def test_st05_a_code_is_six_plain_digits_and_anything_else_costs_no_try(town: Town, code: str) -> None:
    _, page = await opened(town, "ana")
    assert (await page.types(code)).status == 422
    assert not by_hand(town, "select key from counter where key like 'code:%' or key like 'fail:%'")


@pytest.mark.parametrize(
    "header", ["X_Forwarded_Host", "X_Forwarded_Server", "X_Original_Host", "Forwarded", "X_Host", "X_Forwarded_Proto"]
)
async def test_st08_links_are_made_from_the_settings_alone(town: Town, header: str) -> None:
    poison = {header: "host=evil.example" if header == "Forwarded" else "evil.example"}
    answer = await send(town, "POST", "/demo/say", {"as": "ana", "text": FORGOT}, **poison)
    assert answer.status == 303
    shown = await send(town, "GET", "/?as=ana", **poison)
    assert "/l/page-" in shown.text
    assert "evil" not in shown.text + answer.headers["Location"]


async def test_st08_another_host_is_not_served_at_all(town: Town) -> None:
    link, page = "/l/x~y", await stranger(town, "ana")
    paths = ("/", "/start", link, f"/p/{page.window}", "/demo/inbox.json?account=ana")
    for host in ("evil.example", "localhost:8400.evil.example", "localhost:8400@evil.example", "localhost", "", "localhost:8401"):
        for path in paths:
            assert (await send(town, "GET", path, Host=host, Cookie=f"browser={page.cookie}")).status in {400, 421}


async def test_st08_a_resent_code_names_no_host(town: Town) -> None:
    page = await stranger(town, "ana")
    await picks(town, page, "ana", "E-mail")
    data = {"token": (await page.view()).token, "option": "again"}
    await send(town, "POST", f"/p/{page.window}", data, Cookie=f"browser={page.cookie}", X_Forwarded_Host="evil.example")
    await tells(town, page, "ana")
    texts = [m.text for m in (await town.app.demo().inbox("ana")).messages]
    assert len(texts) == 2
    assert not [text for text in texts if "evil" in text or "http" in text]


async def test_st41_scanners_and_previews_burn_nothing(town: Town) -> None:
    ana = Terminal(town, "ana")
    await ana.says(FORGOT)
    link, rows, before = await ana.link(), len(await town.audit()), count(town, "counter")
    for agent in ("Slackbot-LinkExpanding 1.0", "Microsoft SafeLinks", "facebookexternalhit/1.1", SAFARI, ""):
        for method in ("GET", "HEAD"):
            answer = await send(town, method, link, User_Agent=agent)
            assert (answer.status, answer.headers.get("Set-Cookie"), answer.headers["Referrer-Policy"]) == (
                200,
                None,
                "no-referrer",
            )
    await town.settle()
    assert (len(await town.audit()), count(town, "challenge"), count(town, "counter")) == (rows, 0, before)
    page = Browser(town)
    await page.lands(link, "Authenticator app")
    assert await page.at() == "method.totp.ask"


async def test_st41_a_link_is_no_secret_that_a_page_passes_on(town: Town) -> None:
    _, page = await proven(town)
    shown = await page.reads()
    assert "/l/" not in shown
    assert "http" not in shown.replace("http-equiv", "")


@pytest.mark.parametrize("cookie", ODD_COOKIES)
async def test_an_attackers_cookie_isnt_taken_on(town: Town, cookie: str) -> None:
    ana = Terminal(town, "ana")
    await ana.says(FORGOT)
    answer = await send(town, "POST", await ana.link(), {"option": "x"}, Cookie=cookie)
    given = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    assert (answer.status, len(given)) == (303, 64)
    assert given not in cookie


async def test_another_sites_form_does_nothing(town: Town) -> None:
    _, page = await proven(town)
    data = {"token": (await page.view()).token, "said": HIS}
    for origin in ("https://evil.example", "null", "", "http://localhost:8400.evil.example", "http://localhost"):
        answer = await send(town, "POST", f"/p/{page.window}", data, Cookie=f"browser={page.cookie}", Origin=origin)
        assert answer.status == 403
    assert await unharmed(town)


@pytest.mark.parametrize(
    "path",
    ["/./demo/inbox.json", "//demo/inbox.json", "/demo//inbox.json", "/demo/inbox.json;x", "/DEMO/inbox.json", "/demo%2finbox.json",
     "/static/../demo/inbox.json", "/static/..%2f..%2fserver.py", "/%2e/p/{window}", "/p/{window}/", "/p/{window};a", "/p/{window}%00",
     "/P/{window}", "//p/{window}", "/p/../p/{window}/live", "/l/..%2fp%2f{window}", "/metrics", "/readyz/..;/metrics"],
)  # fmt: skip
async def test_st02_no_path_leads_round_the_doors(town: Town, path: str) -> None:
    _, page = await proven(town)
    answer = await send(town, "GET", path.format(window=page.window))
    assert answer.status in {400, 404}


async def test_st01_pages_out_of_order_lead_nowhere(town: Town) -> None:
    _, page = await opened(town, "ana")
    at, token = f"/p/{page.window}", (await page.view()).token
    cookie = f"browser={page.cookie}"
    for path, data in ((f"{at}/check", {"token": token, "said": HIS}), (f"{at}/suggest", {"token": token})):
        assert (await send(town, "POST", path, data, Cookie=cookie)).status == 409
    for option in ("reset.new", "granted", "stay", "go", "try", "reset"):
        assert (await page.presses(option)).status == 422
    assert (await page.types(HIS)).status == 422
    assert await unharmed(town)
