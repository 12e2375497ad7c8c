"""Entra from its settings: who we are there, what the doctor sees, and a hybrid whose parts are reached through it alone."""

import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.directories.entra.checks import NEEDED, WRITING, rights
from adapters.directories.entra.directory import EntraDirectory
from adapters.directories.entra.wiring import directory, findings
from adapters.directories.hybrid.directory import HybridDirectory
from bot.app import directories as wiring
from bot.directory.advice import advice
from bot.directory.interfaces import close
from bot.doctor.finding import Finding, Level
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection
from bot.settings.settings import Settings
from store.open import Store
from tests.kit.agents import Bench
from tests.kit.directories import fast
from tests.kit.graph import CLIENT, SECRET, TENANT, Graph, Tenant, refused
from tests.kit.graph.certificates import certificates
from tests.kit.graph.tenant import GLOBAL_ADMIN, PASSES
from tests.kit.graph.tenant import NEEDED as GRANTED


@pytest_asyncio.fixture
async def graph(world: World) -> AsyncIterator[Graph]:
    async with Graph(Tenant(world.now)).serving() as serving:
        yield serving


def section(**other: object) -> DirectorySection:
    """Sound, but for what is said."""
    given = {"kind": "entra", "tenant_id": TENANT, "client_id": CLIENT, "client_secret": SECRET, **other}
    return DirectorySection.model_validate({name: value for name, value in given.items() if value is not None})


async def seen(graph: Graph, world: World, **other: object) -> list[Finding]:
    return [finding async for finding in findings("cloud", section(**other), world, graph.cloud)]


def bad(found: list[Finding]) -> list[tuple[Level, str]]:
    return [(finding.level, finding.sentence) for finding in found if finding.level is not Level.OK]


async def test_the_settings_are_enough(graph: Graph, world: World) -> None:
    for given in ({}, {"client_secret": None, "certificate_file": str(certificates().app)}):
        made = directory("cloud", section(**given), world, cloud=graph.cloud)
        assert (await made.health()).ok
        assert made.after_reset() == ("after_reset.sign_in_again", "after_reset.phone")
        await made.close()
    assert graph.signing.asked == ["secret", "certificate"]
    assert not directory("cloud", section(writeback=False), world).writes


@pytest.mark.parametrize("other", [{"client_secret": None}, {"managed_identity": True}, {"certificate_file": "/x.pem"}])
def test_who_we_are_there_is_said_once(world: World, other: dict[str, object]) -> None:
    with pytest.raises(OperatorError, match=r"directories\.cloud.*needs one of"):
        directory("cloud", section(**other), world)


# ------------------------------------------------ the doctor


async def test_a_doctor_finds_nothing_to_say(graph: Graph, world: World) -> None:
    assert bad(await seen(graph, world)) == []
    assert {method for method, path, _ in graph.asked if path.startswith("/v1.0")} == {"GET"}


@pytest.mark.parametrize("eligible", [None, [], [("someone", GLOBAL_ADMIN)]], ids=["unlicensed", "nobody", "somebody"])
async def test_a_doctor_says_how_it_stands_with_roles_that_wait_to_be_activated(
    graph: Graph, world: World, eligible: list[tuple[str, str]] | None
) -> None:
    graph.tenant.eligible = eligible
    found = await seen(graph, world)
    assert bad(found) == []
    told = "nobody waits to activate a role" if eligible is None else "counts as an administrator"
    assert [finding for finding in found if told in finding.sentence]


async def test_a_doctor_says_what_it_means_when_those_are_not_told(graph: Graph, world: World) -> None:
    for fault in (refused(403, "Authorization_RequestDenied", "x"), refused(500, "InternalServerError", "x")):
        graph.meets("GET", "roleEligibilityScheduleInstances", fault)
        ((level, sentence),) = bad(await seen(graph, world))
        assert level is Level.FAIL
        assert "nobody of this directory is helped" in sentence


def test_the_rights_that_are_documented_are_the_ones_the_stand_in_asks_for() -> None:
    assert {*NEEDED, *WRITING} == set(GRANTED)


