"""Hostile requests: each gets a kind page with the right status, none a fault, and none reaches the engine."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from adapters.web.browser_cookie import Browsers, label
from adapters.web.forms import LARGEST
from adapters.web.host_check import PublicAddress
from bot.platform.clock import World
from tests.web.canned import LINK, WINDOW, Canned
from tests.web.serving import CannedDemo, app, serving

FORM = "application/x-www-form-urlencoded"
CROSS = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
LANDING, PAGE = f"/l/{LINK}", f"/p/{WINDOW}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "localhost"}, 421),  # the port belongs to the name
        ({"Host": "localhost.evil.example"}, 421),
        ({"Host": "127.0.0.1:{port}"}, 421),
        ({"Host": "LOCALHOST:{port}"}, 200),
        ({"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}, 200),
    ],
    ids=str,
)
async def test_only_the_configured_host_is_served(headers: dict[str, str], status: int) -> None:
    async with serving(Canned()) as client:
        sent = {name: value.format(port=client.port) for name, value in headers.items()}
        answer = await client.get("/", headers=sent)
        assert answer.status == status
        assert "evil" not in await answer.text()


async def test_a_request_with_two_hosts_or_none_is_refused() -> None:
    async with serving(Canned()) as client:
        for lines in ("", f"Host: localhost:{client.port}\r\nHost: evil.example\r\n"):
            reader, writer = await asyncio.open_connection("localhost", client.port)
            writer.write(f"GET / HTTP/1.0\r\n{lines}\r\n".encode())
            assert (await reader.readline()).split()[1] in {b"400", b"421"}
            writer.close()


async def test_health_is_told_by_any_name_and_readiness_by_ours_alone() -> None:
    async with serving(Canned(), ready=False) as client:
        assert (await client.get("/healthz", headers={"Host": "10.0.0.7"})).status == 200
        assert (await client.get("/readyz")).status == 503
        assert (await client.get("/readyz", headers={"Host": "10.0.0.7"})).status == 421


async def test_the_demo_answers_to_the_loopback_address_too() -> None:
    async with serving(Canned(), demo=CannedDemo()) as client:
        assert (await client.get("/", headers={"Host": f"127.0.0.1:{client.port}"})).status == 200


@pytest.mark.parametrize("path", [LANDING, PAGE, f"{PAGE}/check", f"{PAGE}/suggest", "/start"])
@pytest.mark.parametrize(
    "headers",
    [
        CROSS,
        {**CROSS, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": None, "Origin": "null"},
        {"Sec-Fetch-Site": None, "Origin": "https://localhost:{port}"},
    ],
    ids=str,
)
async def test_another_sites_page_can_change_nothing(path: str, headers: dict[str, str | None]) -> None:
    engine = Canned()
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        engine.bound.clear()
        for name, value in headers.items():
            client.session.headers.pop(name, None)
            if value is not None:
                client.session.headers[name] = value.format(port=client.port)
        form = {"token": "win-1.1~mac", "option": "m1"}
        assert (await client.post(path, data=form, allow_redirects=False)).status == 403
    assert (engine.bound, engine.taken) == ([], [])


async def test_an_old_browser_is_known_by_its_origin() -> None:
    async with serving(Canned()) as client:
        client.session.headers.pop("Sec-Fetch-Site")
        ours = {"Origin": f"http://localhost:{client.port}"}
        assert (await client.post(LANDING, data={"open": "1"}, headers=ours, allow_redirects=False)).status == 303


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("option=m1", FORM, 400),  # no token
        ("token=win-1.1~mac", FORM, 400),  # neither pressed nor typed
        ("token=win-1.1~mac&option=m1&said=x", FORM, 400),  # both
        ("token=win-1.1~mac&option=m1&option=m2", FORM, 400),
        ("token=a&token=win-1.1~mac&option=m1", FORM, 400),
        ("token=win-1.1~mac&option[]=m1", FORM, 400),
        ("token=win-1.1~mac&option=m1&admin=1", FORM, 400),
        ("token=win-1.1~mac&said=%00", FORM, 400),
        ("token=win-1.1~mac&said=%ff", FORM, 400),
        ("token=win-1.1~mac&said", FORM, 400),
        ("&".join(f"f{n}=1" for n in range(50)), FORM, 400),
        (b"\xff\xfe", FORM, 400),
        ("", FORM, 400),
        ("token=win-1.1~mac&said=" + "x" * LARGEST, FORM, 413),
        ('{"token": ["win-1.1~mac"], "option": "m1"}', "application/json", 415),
        ("token=win-1.1~mac&option=m1", "text/plain", 415),
        ("--b\r\n\r\n--b--", "multipart/form-data; boundary=b", 415),
        ("token=x~y&option=m1", f"{FORM}; charset=utf-7", 409),  # a charset of the sender's is ignored
        ("token=%E2%82%AC~x&option=m1", FORM, 409),
    ],
)
async def test_a_form_that_isnt_ours_is_refused_kindly(body: str | bytes, kind: str, status: int) -> None:
    engine = Canned()
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        answer = await client.post(PAGE, data=body, headers={"Content-Type": kind}, allow_redirects=False)
        assert answer.status == status
        assert "<h1" in await answer.text()
    assert engine.taken == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{PAGE}/check", 405),
        ("GET", f"{PAGE}/suggest", 405),
        ("POST", f"{PAGE}/live", 405),
        ("PUT", PAGE, 405),
        ("DELETE", LANDING, 405),
        ("OPTIONS", PAGE, 405),
        ("GET", f"{PAGE}/live", 400),  # no turn
        ("GET", f"{PAGE}/live?turn=1&turn=2", 400),
        ("GET", f"{PAGE}/live?turn=-1", 400),
        ("GET", f"{PAGE}/live?turn=%D9%A1", 400),  # a digit, but not of ours
        ("GET", f"{PAGE}/live?turn=99999999999999999999", 400),
        ("GET", "/p/win-2", 404),
        ("GET", "/p/win-1%00", 404),
        ("GET", "/p/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/l/", 404),
        ("GET", "/l/" + "x" * 400, 404),
        ("GET", "/static/..%2fserver.py", 404),
        ("GET", "/static/%2e%2e/server.py", 404),
        ("GET", "//evil.example/", 404),
        ("GET", "/demo/inbox.json?account=ana", 404),
        ("POST", "/demo/say", 404),
        ("GET", "/demo/chat", 404),
        ("GET", "/metrics", 404),
    ],
)
async def test_an_odd_request_gets_its_status_and_a_page(method: str, path: str, status: int) -> None:
    async with serving(Canned()) as client:
        await client.post(LANDING, data={"open": "1"})
        url = URL(f"http://localhost:{client.port}{path}", encoded=True)
        answer = await client.session.request(method, url, allow_redirects=False)
        assert answer.status == status
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", LANDING, "/nowhere", "/healthz", "/static/style.css"])
async def test_every_answer_is_kept_in(path: str) -> None:
    async with serving(Canned()) as client:
        headers = (await client.get(path)).headers
        assert headers["Server"] == "Unlatch"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"


async def test_a_fault_is_told_as_a_reference_and_no_more() -> None:
    engine = Canned()
    async with serving(engine) as client:
        await client.post(LANDING, data={"open": "1"})
        engine.broken = True
        answer = await client.get(PAGE)
        assert answer.status == 500
        assert "planted" not in await answer.text()
        assert (await client.get(PAGE, headers={"Accept": "application/json"})).content_type == "application/json"


@pytest.mark.parametrize("base", ["contoso.example", "ftp://contoso.example", "https://contoso.example/path", "https://"])
def test_a_base_url_that_is_no_origin_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        PublicAddress.read(base, demo=False)


def test_a_cookie_over_https_belongs_to_this_host_alone() -> None:
    assert Browsers(World(), https=True).name == "__Host-browser"
    assert Browsers(World(), https=False).name == "browser"


async def test_over_https_the_cookie_is_secure_and_so_is_the_way_back() -> None:
    behind = {"Host": "recover.contoso.example", "Sec-Fetch-Site": "same-origin"}
    async with TestClient(TestServer(app(Canned(), "https://recover.contoso.example"))) as client:
        answer = await client.post(LANDING, data={"open": "1"}, headers=behind, allow_redirects=False)
        assert answer.status == 303
        assert answer.headers["Set-Cookie"].startswith("__Host-browser=")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("<script>", "?"),
    ],
)
def test_a_browser_is_called_by_a_name_of_ours(agent: str, name: str) -> None:
    assert label(agent) == name
