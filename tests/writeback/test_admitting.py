"""Agents are asked in by one admin and let in by another, each with fresh proofs; in between they get nothing."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from adapters.writeback.endpoint import AgentEndpoint
from adapters.writeback.enrolment import enrol_agent, fingerprint_of
from adapters.writeback.key_file import KeyFile
from bot.model.agents import AgentId, Presence, Stand, fingerprint
from bot.platform.errors import OperatorError
from bot.platform.ids import Line
from bot.platform.secret import Secret
from bot.platform.set_seals import SetKind
from bot.writeback.agent_mac import sealed_agent
from bot.writeback.enrolling import Enrolling
from bot.writeback.enrolment_codes import typed
from flows.agents import Act, AgentRule
from tests.kit.admins import Admin, admin, serves
from tests.kit.guided import hands, hired
from tests.kit.people import Terminal, _without_exhibit
from tests.kit.signing import as_ours
from tests.kit.town import LEASE, Killed, Town

pytestmark = pytest.mark.long
ASK, LET, STOP = "Ask an agent in", "Let ", "Stop "


async def code(inviting: Admin) -> Secret:
    """By a whole story."""
    await inviting.begins(ASK)
    await inviting.proves()
    await inviting.page.picks("Make the code")
    page = await inviting.page.reads()
    found = page.partition('<code class="key">')[2].partition("</code>")[0]
    assert found
    assert found not in _without_exhibit(page)
    inviting.town.secrets |= {found, found.replace("-", "")}
    await inviting.page.picks("That's all")
    return typed(found)


async def comes(town: Town, code: Secret, where: Path, name: str = "dc1") -> KeyFile:
    """An agent enrols, over HTTP."""
    store, app = town.app.store, web.Application()
    app.add_routes(AgentEndpoint(town.app.writeback.relay, Enrolling(store.agents, store.records, town.keys, town.world)).routes)
    server = TestServer(app)
    await server.start_server()
    try:
        return await enrol_agent(f"http://127.0.0.1:{server.port}", code, name, where, None, town.world)
    finally:
        await server.close()


async def stands(town: Town) -> list[Stand]:
    return [known.agent.stand for known in await town.app.store.agents.agents()]


async def test_one_admin_asks_in_and_another_lets_in(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam, zoe = await admin(town, "adam"), await admin(town, "zoe")
    own = await comes(town, await code(adam), tmp_path / "agent.keys")
    assert await stands(town) == [Stand.WAITING]
    assert (tmp_path / "agent.keys").stat().st_mode & 0o777 == 0o600
    await zoe.begins(LET)
    await zoe.proves()
    assert await zoe.page.at() == "agents.compare"
    assert fingerprint_of(own)[:20] in await zoe.page.reads()
    assert fingerprint_of(own)[20:] not in await zoe.page.reads()
    await zoe.page.types(fingerprint_of(own)[20:].lower().replace("-", " "))
    assert await zoe.page.at() == "agents.approved"
    assert await stands(town) == [Stand.APPROVED]
    told = [tag for tag in await town.tags() if tag.startswith("writeback:")]
    assert told == ["writeback:agent:invited", "writeback:agent:enrolled", "writeback:agent:approved"]
    (known,) = await town.app.store.agents.agents()
    assert (known.agent.invited_by, known.agent.approved_by) == (adam.subject, zoe.subject)


async def test_each_turn_may_be_another_process(town: Town, tmp_path: Path) -> None:
    async def anew() -> None:
        await town.replica()
        serves(town)

    serves(town)
    adam, zoe = await admin(town, "adam"), await admin(town, "zoe")
    own = await comes(town, await code(adam), tmp_path / "agent.keys")
    await zoe.says("agents")
    await anew()
    await zoe.says(next(offer for offer in await zoe.chat.offered() if offer.startswith(LET)))
    await anew()
    await zoe.page.lands(await zoe.chat.link(), "Authenticator app")
    for proof in (await town.code("zoe", "totp"), zoe.codes.pop()):
        await anew()
        await zoe.page.types(proof)
        await town.settle()
    await anew()
    await zoe.page.types(fingerprint_of(own)[20:])
    assert await zoe.page.at() == "agents.approved"
    assert await stands(town) == [Stand.APPROVED]


@pytest.mark.parametrize("dies_at", range(1, 5))
async def test_killed_while_it_approves_an_agent_is_let_in_once_or_can_still_be(town: Town, tmp_path: Path, dies_at: int) -> None:
    serves(town)
    adam, zoe = await admin(town, "adam"), await admin(town, "zoe")
    own = await comes(town, await code(adam), tmp_path / "agent.keys")
    await zoe.begins(LET)
    await zoe.proves()
    town.life.dies_at = town.life.points + dies_at
    with suppress(Killed):
        await zoe.page.types(fingerprint_of(own)[20:])
    town.life.dies_at = None
    await town.replica()
    serves(town)
    await town.passes(LEASE)
    if await zoe.page.at() == "agents.compare":
        assert await stands(town) == [Stand.WAITING]
        await zoe.page.types(fingerprint_of(own)[20:])
    assert await zoe.page.at() == "agents.approved"
    assert await stands(town) == [Stand.APPROVED]
    assert (await town.tags()).count("writeback:agent:approved") == 1


async def test_whoever_asked_it_in_is_not_offered_to_let_it_in_and_is_refused(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam = await admin(town, "adam")
    await comes(town, await code(adam), tmp_path / "agent.keys")
    await adam.says("agents")
    assert not [offer for offer in await adam.chat.offered() if offer.startswith(LET)]
    assert "waits until an admin other than the one" in await adam.chat.hears()
    (known,) = await town.app.store.agents.agents()
    assert await adam.opens(AgentRule(adam.subject, Act.APPROVE, Line(known.agent.id))) == "agents.own_invitation"


async def test_a_wrong_fingerprint_lets_nobody_in_and_the_agent_can_be_thrown_out(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam, zoe = await admin(town, "adam"), await admin(town, "zoe")
    await comes(town, await code(adam), tmp_path / "agent.keys")
    await zoe.begins(LET)
    await zoe.proves()
    await zoe.page.types("AAAA-BBBB-CCCC-DDDD")
    assert await zoe.page.at() == "agents.compare"
    assert await stands(town) == [Stand.WAITING]
    await zoe.page.picks("It shows something else")
    assert await zoe.page.at() == "agents.thrown_out"
    assert await stands(town) == [Stand.STOPPED]


async def test_a_code_serves_once_for_ten_minutes_and_five_tries(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam = await admin(town, "adam")
    good = await code(adam)
    await comes(town, good, tmp_path / "first")
    with pytest.raises(OperatorError, match="isn't good"):
        await comes(town, good, tmp_path / "second")
    assert not (tmp_path / "second").exists()
    town.clock.passes(60)
    late = await code(adam)
    town.clock.passes(601)
    with pytest.raises(OperatorError, match="isn't good"):
        await comes(town, late, tmp_path / "third")
    guessed = await code(adam)
    for _ in range(5):
        with pytest.raises(OperatorError, match="isn't good"):
            await comes(town, Secret(guessed.reveal()[:8] + "A" * 16), tmp_path / "guess")
    with pytest.raises(OperatorError, match="isn't good"):
        await comes(town, guessed, tmp_path / "right")
    assert (await town.tags()).count("writeback:agent:refused") == 5


async def test_whoever_answers_without_knowing_the_code_is_not_pinned(town: Town, tmp_path: Path) -> None:
    """Somebody in between, with a certificate that the machine trusts."""

    async def enrol(request: web.Request) -> web.Response:
        body = json.loads((await request.json())["body"])
        answer = json.dumps({"agent": "agent-1", "directory": "contoso", "bot_key": "00" * 32, "key": body["key"]})
        return web.json_response({"body": answer, "proof": "00" * 32})

    app = web.Application()
    app.add_routes([web.post("/agent/enrol", enrol)])
    server = TestServer(app)
    await server.start_server()
    with pytest.raises(OperatorError, match="doesn't know the code"):
        await enrol_agent(f"http://127.0.0.1:{server.port}", Secret("A" * 24), "dc1", tmp_path / "agent.keys", None, town.world)
    assert not (tmp_path / "agent.keys").exists()
    await server.close()


async def test_it_is_admins_business_alone(town: Town) -> None:
    serves(town)
    await hired(town, "erin", "Helpdesk")
    for login in ("ana", "erin"):
        chat = Terminal(town, login)
        await chat.says("agents")
        await town.settle()
        assert not (await chat.at()).startswith("agents")


async def test_an_admin_who_is_none_any_more_rules_nothing(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam, zoe = await admin(town, "adam"), await admin(town, "zoe")
    own = await comes(town, await code(adam), tmp_path / "agent.keys")
    await zoe.begins(LET)
    await zoe.proves()
    await hands(town).remove_member("Unlatch-Admins", zoe.subject)
    await zoe.page.types(fingerprint_of(own)[20:])
    assert await zoe.page.at() == "agents.not_yours"
    assert await stands(town) == [Stand.WAITING]


async def test_an_agent_is_stopped_for_good(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam = await admin(town, "adam")
    await comes(town, await code(adam), tmp_path / "agent.keys")
    await adam.begins(STOP)
    await adam.proves()
    await adam.page.picks("Yes, stop it")
    assert await stands(town) == [Stand.STOPPED]


async def test_a_row_written_by_hand_is_no_agent(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam = await admin(town, "adam")
    own = await comes(town, await code(adam), tmp_path / "agent.keys")
    (known,) = await town.app.store.agents.agents()
    forged = replace(known.agent, stand=Stand.APPROVED, approved_by="contoso:nobody")
    assert sealed_agent(town.keys, forged).mac != forged.mac
    async with town.app.store.database.write("by hand") as conn:
        await conn.execute(text("update writeback_agent set stand = 'approved', approved_by = 'contoso:nobody', seen = 9e9"))
        await conn.execute(text("update writeback_agent set replica = 'replica-x'"))
    assert await town.app.writeback.relay.standing("contoso") == []
    await adam.says("agents")
    assert "dc1" not in await adam.chat.hears()
    assert fingerprint("00" * 32) != fingerprint_of(own)


async def test_admins_see_how_each_agent_is_in_the_chat_and_on_the_page(town: Town, tmp_path: Path) -> None:
    serves(town)
    adam, zoe = await admin(town, "adam"), await admin(town, "zoe")
    agents = town.app.store.agents
    for number in range(6):
        town.clock.passes(3600)  # pages are allowed so many an hour
        await comes(town, await code(adam), tmp_path / f"{number}.keys", f"dc{number}")
    ids = [known.agent.id for known in await agents.agents()]
    now = town.clock.now
    for id in ids[1:]:
        await let_in(town, id)
    for id in ids[2:5]:
        await agents.present(id, Presence(now - 100, now, "replica-1", "", ""))
    await agents.gone(ids[3], "replica-1", "stop_file")
    await agents.gone(ids[4], "replica-1", "")
    await let_in(town, ids[5], Stand.STOPPED)
    await zoe.says("agents")
    at = datetime.fromtimestamp(now - 100, UTC), datetime.fromtimestamp(now, UTC)
    since, seen = (f"{each:%Y-%m-%d %H:%M} UTC" for each in at)
    told = [
        "dc0 for contoso: waits until an admin other than",
        "dc1 for contoso: let in, but never seen since",
        f"dc2 for contoso: your on-premises writeback client is up and running since {since}",
        f"dc3 for contoso: stopped by the stop file on its own machine. Last seen {seen}",
        f"dc4 for contoso: your on-premises writeback client can't be reached. Last seen {seen}",
        "dc5 for contoso: stopped by an admin, for good",
    ]
    chat = " ".join((await zoe.chat.hears()).split())
    assert [line for line in told if line not in chat] == []
    await zoe.begins(STOP)
    await zoe.proves()
    page = unescape(await zoe.page.reads())
    assert [line for line in told if line.partition(" since ")[0] not in page] == []


async def let_in(town: Town, id: AgentId, stand: Stand = Stand.APPROVED) -> None:
    """As a turn does it."""
    known = await town.app.store.agents.agent(id)
    assert known is not None
    new = sealed_agent(town.keys, replace(known.agent, stand=stand, approved_by="contoso:zoe"))
    async with as_ours(town.app.store, kind=SetKind.AGENTS) as conn:
        given = {"stand": stand, "mac": new.mac, "id": id}
        await conn.execute(
            text("update writeback_agent set stand = :stand, approved_by = 'contoso:zoe', mac = :mac where id = :id"), given
        )
