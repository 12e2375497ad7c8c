"""ST07: what decides is signed in whole sets, so a row that is missing, older or written by hand closes what it would have opened."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.app import not_older
from bot.model.agents import Agent, AgentId, InvitationId, Stand
from bot.model.facts import Audited
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.set_watch import SetWatch
from bot.platform.errors import OperatorError
from bot.platform.ids import MethodId
from bot.platform.set_seals import ForgedSet, SetKind
from bot.policy.policy import Policy, Scope, ScopeState
from bot.writeback.agent_mac import sealed_agent
from tests.kit.attackers import by_hand, other_replica
from tests.kit.people import Terminal
from tests.kit.registering import freezes
from tests.kit.signing import as_ours
from tests.kit.town import EVERYBODY, Town

FORGED = "record:set:forged"
NOBODY = Policy(scope=Scope(state=ScopeState.NONE))
Rows = Mapping[str, list[Any]]


def rows(town: Town, *tables: str) -> Rows:
    """All of these tables, to be put back later."""
    return {table: by_hand(town, f'select * from "{table}"') for table in tables}  # noqa: S608 - names of ours


def put_back(town: Town, kept: Rows) -> None:
    for table, lines in kept.items():
        by_hand(town, f'delete from "{table}"')  # noqa: S608 - a name of ours
        for line in lines:
            by_hand(town, f'insert into "{table}" values ({", ".join("?" * len(line))})', *line)  # noqa: S608 - a name of ours


async def closed(town: Town, login: str = "ana") -> bool:
    """Nothing is recovered, nothing counts, and admins are told."""
    chat, subject, records = Terminal(town, login), await town.subject(login), town.app.store.records
    await chat.says("I forgot my password")
    nothing = not await records.methods(subject) and await records.frozen(subject) > town.clock.now
    return nothing and await chat.at() == "barred.unsigned" and FORGED in await town.tags()


BY_HAND = {
    "a method of mine": "insert into method "
    "select 'method-mine', subject, kind, secret, 0, 0, 0, 0, 0 from method where subject = ? and kind = 'totp'",
    "a method gone": "delete from method where subject = ? and kind = 'totp'",
    "registered earlier": "update method set registered_at = registered_at - 1 where subject = ?",
    "out of quarantine": "update method set usable_from = usable_from - 1 where subject = ? and kind = 'sms'",
    "frozen for a while": 'insert into "freeze" (subject, until) values (?, 1.0)',
    "a chat account of mine": "insert into chat_link (kind, account, subject, at) values ('slack', 'T0/U0', ?, 1.0)",
    "a browser of mine": "insert into known_browser (subject, browser, label, at) values (?, 'ff', 'Firefox', 9e9)",
    "the seal gone": "delete from set_seal where owner = ?",
    "another version": "update set_seal set version = version + 1 where owner = ?",
    "another row of the audit": "update set_seal set audit = audit + 1 where owner = ?",
    "as if it were new": "update set_seal set version = 0 where owner = ?",
    "anothers seal": "update set_seal set mac = (select mac from set_seal where owner like 'contoso:%' limit 1 offset 3) where owner = ?",
}


@pytest.mark.parametrize("statement", BY_HAND.values(), ids=[name.replace(" ", "-") for name in BY_HAND])
async def test_st07_what_is_written_by_hand_closes_the_account_and_alarms(town: Town, statement: str) -> None:
    by_hand(town, statement, await town.subject("ana"))
    assert await closed(town)
    assert len(await town.app.store.records.methods(await town.subject("lena"))) == 2


@pytest.mark.both_databases
async def test_st07_another_accounts_whole_set_is_nobody_elses(town: Town) -> None:
    ana, lena = await town.subject("ana"), await town.subject("lena")
    by_hand(town, "delete from method where subject = ?", ana)
    by_hand(town, "update method set subject = ? where subject = ?", ana, lena)
    by_hand(town, "delete from set_seal where owner = ?", ana)
    by_hand(town, "update set_seal set owner = ? where owner = ?", ana, lena)
    assert await closed(town)


async def test_st07_a_freeze_is_not_taken_off_by_hand(town: Town) -> None:
    await freezes(town, "ana", 3600)
    by_hand(town, 'delete from "freeze"')
    assert await closed(town)


@pytest.mark.both_databases
async def test_st07_a_set_from_before_a_freeze_with_its_own_seal_is_refused_by_who_saw_the_newer_one(town: Town) -> None:
    before = rows(town, "freeze", "set_seal")
    await freezes(town, "ana", 3600)
    assert await town.app.store.records.frozen(await town.subject("ana")) > town.clock.now
    put_back(town, before)
    assert await closed(town)


async def test_st07_nothing_is_added_to_a_set_that_was_written_by_hand(town: Town) -> None:
    ana = await town.subject("ana")
    (added, *_) = await town.app.store.records.methods(ana)
    by_hand(town, "delete from method where subject = ? and kind = 'sms'", ana)
    with pytest.raises(ForgedSet):
        await town.app.store.records.register(replace(added, id=MethodId("method-new")))
    with pytest.raises(ForgedSet):
        await town.app.store.chat_links.put("slack", "T0/U0", ana, Audited("operator:chat:linked", ana))
    assert await closed(town)


async def approved(town: Town) -> Agent:
    """A writeback agent that was let in."""
    new = Agent(AgentId("agent-1"), "contoso", "dc1", "00" * 32, "operator", "contoso:zoe", Stand.APPROVED, town.keys.current)
    by_hand(town, "insert into writeback_invitation values ('code-1', 'contoso', 'operator', 9e9)")
    agent = sealed_agent(town.keys, new)
    assert await town.app.store.agents.enrol(InvitationId("code-1"), agent, Audited("writeback:agent:enrolled", "agent-1"))
    return agent


async def stops(town: Town) -> None:
    """An admin stops the agent; its row before that still carries a MAC of ours."""
    async with as_ours(town.app.store, kind=SetKind.AGENTS) as conn:
        await conn.exec_driver_sql("update writeback_agent set stand = 'stopped', mac = 'anew'")
    await town.app.store.agents.agents()


async def saves(town: Town) -> None:
    await town.use_policy(NOBODY)
    await town.app.policies.current()


@pytest.mark.parametrize("tables", [("writeback_agent",), ("writeback_agent", "set_seal")], ids=["rows", "rows-and-seals"])
async def test_st07_an_agent_that_was_stopped_is_not_let_in_again_by_its_older_row(town: Town, tables: tuple[str, ...]) -> None:
    await approved(town)
    assert len(await town.app.store.agents.agents()) == 1
    before = rows(town, *tables)
    await stops(town)
    put_back(town, before)
    assert await town.app.store.agents.agents() == []
    assert FORGED in await town.tags()


HANDS: Mapping[str, Callable[[Town, Rows], object]] = {
    "the newest is taken out": lambda town, _: by_hand(town, "delete from policy where version > 1"),
    "an older one with its seal": put_back,
    "a newer one": lambda town, _: by_hand(town, "insert into policy select 9, at, by, document from policy where version = 1"),
    "its document": lambda town, _: by_hand(town, "update policy set document = (select document from policy where version = 1)"),
}


@pytest.mark.parametrize("hand", HANDS)
async def test_st07_a_policy_by_hand_is_closed_and_no_older_one_takes_its_place(town: Town, hand: str) -> None:
    await town.use_policy(EVERYBODY)
    before = rows(town, "policy", "set_seal")
    await saves(town)
    HANDS[hand](town, before)
    town.app.policies.forget()
    assert (await town.app.policies.current()) == Policy()
    chat = Terminal(town, "ana")
    await chat.says("I forgot my password")
    assert await chat.at() == "barred.out_of_scope"
    assert FORGED in await town.tags()


@pytest.mark.both_databases
async def test_what_was_changed_by_another_process_fits_as_well(town: Town) -> None:
    async with other_replica(town) as other:
        subject = await town.subject("ana")
        await freezes(town, "ana", 3600)
        assert await other.store.records.frozen(subject) == town.clock.now + 3600
        assert FORGED not in await town.tags()


@pytest.mark.both_databases
async def test_st07_a_process_doesnt_begin_over_sets_that_are_older_than_the_checkpoints_outside(town: Town) -> None:
    before = rows(town, "freeze", "set_seal")
    await freezes(town, "ana", 3600)
    await town.app.checkpoint()
    store, outside = town.app.store, town.settings.checkpoints
    await not_older(store, town.keys, outside)
    put_back(town, before)
    with pytest.raises(OperatorError, match="older, or gone"):
        await not_older(store, town.keys, outside)
    outside.write_text("")  # as an operator does who has put a backup back
    await not_older(store, town.keys, outside)


@pytest.mark.both_databases
async def test_st07_sets_that_become_fewer_or_older_alarm_though_nobody_asks_for_them(town: Town) -> None:
    watch = SetWatch(town.app.store.survey, AdminAlerts(town.app.store.records))
    before = rows(town, "freeze", "set_seal")
    await freezes(town, "cara", 3600)
    await watch.look()
    assert not {FORGED, "record:set:older"} & set(await town.tags())
    put_back(town, before)
    await watch.look()
    assert "record:set:older" in await town.tags()


async def test_st07_a_set_written_by_hand_alarms_though_nobody_asks_for_it(town: Town) -> None:
    by_hand(town, "delete from method where subject = ?", await town.subject("cara"))
    await SetWatch(town.app.store.survey, AdminAlerts(town.app.store.records)).look()
    assert FORGED in await town.tags()