async def test_each_missing_right_and_each_superfluous_one_has_its_remedy(graph: Graph, world: World) -> None:
    graph.tenant.permissions = ("User.Read.All", "GroupMember.Read.All", "User.RevokeSessions.All", "Directory.ReadWrite.All")
    found = await seen(graph, world)
    assert [sentence.split("lacks ")[-1].split(" (")[0] for level, sentence in bad(found) if level is Level.FAIL] == [
        "RoleManagement.Read.Directory",
        "User-PasswordProfile.ReadWrite.All",
    ]
    assert [sentence for level, sentence in bad(found) if level is Level.WARN] == [
        "Directory cloud: the application may do more than it has to: Directory.ReadWrite.All."
    ]
    assert all(finding.remedy for finding in found if finding.level is not Level.OK)


def test_passes_of_its_own_take_a_right_of_their_own_and_only_where_they_are_wanted() -> None:
    ((level, sentence),) = bad(rights("cloud", GRANTED, writes=True, passes=True))
    assert (level, PASSES in sentence) == (Level.FAIL, True)
    assert bad(rights("cloud", [*GRANTED, PASSES], writes=True, passes=True)) == []
    assert [level for level, _ in bad(rights("cloud", [*GRANTED, PASSES], writes=True))] == [Level.WARN]


def test_where_no_password_is_set_the_right_to_it_is_one_too_many() -> None:
    assert bad(rights("cloud", GRANTED, writes=False)) == [
        (Level.WARN, f"Directory cloud: the application may do more than it has to: {right}.") for right in sorted(WRITING)
    ]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"client_secret": "n0t-the-secret"}, "client_secret_file to the secret's value"),
        ({"client_id": "bbbbbbbb-0000-0000-0000-000000000000"}, "compare client_id"),
        ({"tenant_id": "another-tenant"}, "Compare tenant_id"),
    ],
)
async def test_a_token_that_is_refused_says_what_to_compare(
    graph: Graph, world: World, caplog: pytest.LogCaptureFixture, other: dict[str, object], said: str
) -> None:
    caplog.set_level(logging.DEBUG)
    (found,) = await seen(graph, world, **other)
    assert found.level is Level.FAIL
    assert said in found.remedy
    assert "n0t-the-secret" not in f"{found}{caplog.text}"


# ------------------------------------------------ a hybrid


def settings(**sections: dict[str, object]) -> Settings:
    return Settings.model_validate({"base_url": "https://unlatch.example.com", "directories": sections})


CLOUD: dict[str, object] = {"kind": "entra", "tenant_id": TENANT, "client_id": CLIENT, "client_secret": SECRET}
CORP: dict[str, object] = {"kind": "hybrid", "on_premises": "network", "cloud": "sky"}


async def test_the_parts_of_a_hybrid_are_reached_through_it_alone(store: Store, world: World) -> None:
    """With an agent's directory in the place of the one on premises."""
    bench = await Bench(store, store.vault.keys, world).opens()
    given = settings(network={"kind": "agent"}, sky=CLOUD, corp=CORP)
    found = wiring.build_directories(given, store, world, fast(world), bench.relay)
    assert list(found) == ["corp"]
    corp = found["corp"]
    assert isinstance(corp, HybridDirectory)
    assert (corp.on_premises.name, corp.cloud.name) == ("network", "sky")
    assert isinstance(corp.cloud, EntraDirectory)
    await close(found.values())
    await bench.close()


@pytest.mark.parametrize("part", ["on_premises", "cloud"])
async def test_a_hybrid_of_the_wrong_parts_is_told_so(store: Store, world: World, part: str) -> None:
    bench = await Bench(store, store.vault.keys, world).opens()
    wrong = settings(one={"kind": "embedded"}, sky=CLOUD, corp={**CORP, "on_premises": "one", part: "one"})
    with pytest.raises(OperatorError, match=r"\[directories\.corp\] on_premises has to name"):
        wiring.build_directories(wrong, store, world, fast(world), bench.relay)
    await bench.close()


def test_an_advice_that_there_is_not_is_told(world: World) -> None:
    assert advice("cloud", section(after_reset=["vpn", "phone"])) == ("after_reset.vpn", "after_reset.phone")
    with pytest.raises(OperatorError, match='knows no "fax"'):
        advice("cloud", section(after_reset=["fax"]))
