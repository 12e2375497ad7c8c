"""A domain is put together from the settings, and what can't be put together says why."""

from pathlib import Path

import pytest

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.wiring import directory
from bot.app.directories import build_directories
from bot.directory.interfaces import close
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.secret import Secret
from bot.settings.directories import DirectorySection
from bot.settings.settings import Settings
from store.open import Store
from tests.kit.agents import Bench
from tests.kit.certificates import Authority
from tests.kit.directories import fast


def section(ca_file: Path, **given: object) -> DirectorySection:
    told = {
        "kind": "active-directory",
        "hosts": ["dc1.corp.example"],
        "base": "DC=corp,DC=example",
        "account": "svc@corp.example",
    }
    return DirectorySection.model_validate(told | {"ca_file": ca_file, "password": Secret("Svc-Passw0rd-1!")} | given)


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    return Authority.new().trusted(tmp_path / "ca.pem")


def test_settings_are_kept(ca_file: Path) -> None:
    made = directory("corp", section(ca_file, unlock=False, writeback=True, server_name="x", after_reset=["vpn"]), World())
    assert isinstance(made, ActiveDirectory)
    assert (made.name, made.base, made.writeback, made.unlocks) == ("corp", "DC=corp,DC=example", True, False)
    assert made.pool.servers.server_name == "x"
    assert made.after_reset() == ("after_reset.vpn",)
    made.hang_up()


def test_people_are_told_of_sessions_vpn_and_phone_by_default(ca_file: Path) -> None:
    made = directory("corp", section(ca_file), World())
    assert made.after_reset() == ("after_reset.sign_in_again", "after_reset.vpn", "after_reset.phone")
    made.hang_up()


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n"])
def test_certificates_that_cannot_be_read_are_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "wrong.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(OperatorError, match=r"corp.*wrong\.pem"):
        directory("corp", section(path), World())


def test_advice_that_nobody_has_written_is_refused(ca_file: Path) -> None:
    with pytest.raises(OperatorError, match='no "pager"'):
        directory("corp", section(ca_file, after_reset=["pager"]), World())


async def test_the_composition_root_makes_it(store: Store, world: World, ca_file: Path, tmp_path: Path) -> None:
    settings = Settings.demo(tmp_path / "data", 8400).model_copy(update={"directories": {"corp": section(ca_file)}})
    bench = await Bench(store, store.vault.keys, world).opens()
    made = build_directories(settings, store, world, fast(world), bench.relay)["corp"]
    assert isinstance(made, ActiveDirectory)
    await close([made])  # as the application does at its end; once a directory that hung up at once was awaited
    await bench.close()
