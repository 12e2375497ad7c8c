"""Lines between agents and bot: long envelopes, odd frames, strangers at either end, and clocks that differ."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.writeback.endpoint import AWAY
from adapters.writeback.key_file import KeyFile
from adapters.writeback.messages import (
    FRAME,
    PARTS,
    AgentAnswer,
    AgentHello,
    Garbage,
    Joined,
    Ready,
    Welcome,
    enveloped,
    frames,
    opened,
)
from adapters.writeback.sealing import public
from bot.platform.ids import SubjectId
from bot.writeback.agent_mac import PURPOSE
from store.directory_admin import AdministeredDirectory
from tests.kit.agents import Bench
from tests.kit.directories import NEW


def test_a_long_envelope_travels_in_parts_and_comes_together_again() -> None:
    whole = enveloped(AgentAnswer("request-1", "agent-1", "done", result="x" * (FRAME * 3)))
    parts = frames(whole)
    assert len(parts) == 4
    assert all(len(part) <= FRAME for part in parts)
    joined = Joined()
    assert [joined.add(part) for part in parts] == [None, None, None, whole]
    with pytest.raises(Garbage):
        frames(enveloped(AgentAnswer("request-1", "agent-1", "done", result="x" * (FRAME * (PARTS + 1)))))


@pytest.mark.parametrize(
    "odd", ["", "{", "[]", '{"v":2}', "+2/2\nx", "+1/0\nx", "+1/999999\nx", "+x", "\0", "9" * 400, "[" * 10**5]
)
def test_odd_frames_are_garbage(odd: str) -> None:
    with pytest.raises(Garbage):
        Joined().add(odd)


@pytest.mark.parametrize("odd", ["garbage", "{}", "x" * (FRAME + 1), enveloped(AgentHello("agent-1", "00")).text])
async def test_whatever_a_bot_answers_that_is_none_the_agent_hangs_up_and_dials_again(
    bench: Bench, directory: AdministeredDirectory, odd: str
) -> None:
    site = await bench.site(directory)
    link = bench.relay.connections[site.id]
    await link.ws.send_str(odd)
    await bench.until(
        lambda: "request.not_genuine" in site.journal.events() or bench.relay.connections.get(site.id) not in (None, link)
    )
    assert (await bench.directory("demo").health()).ok


@pytest.mark.parametrize("odd", ["garbage", "x" * (FRAME + 1), enveloped(AgentAnswer("request-1", "agent-1", "done")).text])
async def test_whatever_an_agent_says_that_is_not_its_own_word_ends_its_line(
    bench: Bench, directory: AdministeredDirectory, odd: str
) -> None:
    site = await bench.site(directory)
    link = bench.relay.connections[site.id]
    assert site.ws is not None
    await site.ws.send_str(odd)
    await bench.until(lambda: link.ws.closed)
    await bench.until(lambda: bench.relay.connections.get(site.id) not in (None, link))


async def test_an_older_word_on_which_key_to_seal_to_is_none(bench: Bench, directory: AdministeredDirectory) -> None:
    """Signed by the agent itself, in another greeting: whoever puts it between is after the former key."""
    site = await bench.site(directory)
    link = bench.relay.connections[site.id]
    assert site.ws is not None
    older = Ready(site.id, "another", public(site.executor.keys.sealing[0].key), "1")
    await site.ws.send_str(enveloped(older, site.executor.keys.identity).text)
    await bench.until(lambda: link.ws.closed)


async def test_a_stranger_is_turned_away_and_so_is_a_page_in_a_browser(bench: Bench, directory: AdministeredDirectory) -> None:
    site = await bench.site(directory)
    async with aiohttp.ClientSession() as session:
        for origin in ({"Origin": bench.url}, {"Sec-Fetch-Site": "cross-site"}):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(f"{bench.url}/agent/live", headers=origin)
        for first in ("garbage", enveloped(AgentHello("agent-unknown", "00")).text, "x" * (FRAME + 1)):
            async with session.ws_connect(f"{bench.url}/agent/live") as ws:
                await ws.send_str(first)
                assert (await ws.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
        async with session.ws_connect(f"{bench.url}/agent/live") as ws:  # knows the name of an agent, and not its key
            await ws.send_str(enveloped(AgentHello(site.id, "00")).text)
            welcome = opened((await ws.receive()).data).read(Welcome, None)
            old = bench.relay.connections[site.id].ready  # overheard, from another greeting
            async with session.ws_connect(f"{bench.url}/agent/live") as again:
                await again.send_str(enveloped(AgentHello(site.id, "00")).text)
                await again.receive()
                await again.send_str(old.text)
                await again.receive()
                assert again.close_code == AWAY
            ready = Ready(site.id, welcome.challenge, public(site.executor.keys.sealing[0].key), "1")
            thief = KeyFile.fresh(bench.folder / "thief", bench.url, bench.world)
            await ws.send_str(enveloped(ready, thief.identity).text)
            assert (await ws.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
    assert list(bench.relay.connections) == [site.id]


async def test_an_agent_does_not_talk_to_whoever_answers_at_the_bots_address(
    bench: Bench, directory: AdministeredDirectory
) -> None:
    """Another server, whatever certificate it has: it can't sign as the pinned bot, nor serve an old greeting again."""
    site = await bench.site(directory)
    heard: list[str] = []
    old = enveloped(Welcome(site.id, "00", "11", bench.world.now()), _signer(bench)).text

    async def live(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.receive()
        await ws.send_str(old)
        heard.append(str((await ws.receive()).type))
        return ws

    app = web.Application()
    app.add_routes([web.get("/agent/live", live)])
    other = TestServer(app)
    await other.start_server()
    await site.dies()
    site.executor.ledger._file = (bench.folder / "again").open("a")
    site.executor.keys = replace(site.executor.keys, url=f"http://127.0.0.1:{other.port}")
    site.dials()
    await bench.until(lambda: bool(heard))
    assert heard[0] in (str(WSMsgType.CLOSE), str(WSMsgType.CLOSED))
    await other.close()


async def test_clocks_that_are_too_far_apart_make_no_line_and_a_little_is_reckoned_with(
    bench: Bench, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    behind = replace(bench.world, now=lambda: bench.world.now() - 40)
    site = await bench.site(directory, world=behind)
    assert site.executor.ahead == 40
    await bench.directory("demo").reset(ana, NEW)
    far = replace(bench.world, now=lambda: bench.world.now() - 400)
    with pytest.raises(TimeoutError):
        await bench.site(directory, world=far, patience=1.0)
    assert any("clocks are 400 seconds apart" in str(values.get("why")) for _, values in bench.sites[-1].journal.lines)


def _signer(bench: Bench) -> Ed25519PrivateKey:
    return bench.keys.signer(PURPOSE, bench.keys.current)


async def test_it_dials_again_later_and_later_and_never_at_the_same_moment_as_others(
    bench: Bench, directory: AdministeredDirectory
) -> None:
    site = await bench.site(directory)
    await site.dies()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 9:
            raise asyncio.CancelledError

    site.executor.keys = replace(site.executor.keys, url="http://127.0.0.1:9")  # nobody listens there
    site.line.pause = pause
    with pytest.raises(asyncio.CancelledError):
        await site.line.forever()
    for number, seconds in enumerate(pauses):
        most = min(30.0, 0.5 * 2 ** (number + 1))
        assert most / 2 <= seconds <= most
    assert len(set(pauses)) > 5  # chance may throw the same twice
