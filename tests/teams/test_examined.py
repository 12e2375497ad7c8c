"""`unlatch doctor teams`, `unlatch manifest teams`, and settings that say what is missing."""

from collections.abc import AsyncIterator
from pathlib import Path

import jwt
import pytest
import pytest_asyncio
from pydantic import ValidationError
from typer.testing import CliRunner

from adapters.teams.checks import examined, rights
from adapters.teams.endpoints import Endpoints, standing_in
from adapters.teams.manifest import package
from bot.cli.manifest import app
from bot.doctor.finding import Finding, Level
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.secret import Secret
from bot.settings.chats import TeamsSection
from tests.kit.microsoft import APP, CATALOGUE, INSTALL, SECRET, TENANT, Microsoft


@pytest_asyncio.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    made = Microsoft()
    await made.start()
    yield made
    await made.close()


def section(secret: str = SECRET) -> TeamsSection:
    return TeamsSection(app_id=APP, tenant_id=TENANT, client_secret=Secret(secret))


async def seen(microsoft: Microsoft, secret: str = SECRET, url: str = "http://127.0.0.1:9", catalogue: str = "") -> list[Finding]:
    given = section(secret).model_copy(update={"catalogue_id": catalogue})
    return [finding async for finding in examined(given, url, World(), standing_in(microsoft.base))]


async def test_all_is_well_but_for_an_address_where_nobody_is(microsoft: Microsoft) -> None:
    levels = [finding.level for finding in await seen(microsoft)]
    assert levels == [Level.OK, Level.OK, Level.OK, Level.WARN]


async def test_a_wrong_secret_is_named_with_its_mend(microsoft: Microsoft) -> None:
    (credentials, *_) = await seen(microsoft, "wrong")
    assert credentials.level is Level.FAIL
    assert "invalid_client" in credentials.sentence
    assert "Certificates & secrets" in credentials.remedy


@pytest.mark.parametrize(
    ("granted", "level", "says"),
    [
        ((INSTALL,), Level.OK, "has no other right"),
        ((), Level.FAIL, "lacks TeamsAppInstallation.ReadWriteSelfForUser.All"),
        (("User.ReadWrite.All",), Level.FAIL, "lacks TeamsAppInstallation.ReadWriteSelfForUser.All"),
        ((INSTALL, "User.ReadWrite.All"), Level.WARN, "has to: User.ReadWrite.All."),
    ],
    ids=["granted", "nothing", "another", "too-much"],
)
async def test_whether_the_app_may_be_installed_is_told(
    microsoft: Microsoft, granted: tuple[str, ...], level: Level, says: str
) -> None:
    microsoft.granted = granted
    found = (await seen(microsoft, catalogue=CATALOGUE))[2]
    assert (found.level, says in found.sentence) == (level, True)
    assert "install" not in microsoft.calls  # a look changes nothing


async def test_where_nobody_is_to_be_installed_anything_graph_isnt_asked(microsoft: Microsoft) -> None:
    found = (await seen(microsoft))[2]
    assert (found.level, "no catalogue_id" in found.sentence) == (Level.OK, True)
    assert len(microsoft.logins) == 1


async def test_a_graph_that_gives_no_token_leaves_it_unknown(microsoft: Microsoft) -> None:
    found = (await seen(microsoft, "wrong", catalogue=CATALOGUE))[2]
    assert (found.level, "isn't known" in found.sentence) == (Level.WARN, True)


@pytest.mark.parametrize("odd", ["", "x", "a.b.c", jwt.encode({"roles": "x"}, "k" * 32, "HS256")], ids=range(4))
def test_a_token_that_cant_be_read_carries_no_right(odd: str) -> None:
    assert rights(Secret(odd)) == frozenset()


async def test_something_else_at_the_address_is_found(microsoft: Microsoft) -> None:
    *_, address = await seen(microsoft, url=microsoft.base)
    assert (address.level, "404" in address.sentence) == (Level.FAIL, True)


async def test_a_machine_that_reaches_nobody_is_told_so() -> None:
    nowhere: Endpoints = standing_in("http://127.0.0.1:9")
    found = [finding async for finding in examined(section(), "http://127.0.0.1:9", World(), nowhere)]
    assert [finding.level for finding in found] == [Level.FAIL, Level.FAIL, Level.OK, Level.WARN]


@pytest.mark.parametrize(
    ("given", "needs"),
    [
        ({"app_id": APP}, "tenant_id"),
        ({"app_id": APP, "tenant_id": TENANT}, "client_secret_file"),
        ({"app_id": APP, "tenant_id": TENANT, "client_secret": "a", "certificate": "b"}, "certificate_file"),
        ({"app_id": APP, "tenant_id": TENANT, "client_secret": "a", "managed_identity": "true"}, "managed_identity"),
        ({"tenant_id": TENANT}, "app_id"),
        ({"client_secret": "a"}, "app_id"),
        ({"catalogue_id": APP}, "app_id"),
        ({"app_id": "contoso", "tenant_id": TENANT, "client_secret": "a"}, "app_id"),
        ({"app_id": APP, "tenant_id": "common", "client_secret": "a"}, "tenant_id"),
    ],
)
def test_half_a_configuration_says_what_is_missing(given: dict[str, str], needs: str) -> None:
    with pytest.raises(ValidationError, match=needs):
        TeamsSection.model_validate(given)


def test_the_command_writes_the_package_or_says_what_is_wrong(tmp_path: Path) -> None:
    out, run = tmp_path / "teams.zip", CliRunner()
    asked = ["teams", "--url", "https://unlatch.example.com", "--out", str(out)]
    assert run.invoke(app, [*asked, "--app-id", APP]).exit_code == 0
    assert out.read_bytes() == package("https://unlatch.example.com", APP)
    assert isinstance(run.invoke(app, [*asked, "--app-id", "x"]).exception, OperatorError)
    assert isinstance(run.invoke(app, ["teams", "--url", "https://a.example/path", "--app-id", APP]).exception, OperatorError)


def test_ids_are_compared_in_small_letters() -> None:
    made = TeamsSection(app_id=APP.upper(), tenant_id=TENANT.upper(), client_secret=Secret("a"))
    assert (made.app_id, made.tenant_id) == (APP, TENANT)


@pytest.mark.parametrize("url", ["https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net/amer/x-y/"])
def test_our_token_goes_to_teams_alone(url: str) -> None:
    assert Endpoints().allowed(url)
    assert not Endpoints().allowed(url.replace("trafficmanager", "evil"))
    assert not Endpoints().allowed(url + "?x=1")
