"""Bodies that aren't encoded as they say, under a token that is Teams': refused as nothing that it sends, never put off till later."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from adapters.http import bodies
from tests.kit.teams import PATH, TeamsChat
from tests.kit.town import Town
from tests.teams.test_hostile import nothing_ran, wish

LIES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", lambda body: body), ("deflate", lambda body: body), ("br", lambda body: body), ("zstd", lambda body: body),
    ("gzip", lambda body: gzip.compress(body)[:12]), ("gzip", zlib.compress),
    ("deflate", lambda body: zlib.compress(body)[:-3]), ("deflate", gzip.compress),
    ("deflate", lambda _: b"\x78"), ("gzip, gzip", gzip.compress), ("gzip,deflate", gzip.compress), ("x-gzip", gzip.compress), ("identity", gzip.compress),
    ("", gzip.compress), ("GZIP", lambda body: body), ("gzip", lambda _: gzip.compress(b"[" * 300_000)), ("gzip", lambda _: b""), ("deflate", lambda _: b""),
]  # fmt: skip


@pytest.mark.parametrize("pause", [0, 0.05])
@pytest.mark.parametrize(("encoding", "encode"), LIES, ids=range(len(LIES)))
async def test_a_body_that_isnt_encoded_as_it_says_is_refused(
    town: Town, ana: TeamsChat, monkeypatch: pytest.MonkeyPatch, encoding: str, encode: Callable[[bytes], bytes], pause: float
) -> None:
    monkeypatch.setattr(bodies, "SENT", 0.3)  # seconds; of some lies the library tells nobody
    body, port = encode(json.dumps(wish(ana)).encode()), town.web.server.port
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost:8400\r\nConnection: close\r\nContent-Type: application/json\r\n"
    signed = f"Authorization: Bearer {town.teams.token(town.clock.now)}\r\nContent-Encoding: {encoding}\r\n"
    with capture_logs() as logged:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}{signed}Content-Length: {len(body)}\r\n\r\n".encode())
        await asyncio.sleep(pause)
        writer.write(body)
        status = int((await asyncio.wait_for(reader.readline(), 10)).split()[1])
        writer.close()
    assert 400 <= status < 500
    assert "error" not in {line["log_level"] for line in logged}
    assert await nothing_ran(town)
