"""The listener under strangers who say nothing, say it slowly, say something else than HTTP, or come in crowds."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import structlog
from structlog.testing import capture_logs

from adapters.http import bodies
from adapters.web import visitor_connection
from adapters.web.listener import Listener
from adapters.web.security_headers import SecurityHeaders
from bot.platform.process import log_to_stderr
from tests.web.canned import Canned
from tests.web.serving import app

SECRET = b"tok3n-of-a-link"
ASK = b"GET /healthz HTTP/1.1\r\nHost: localhost:1\r\n\r\n"
FORM = (
    b"POST /start HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
)
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def listening(most: int = 100) -> AsyncIterator[int]:
    """Our own pages behind a listener with so much room; gives its port."""
    listener = Listener(app(Canned(), "http://localhost:1"), most, 0.1)
    await listener.open("127.0.0.1", 0)
    try:
        yield listener.ports[0]
    finally:
        await listener.close()


async def dial(port: int, *said: bytes) -> Wire:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for words in said:
        writer.write(words)
        await writer.drain()
    return reader, writer


async def answer(wire: Wire) -> bytes:
    """All that is said until they hang up; nothing where they only hang up."""
    try:
        return await asyncio.wait_for(wire[0].read(), 10)
    except ConnectionResetError:
        return b""
    finally:
        wire[1].close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor_connection, "HEAD", 0.6)
    monkeypatch.setattr(bodies, "SENT", 0.6)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost:", b"\r\n"])
async def test_a_head_that_doesnt_come_is_waited_for_no_longer(said: bytes) -> None:
    async with listening() as port:
        assert await answer(await dial(port, said) if said else await dial(port)) == b""


@pytest.mark.usefixtures("hasty")
async def test_a_byte_now_and_then_buys_no_time_at_the_first_request_or_a_later_one() -> None:
    async with listening() as port:
        for before in (b"", ASK):
            reader, writer = await dial(port, before)
            if before:
                assert await reader.readuntil(b"ok")
            began = asyncio.get_running_loop().time()
            with suppress(ConnectionError):
                while asyncio.get_running_loop().time() - began < 8:
                    writer.write(b"G")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            writer.close()
            assert asyncio.get_running_loop().time() - began < 6


@pytest.mark.usefixtures("hasty")
async def test_a_body_that_doesnt_come_is_refused() -> None:
    async with listening() as port:
        assert (await answer(await dial(port, FORM, b"wish"))).startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("hasty")
async def test_whoever_has_asked_may_think_before_asking_again() -> None:
    async with listening() as port:
        reader, writer = await dial(port, ASK)
        assert await reader.readuntil(b"ok")
        await asyncio.sleep(1.2)
        writer.write(ASK)
        assert await reader.readuntil(b"ok")
        writer.close()


async def test_silent_ones_make_room_for_whoever_asks() -> None:
    async with listening(most=10) as port:
        silent = [await dial(port) for _ in range(30)]
        reader, writer = await dial(port, ASK)
        assert await asyncio.wait_for(reader.readuntil(b"ok"), 5)
        for wire in (*silent, (reader, writer)):
            wire[1].close()


async def test_nobody_who_is_being_answered_is_sent_away() -> None:
    async with listening(most=2) as port:
        asking = [await dial(port, FORM.replace(b"Host", b"Expect: 100-continue\r\nHost")) for _ in range(2)]
        for reader, _ in asking:
            assert await reader.readuntil(b"100 Continue\r\n\r\n")
        late = await dial(port, ASK)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(late[0].readuntil(b"ok"), 0.3)
        for _, writer in asking:
            writer.write(b"wish=none")
        assert [(await asyncio.wait_for(reader.readline(), 5)).split()[1] for reader, _ in asking] == [b"400", b"400"]
        assert await asyncio.wait_for(late[0].readuntil(b"ok"), 5)
        for _, writer in (*asking, late):
            writer.close()


@pytest.mark.parametrize(
    "said",
    [
        b"GET /l/" + SECRET + b"\x01 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nCookie: browser=" + SECRET + b"\r\nbad header \x00: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost:1\r\nCookie: " + SECRET * 1000 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\nX: " + SECRET + b"\r\n\r\n",
        b"POST /start HTTP/1.1\r\nContent-Length: " + SECRET + b"\r\n\r\n",
        b"POST /start HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" + SECRET,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SECRET,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + SECRET * 3 + b"\r\n\r\n",
        b"GET http://[" + SECRET + b" HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n",
        b"CONNECT " + SECRET + b":99999 HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost:1\r\nExpect: " + SECRET + b"\r\nConnection: close\r\n\r\n",
    ],
    ids=range(11),
)
async def test_what_is_no_http_is_told_so_in_our_words_and_logged_without_its_own(
    said: bytes, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logged:
        async with listening() as port:
            head, _, body = (await answer(await dial(port, said))).partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert status.split()[1] in {"400", "404", "405", "417", "421"}
    assert headers.items() >= SecurityHeaders(https=False).all().items()
    kept = f"{logged} {capsys.readouterr()} {caplog.text}"
    assert not [word for word in (SECRET.decode(), "Traceback") if word in kept]
    assert not [word for word in (b"aiohttp", b"Python", b"Traceback") if word in head + body]


async def test_what_a_library_logs_is_where_and_what_kind_and_never_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    log_to_stderr()
    logging.getLogger("aiohttp.server").error("Error from %s", SECRET, exc_info=ValueError(SECRET))
    logging.getLogger("asyncio").warning("%r took long", SECRET)
    structlog.configure(**before)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["library"], line["fault"]) for line in lines] == [("aiohttp.server", "ValueError"), ("asyncio", "")]
    assert SECRET.decode() not in str(lines)
