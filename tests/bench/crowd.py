"""What an honest visitor pays for a crowd: a conversation's beginning, alone, beside half-open connections, and beside pages that wait."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

from adapters.web.listener import Listener
from bot.platform.descriptors import raise_descriptor_limit, room_for_connections
from tests.bench.house import House

HALF_OPEN, WAITING, ROUNDS = 1100, 800, 15
HOST = "Host: localhost:8400\r\n"
SLOW = f"GET /start HTTP/1.1\r\n{HOST}X-Slow: "
FORM = "wish=reset"
BEGIN = f"POST /start HTTP/1.1\r\n{HOST}Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n"


async def crowded(made: House) -> list[str]:
    """Medians in milliseconds, and how many times the first one they are; less than 1.5 times is what is promised."""
    listener = Listener(made.app.pages(), room_for_connections(raise_descriptor_limit()), 0.1)
    await listener.open("127.0.0.1", 0)
    port = listener.ports[0]
    try:
        alone = await _visits(port)
        async with _held(port, [SLOW] * HALF_OPEN):
            half = await _visits(port)
        async with _held(port, [await _poll(port) for _ in range(WAITING)]):
            waits = await _visits(port)
    finally:
        await listener.close()
    beside = ((f"{HALF_OPEN} half-open connections", half), (f"{WAITING} pages that wait", waits))
    told = [f"  beside {what:40}{took:8.1f} ms   {took / alone:.2f} times" for what, took in beside]
    return [f"a conversation is begun, and its page read     {alone:8.1f} ms", *told]


async def _visits(port: int) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await _poll(port)
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


async def _poll(port: int) -> str:
    """Begins, reads the page, and says what that page would wait with."""
    begun = await _asked(port, BEGIN + FORM)
    page, cookie = _one(r"Location: (\S+)", begun), _one(r"Set-Cookie: ([^;]+)", begun)
    turn = _one(
        r'data-turn="(\d+)"', await _asked(port, f"GET {page} HTTP/1.1\r\n{HOST}Cookie: {cookie}\r\nConnection: close\r\n\r\n")
    )
    return f"GET {page}/live?turn={turn} HTTP/1.1\r\n{HOST}Cookie: {cookie}\r\n\r\n"


async def _asked(port: int, said: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said.encode())
    answer = await reader.read()
    writer.close()
    return answer.decode()


def _one(what: str, answer: str) -> str:
    found = re.search(what, answer)
    assert found, answer[:200]
    return found[1]


@asynccontextmanager
async def _held(port: int, sayings: list[str]) -> AsyncIterator[None]:
    held = []
    for said in sayings:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said.encode())
        held.append(writer)
    yield
    for writer in held:
        writer.close()
