"""The report in a chat: for admins and auditors whose account is linked; to all others not one number."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.terminal.render import kind_of
from bot.coverage.coverage import REASONS, CoverageReport, GroupFigures, Reason
from bot.coverage.lacks import Lack
from bot.directory.interfaces import Person
from bot.model.codec import dump, load
from bot.model.prompt import Table
from bot.model.turn import Party, Turn
from bot.platform.ids import ConversationId, Line, Origin, SubjectId
from bot.platform.sentences import Refuse
from bot.policy.roles import Role, Roles
from flows.coverage import HEAD, Report
from flows.coverage import Coverage as Wish

ROLES = Roles({Role.ADMIN: "Admins", Role.AUDITOR: "Auditors", Role.HELPDESK: "Helpdesk", Role.LEAD: "Leads"})
COUNTS: dict[Reason, int] = {Lack.NO_METHOD: 4, Lack.ONLY_WEAK: 2}
FOUND = CoverageReport(
    10, 9, 5, 4, tuple((reason, COUNTS.get(reason, 0)) for reason in REASONS), (GroupFigures(8, 7, 4, 3, "Staff"),)
)


@dataclass
class Rooms:
    """Stands for the desk, as far as this flow asks it."""

    who: Person | None
    found: CoverageReport = FOUND
    counted: int = 0
    turn: Turn = field(init=False)
    people: Any = field(init=False)

    def __post_init__(self) -> None:
        party = Party(Origin.LINKED if self.who else Origin.STRANGER, self.who.subject if self.who else None)
        claim: Any = SimpleNamespace(conversation=ConversationId("convo-1"), party=party)
        self.turn = Turn(claim)

        async def person(_subject: SubjectId) -> Person | None:
            return self.who

        self.people = SimpleNamespace(person=person, roles=ROLES)

    @property
    def coverage(self) -> "Rooms":
        return self

    async def report(self) -> CoverageReport:
        self.counted += 1
        return self.found


def somebody(group: str, *, enabled: bool = True) -> Person:
    return Person(SubjectId("town:1"), "somebody", "Some Body", frozenset({group}), enabled=enabled)


async def begun(rooms: Rooms) -> Report:
    desk: Any = SimpleNamespace(turn=rooms.turn, people=rooms.people, coverage=SimpleNamespace(coverage=rooms.report))
    return await Wish().begin(desk)


@pytest.mark.parametrize("group", ["Admins", "auditors"])
async def test_admins_and_auditors_are_shown_totals_and_it_is_audited(group: str) -> None:
    rooms = Rooms(somebody(group))
    prompt = (await begun(rooms)).ask()
    assert (kind_of(prompt), prompt.id) == ("say", "coverage.report")
    said = dict(prompt.args)
    assert (said["total"], said["enabled"], said["registered"], said["capable"]) == ("10", "9", "5", "4")
    assert (said["no_method"], said["only_weak"], said["disabled"]) == ("4", "2", "0")
    assert prompt.content == Table(HEAD, (("Staff", "8", "7", "4", "3"),))
    assert [fact.tag for fact in rooms.turn.facts if hasattr(fact, "tag")] == ["coverage:report:shown"]


@pytest.mark.parametrize(
    "who",
    [None, somebody("Helpdesk"), somebody("Leads"), somebody("Staff"), somebody("Admins", enabled=False)],
    ids=["stranger", "helpdesk", "lead", "staff", "admin who is disabled"],
)
async def test_nobody_else_is_and_nothing_is_counted_for_them(who: Person | None) -> None:
    rooms = Rooms(who)
    with pytest.raises(Refuse, match=r"coverage\.not_yours"):
        await begun(rooms)
    assert (rooms.counted, rooms.turn.facts) == (0, [])


async def test_a_directory_that_does_not_answer_is_named_and_no_groups_make_no_table() -> None:
    report = await begun(Rooms(somebody("Admins"), replace(FOUND, groups=(), silent=("north", "south"))))
    prompt = report.ask()
    assert (prompt.id, dict(prompt.args)["silent"], prompt.content) == ("coverage.report.silent", "north, south", None)


async def test_a_report_is_kept_and_read_back_and_an_older_one_lacks_no_argument() -> None:
    report = await begun(Rooms(somebody("Admins")))
    assert load(dump(report)) == report
    older = Report(1, 1, 1, 1, (), (), Line(""))
    assert {reason.value for reason in REASONS} <= dict(older.ask().args).keys()
