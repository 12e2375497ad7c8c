"""Agents have several cases at once, see them in a list, and pass them on; each move is on the audit."""

from dataclasses import replace

import pytest

from bot.directory.interfaces import Person
from bot.helpdesk.signals import CaseCounts, signals
from bot.platform.ids import SubjectId
from bot.policy.helpdesk_rules import CaseSignal, HelpdeskRules, TicketRule
from tests.kit.attackers import by_hand, count
from tests.kit.guided import Agent, caller, hands, hired
from tests.kit.kinds import TOTP
from tests.kit.residents import GOOD
from tests.kit.town import EVERYBODY, Town


async def test_several_at_once_each_where_it_was_opened(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    first = erin.window
    await erin.asks("help ben")
    await erin.says("unlock")
    await erin.says("locked")
    await erin.says("without")
    await town.settle()
    await caller(town, "ana")
    await erin.asks("my cases")
    assert await erin.at() == "case.list.mine"
    told = await erin.reads()
    assert "Ana Resident (ana), 0 min: the page was opened" in told
    assert "Ben Resident (ben), 0 min: asked" in told
    erin.window = first
    assert "opened in Firefox on Windows" in await erin.reads()


async def test_a_colleague_takes_it_over_and_the_caller_is_told_who_asks_now(town: Town) -> None:
    erin, theo = await hired(town), await hired(town, "theo")
    await erin.opens("ana")
    page = await caller(town, "ana")
    await theo.asks("open cases")
    told = await theo.reads()
    assert "A. R., with Erin Castillo" in told
    assert "Resident" not in told
    await theo.says("1")
    assert await theo.at() == "case.others"
    await theo.says("Take it over")
    await town.settle()
    assert await theo.at() == "case.watch"
    assert "Ana Resident (ana)" in await theo.reads()
    assert await erin.at() == "case.end.passed_on"
    assert "Theo Castillo, helpdesk" in await page.reads()
    await page.types(await town.code("ana", TOTP))
    await page.types(GOOD)
    await town.settle()
    assert await theo.at() == "case.end.reset"
    rows = {row.tag: dict(row.detail) for row in await town.audit()}
    theos, erins = await town.subject("theo"), await town.subject("erin")
    assert (rows["helpdesk:case:taken_over"]["agent"], rows["helpdesk:case:taken_over"]["was"]) == (theos, erins)
    assert rows["account:reset:changed"]["agent"] == theos
    assert by_hand(town, 'select agent from "grant"') == [(theos,)]


async def test_handed_over_it_stands_among_the_colleagues(town: Town) -> None:
    erin, theo = await hired(town), await hired(town, "theo")
    await erin.opens("ana")
    await erin.says("Hand over")
    for nobody_there in ("ben", "no.such.name"):
        await erin.says(nobody_there)
        assert await erin.at() == "case.hand_to"
    await erin.says("theo")
    assert await erin.at() == "case.handed_over"
    await theo.asks("meine Fälle")
    await theo.says("1")
    await town.settle()
    assert await theo.at() == "case.watch"
    await theo.says("Hang up")
    assert await theo.at() == "case.end.hung_up"
    assert "helpdesk:case:handed_over" in await town.tags()


@pytest.mark.parametrize("why", ["yourself", "their_manager"])
async def test_who_may_not_have_it_is_refused_and_audited(town: Town, why: str) -> None:
    erin, theo = await hired(town), await hired(town, "theo")
    login = "theo" if why == "yourself" else "ana"
    if why == "their_manager":
        by_hand(town, "update directory_account set manager = ? where login_key = 'ana'", await town.subject("theo"))
    await erin.opens("ana")
    by_hand(town, 'update "case" set subject = ?', await town.subject(login))
    await erin.says("Hand over")
    await erin.says("theo")
    assert await erin.at() == f"case.not_theirs.{why}"
    assert by_hand(town, 'select agent from "case"') == [(await town.subject("erin"),)]
    assert f"helpdesk:case:refused:{why}" in await town.tags()
    if why == "their_manager":
        await theo.helps("ana")
        assert await theo.at() == "case.refused.their_manager"


async def test_what_was_granted_stays_where_it_is(town: Town) -> None:
    erin, theo = await hired(town), await hired(town, "theo")
    await erin.opens("ana")
    await theo.asks("open cases")
    await theo.says("1")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await town.settle()
    assert await page.at() == "reset.new"
    await theo.says("Take it over")
    assert await theo.at() == "case.others"
    await page.types(GOOD)
    await town.settle()
    assert await erin.at() == "case.end.reset"


async def test_whoever_holds_no_role_sees_none_and_takes_none(town: Town) -> None:
    erin, theo = await hired(town), await hired(town, "theo")
    await erin.opens("ana")
    nora = Agent(town, "nora")
    await nora.asks("open cases")
    assert "case" not in await nora.at()
    await theo.asks("open cases")
    await theo.says("1")
    await hands(town).remove_member("Helpdesk", await town.subject("theo"))
    await theo.says("Take it over")
    assert await theo.at() == "case.no_role"


async def test_the_rules_say_whether_a_ticket_is_needed_and_what_it_looks_like(town: Town) -> None:
    rules = HelpdeskRules(ticket=TicketRule.REQUIRED, ticket_patterns=("INC#######", "HELP-#+"))
    await town.use_policy(replace(EVERYBODY, helpdesk=rules))
    erin = await hired(town)
    await erin.opens("ana", ticket="INC123")
    assert (await erin.at(), await erin.offered()) == ("case.ticket", [])
    await erin.says("help-12")
    await town.settle()
    assert by_hand(town, 'select ticket, reason from "case"') == [("help-12", "forgotten")]
    await town.use_policy(replace(EVERYBODY, helpdesk=HelpdeskRules(ticket=TicketRule.NOT_ASKED)))
    await erin.opens("ben", "unlock")
    assert await erin.at() == "case.watch"


@pytest.mark.parametrize("said", ["resident ana", "Ana Rezident", "an"])
async def test_a_caller_is_found_by_what_was_understood_of_the_name(town: Town, said: str) -> None:
    for directory in town.app.directories.values():
        await town.app.store.accounts.sync(directory)
    erin = await hired(town)
    await erin.helps(None)
    await erin.says(said)
    assert await erin.at() == "case.which"
    assert (await erin.offered())[0] == "Ana Resident (ana)"
    await erin.says("1")
    assert await erin.at() == "case.needed"
    assert count(town, "case") == 0


async def test_what_is_odd_is_shown_and_audited_and_stops_a_case_where_the_rules_say_so(town: Town) -> None:
    agents = [await hired(town, f"agent{n}") for n in range(5)]
    for agent in agents[:3]:
        await agent.opens("ana")
        assert "opened for this account" not in await agent.reads()
        await agent.says("Hang up")
    await agents[3].opens("ana")
    assert "Three or more cases were opened for this account" in await agents[3].reads()
    assert "helpdesk:case:signal:many-for-one" in await town.tags()
    await agents[3].says("Hang up")
    await town.use_policy(replace(EVERYBODY, helpdesk=HelpdeskRules(stops=(CaseSignal.MANY_FOR_ONE,))))
    await agents[4].helps("ana")
    assert await agents[4].at() == "case.refused.many_for_one"
    assert count(town, "case") == 4


def person(name: str, manager: str | None = None) -> Person:
    return Person(SubjectId(f"demo:{name}"), name, name, frozenset(), manager=SubjectId(f"demo:{manager}") if manager else None)


@pytest.mark.parametrize(
    ("agent", "caller", "counts", "odd"),
    [
        (person("erin"), person("ana"), CaseCounts(2, 9), ()),
        (person("erin"), person("ana", "erin"), CaseCounts(0, 0), (CaseSignal.THEIR_MANAGER,)),
        (person("erin", "ana"), person("ana"), CaseCounts(0, 0), (CaseSignal.THEIR_REPORT,)),
        (person("erin"), person("ana"), CaseCounts(3, 10), (CaseSignal.MANY_FOR_ONE, CaseSignal.MANY_TARGETS)),
    ],
)
def test_so_much_is_odd(agent: Person, caller: Person, counts: CaseCounts, odd: tuple[CaseSignal, ...]) -> None:
    assert signals(agent, caller, counts) == odd
