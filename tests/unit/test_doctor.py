"""The doctor finds what is wrong, names the mend, changes nothing, and never falls over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.directory.interfaces import Changes, Directory, Health, Person, Unreachable
from bot.doctor.examine import examine
from bot.doctor.finding import Finding, Level
from bot.doctor.machine import checkpoints, ring
from bot.doctor.network import address
from bot.doctor.site import Site, clock
from bot.platform.clock import World
from bot.platform.dead_letters import Waiting
from bot.platform.errors import OperatorError
from bot.platform.ids import SubjectId
from bot.platform.revisions import Tables
from bot.policy.helpdesk_rules import HelpdeskRules
from bot.policy.policy import Policy, Scope, ScopeState
from bot.settings.demo import prepared_demo
from bot.settings.sections import SmtpSection
from bot.settings.settings import Settings

NOW = 1_000_000.0


class Town:
    """A directory of one admin, or one that is away."""

    def __init__(self, groups: Sequence[str] = (), health: Health | None = Health(ok=True)) -> None:  # noqa: B008 - frozen
        self.groups, self.state = groups, health

    async def health(self) -> Health:
        if self.state is None:
            raise Unreachable
        return self.state

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        if self.state is None:
            raise Unreachable
        return Changes([Person(SubjectId("town:adam"), "adam", "Adam", frozenset(self.groups))], [], "1")


@dataclass(frozen=True)
class Place:
    """A site that is as it should be unless told otherwise."""

    town: Town = field(default_factory=lambda: Town(["unlatch-admins", "Helpdesk", "Helpdesk-Leads", "Auditors"]))
    skew: float = 0.0
    schema: Tables = Tables.SAME
    demo: bool = False
    contact: str = "helpdesk@example.com"
    outbox: Waiting = field(default_factory=lambda: Waiting(0, None, 0))
    scope: Scope = field(default_factory=lambda: Scope(ScopeState.ALL))
    admin_ready: bool = True
    closed: list[bool] = field(default_factory=list)

    @property
    def directories(self) -> Mapping[str, Directory]:
        return {"town": self.town}  # type: ignore[dict-item]  # the doctor asks for no more than this

    async def waiting(self) -> Waiting:
        return self.outbox

    async def tables(self) -> Tables:
        return self.schema

    async def clock(self) -> float:
        return NOW + self.skew

    async def is_demo(self) -> bool:
        return self.demo

    async def policy(self) -> Policy:
        return Policy(scope=self.scope, helpdesk=HelpdeskRules(contact=(self.contact,) if self.contact else ()))

    async def registered(self, subject: SubjectId) -> bool:
        assert subject == "town:adam"
        return self.admin_ready

    async def close(self) -> None:
        self.closed.append(True)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name in ("UNLATCH_PORT", "UNLATCH_DATA"):
        monkeypatch.delenv(name, raising=False)
    made = prepared_demo()
    Path("data/unlatch.sqlite3").touch()
    return made


async def found(settings: Settings, place: Place | Exception) -> list[Finding]:
    async def open_site(_: Settings) -> Site:
        if isinstance(place, Exception):
            raise place
        return place

    return [finding async for finding in examine(settings, open_site, World(now=lambda: NOW))]


def bad(findings: list[Finding]) -> list[tuple[Level, str]]:
    return [(finding.level, finding.sentence) for finding in findings if finding.level is not Level.OK]


async def test_a_sound_machine_has_no_failure_and_what_is_unusual_is_a_warning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNLATCH_NO_SKIP", raising=False)  # of these tests, and no setting
    place = Place()
    assert bad(await found(settings, place)) == [
        (Level.WARN, "http://localhost:8400 is this machine only."),
        (Level.WARN, "There is no mail server, so no e-mail is sent."),
    ]
    assert place.closed == [True]


@pytest.mark.parametrize(
    ("place", "level", "said"),
    [
        (Place(skew=-60), Level.FAIL, "60 seconds apart"),
        (Place(skew=5), Level.WARN, "5 seconds apart"),
        (Place(schema=Tables.OLDER), Level.FAIL, "aren't as this version wants them"),
        (Place(schema=Tables.TOO_NEW), Level.FAIL, "this one can't work with them"),
        (Place(schema=Tables.NEWER), Level.WARN, "are a newer version's"),
        (Place(demo=True), Level.WARN, "demo store"),
        (Place(contact=""), Level.WARN, "aren't told whom to ask"),
        (Place(outbox=Waiting(3, NOW - 5400, 0)), Level.WARN, "3 messages wait to be sent, the oldest for 90 minutes"),
        (Place(outbox=Waiting(0, None, 2)), Level.WARN, "2 messages never got there"),
        (Place(Town(health=None)), Level.FAIL, "Directory town isn't well: It doesn't answer"),
        (Place(Town(health=Health(ok=False, detail="no rights."))), Level.FAIL, "isn't well: no rights."),
        (Place(Town(["Helpdesk"])), Level.FAIL, "There is no group Auditors for the role auditor"),
        (Place(scope=Scope()), Level.WARN, "The rules let nobody help themselves: no group is in scope"),
        (Place(scope=Scope(ScopeState.SELECTED, ("Nobody",))), Level.WARN, "The rules let nobody of 1 people help themselves"),
        (Place(admin_ready=False), Level.WARN, "No admin has registered how they prove who they are"),
        (ConnectionRefusedError("refused"), Level.FAIL, "Nothing listens where the database should be"),
        (OSError("connection refused"), Level.FAIL, "The database can't be used (OSError)"),
        (OperatorError("There is no key ring."), Level.FAIL, "There is no key ring."),
    ],
    ids=range(18),
)
async def test_what_is_wrong_inside_is_found(settings: Settings, place: Place | Exception, level: Level, said: str) -> None:
    findings = [finding for finding in await found(settings, place) if said in finding.sentence]
    assert [finding.level for finding in findings] == [level]
    assert findings[0].remedy


async def test_a_database_that_is_not_there_is_not_made_by_looking_at_it(settings: Settings) -> None:
    away = settings.model_copy(update={"database": "sqlite:////nowhere/unlatch.sqlite3"})
    findings = await found(away, Place())
    assert (findings[-1].level, findings[-1].sentence) == (Level.FAIL, "There is no database at /nowhere/unlatch.sqlite3 yet.")


async def test_a_fault_in_the_middle_is_a_finding_and_connections_are_given_back(settings: Settings) -> None:
    class Broken(Place):
        async def policy(self) -> Policy:
            raise RuntimeError("secret detail")

    place = Broken()
    assert "The database can't be used (RuntimeError)." in [finding.sentence for finding in await found(settings, place)]
    assert place.closed == [True]


async def test_a_demo_store_with_a_real_mail_server_fails(settings: Settings) -> None:
    real = settings.model_copy(update={"smtp": SmtpSection(host="127.0.0.1", port=1, sender="it@example.com")})
    assert (Level.FAIL, "This is a demo store with a real mail server.") in bad(await found(real, Place(demo=True)))


async def test_a_role_without_a_group_is_a_warning(settings: Settings) -> None:
    none = settings.model_copy(update={"roles": settings.roles.model_copy(update={"lead": ""})})
    assert (Level.WARN, "Nobody holds the role lead.") in bad(await found(none, Place()))


async def test_a_variable_that_is_none_of_ours_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_SMPT_HOST", "x")
    assert "UNLATCH_SMPT_HOST" in bad(await found(settings, Place()))[0][1]


def test_a_ring_that_is_missing_open_or_beside_the_data_fails(settings: Settings) -> None:
    assert ring(settings).level is Level.OK
    settings.keys.ring_file.chmod(0o644)
    assert "chmod 600" in ring(settings).sentence
    settings.keys.ring_file.chmod(0o600)
    beside = Path("data/ring.json").absolute()
    settings.keys.ring_file.rename(beside)
    assert "no key ring" in ring(settings).sentence
    moved = settings.model_copy(update={"keys": settings.keys.model_copy(update={"ring_file": beside})})
    assert "lies in the data folder" in ring(moved).sentence


def test_checkpoints_that_can_not_be_written_fail(settings: Settings) -> None:
    assert checkpoints(settings).level is Level.OK
    nowhere = settings.model_copy(update={"audit": settings.audit.model_copy(update={"checkpoints": Path("nowhere/at/all")})})
    assert checkpoints(nowhere).level is Level.FAIL


@pytest.mark.parametrize(
    ("url", "level"),
    [("http://localhost:8400", Level.WARN), ("http://unlatch.example.com", Level.FAIL), ("https://127.0.0.1:1", Level.WARN)],
)
async def test_the_address_is_looked_at(url: str, level: Level) -> None:
    assert (await address(url)).level is level


def test_clocks_may_differ_by_what_nobody_notices() -> None:
    assert [clock(apart).level for apart in (0, 2, -2, 3, -30, 31)] == [
        Level.OK,
        Level.OK,
        Level.OK,
        Level.WARN,
        Level.WARN,
        Level.FAIL,
    ]


async def test_an_examination_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    before = files()
    await found(settings, Place())
    assert files() == before
