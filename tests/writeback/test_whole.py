"""The whole service with agents alone: they come in at its own address, and its pages' rules hold for them too."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer, unused_port

from bot.app import App, build, site
from bot.app.service import only_agents
from bot.cli import main
from bot.directory.interfaces import SignIn
from bot.doctor.site import reached
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.settings.agent import TEMPLATE, AgentSettings, LimitsSection, load
from bot.settings.directories import DirectorySection
from bot.settings.sections import KeysSection
from bot.settings.settings import Settings
from tests.house.tree import ROOT
from tests.kit.agent_process import Machine
from tests.kit.agents import Bench
from tests.kit.directories import ANA, NEW

pytestmark = pytest.mark.long


@dataclass
class House:
    """A running service, and what an operator does beside it."""

    app: App
    bench: Bench  # for its operator's hands; it doesn't listen
    url: str


@pytest_asyncio.fixture
async def house(sqlite: str, tmp_path: Path) -> AsyncIterator[House]:
    port, ring = unused_port(), tmp_path / "unlatch.keys"
    Keys.create(ring)
    settings = Settings(
        base_url=f"http://localhost:{port}",
        database=sqlite,
        keys=KeysSection(ring_file=ring),
        directories={"demo": DirectorySection(kind="agent")},
    )
    app = await build(settings)
    server = TestServer(app.pages(), port=port, host="localhost", shutdown_timeout=0.1)
    await server.start_server()
    loops = asyncio.create_task(app.running().forever())
    bench = Bench(app.store, app.keys, app.world)
    bench.relay = app.writeback.relay
    yield House(app, bench, settings.base_url)
    loops.cancel()
    with suppress(asyncio.CancelledError):
        await loops
    await server.close()
    await app.close()


async def test_an_agent_comes_in_where_people_do(house: House, migrated: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine")
    try:
        directory = await machine.furnished(migrated)
        code, said = await machine.says("enrol", "--url", house.url, "--code", await house.bench.code())
        assert code == 0, said
        machine.starts()
        await house.bench.until(lambda: machine.id in house.app.writeback.relay.connections, 20)
        await house.bench.let_in(machine.id)
        ana = await directory.create(ANA)
        through = house.app.directories["demo"]
        await through.reset(ana, NEW)
        assert await directory.sign_in(ana, NEW) is SignIn.RIGHT
        await house.bench.until_noted(machine.id)
        await _as_the_doctor_sees_it(house)
    finally:
        await machine.close()


async def _as_the_doctor_sees_it(house: House) -> None:
    """From a process of its own: by way of the database."""
    seen = await site(house.app.settings)
    try:
        finding = await reached("demo", seen.directories["demo"])
        assert "up and running since" in finding.sentence
    finally:
        await seen.close()


async def test_it_is_ready_without_an_agent_since_agents_come_in_by_the_same_door(house: House) -> None:
    async with aiohttp.ClientSession() as session:
        assert (await session.get(f"{house.url}/readyz")).status == 200
    finding = await reached("demo", house.app.directories["demo"])
    assert "No writeback agent has been enrolled yet" in finding.sentence


async def test_what_is_no_agent_gets_a_page_and_no_fault(house: House) -> None:
    async with aiohttp.ClientSession() as session:
        for path, headers, status in (
            ("/agent/live", {}, 400),
            ("/agent/live", {"Host": "evil.example"}, 421),
            ("/agent/live", {"Origin": house.url}, 403),
        ):
            async with session.get(f"{house.url}{path}", headers=headers) as answer:
                assert answer.status == status
        for body, headers, status in (
            ("", {}, 400),
            ("[]", {}, 400),
            ('{"body": "{}", "proof": ""}', {}, 400),
            ('{"body": "[]", "proof": ""}', {}, 400),
            ('{"body": "' + "x" * 70_000, {}, 413),
            ("{}", {"Origin": "https://evil.example"}, 403),
            ("{}", {"Origin": house.url}, 403),
        ):
            async with session.post(f"{house.url}/agent/enrol", data=body, headers=headers) as answer:
                assert answer.status == status, body[:30]


# ------------------------------------------------ settings and commands


def test_with_agents_alone_no_directory_is_reached_from_here(tmp_path: Path) -> None:
    fields = {"hosts": ("dc1",), "base": "DC=c", "ca_file": tmp_path, "account": "a", "password": "p"}
    direct = DirectorySection(kind="active-directory", **fields)  # type: ignore[arg-type]  # as a file has them
    for section, fits in ((DirectorySection(kind="agent"), True), (DirectorySection(kind="embedded"), True), (direct, False)):
        settings = Settings(base_url="http://localhost", directories={"corp": section})
        if fits:
            only_agents(settings)
        else:
            with pytest.raises(OperatorError, match=r"\[directories\.corp\] is of kind active-directory"):
                only_agents(settings)


def test_the_template_is_a_file_that_can_be_read_and_lets_nobody_be_touched(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "directory-password").write_text("sesame\n", encoding="utf-8")
    settings = load(tmp_path / "agent.toml")
    assert (settings.limits.under, settings.limits.groups) == ((), ())
    assert settings.limits.stop_file == tmp_path / "stop"
    assert settings.keys == tmp_path / "agent.keys"


def test_the_page_about_agents_names_each_setting() -> None:
    page = (ROOT / "docs" / "agent.md").read_text(encoding="utf-8")
    names = {*LimitsSection.model_fields, *AgentSettings.model_fields} - {"limits", "directory", "database"}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[limits\n", "isn't TOML"),
        ('[limits]\nresets = 1\n[directory]\nkind = "embedded"', "[limits] resets"),
        ('[limits]\nresets_a_day = -1\n[directory]\nkind = "embedded"', "[limits] resets_a_day"),
        ("[limits]\n", "[directory]"),
        ('[directory]\nkind = "agent"', "kind agent"),
        ('[directory]\nkind = "openldap"\npassword = "x"', "password_file"),
        ('[directory]\nkind = "openldap"', "needs"),
    ],
)
def test_settings_that_are_wrong_are_told_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "agent.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError) as mend:
        load(tmp_path / "agent.toml")
    assert said in str(mend.value)
    assert str(tmp_path) in str(mend.value)


def test_what_is_missing_is_told_by_each_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def says(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["unlatch", "agent", *words])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out + printed.err

    monkeypatch.chdir(tmp_path)
    for words, sentence in (
        (("run",), "There is no agent.toml"),
        (("enrol", "--url", "http://127.0.0.1:9", "--code", "short"), "isn't a whole code"),
        (("enrol", "--url", "http://127.0.0.1:9", "--code", "ABCD-" * 6), "can't be reached"),
    ):
        code, said = says(*words)
        assert (code, sentence in said) == (2, True), said
    Path("agent.toml").write_text('[limits]\n[directory]\nkind = "embedded"\n', encoding="utf-8")
    for command in ("run", "fingerprint", "rotate"):
        code, said = says(command)
        assert (code, "There are no keys" in said) == (2, True), said
    code, said = says("check")
    assert (code, "There are no keys" in said) == (1, True), said
