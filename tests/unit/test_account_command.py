"""`unlatch account` and the doctor's remedies, followed as they are printed, over the real application and a real file."""

import asyncio
import io
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from bot.app import build, service
from bot.cli import main
from bot.platform.errors import OperatorError
from bot.settings.source import resolve
from tests.kit.postgres import Server, free_port, postgres_server

__all__ = ["postgres_server"]
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Typed]:
    monkeypatch.chdir(tmp_path)
    for name in ("UNLATCH_PORT", "UNLATCH_DATA", "UNLATCH_CONFIG", "UNLATCH_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["unlatch", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return int(end.value.code or 0), printed.out, printed.err

    yield run
    structlog.reset_defaults()  # `serve` sets the log up for a process of its own


@pytest.fixture
def house(typed: Typed) -> Typed:
    assert typed("init", "--yes", "--base-url", "http://localhost:8400", "--roles-helpdesk", "")[0] == 0
    assert typed("migrate")[0] == 0
    return typed


def test_an_empty_house_is_filled_and_opened_by_the_doctors_remedies(house: Typed) -> None:
    seen = house("doctor")[1]
    assert "warn Nobody is in the embedded directory main.\n     → Run `unlatch account import FILE`, or" in seen
    Path("people.csv").write_text("login,name,mail,groups\nana,Ana,ana@example.com,All\nben,Ben,,All\n")
    assert house("account", "import", "people.csv", "--dry-run")[1].endswith("Nothing was done: this was a dry run.\n")
    assert "Made: 2, changed: 0" in house("account", "import", "people.csv")[1]
    seen = house("doctor")[1]
    assert "embedded directory" not in seen
    assert 'or fill it: `unlatch account group add "Unlatch-Admins" LOGIN`.' in seen
    assert house("account", "group", "add", "Unlatch-Admins", "ana")[0] == 0
    seen = house("doctor")[1]
    assert "ok   The role admin is held by Unlatch-Admins." in seen
    assert "warn No admin has registered how they prove who they are" in seen
    assert "warn The rules let nobody help themselves: no group is in scope.\n     → `unlatch policy show > policy.toml`" in seen
    shown = house("policy", "show")[1].replace('state = "selected"', 'state = "all"', 1)
    Path("policy.toml").write_text(shown)
    assert house("policy", "apply", "policy.toml", "--yes")[0] == 0
    assert "ok   The rules let 2 of 2 people help themselves." in house("doctor")[1]
    assert house("doctor", "main")[:2] == (
        0,
        "ok   Directory main (embedded) has nothing of its own to look at; plain `unlatch doctor` looks at it.\n",
    )


def test_accounts_are_made_moved_closed_and_listed_one_by_one(house: Typed) -> None:
    made = house("account", "add", "ana", "--name", "Ana", "--mobile", "+49 170 1234567", "--group", "All")[1]
    assert "ana has no password" in made
    password = ("Plum-Harbour-61-Anchor\n", "short\n")
    assert house("account", "add", "ben", "--name", "Ben", "--manager", "ana", "--password-stdin", given=password[0])[0] == 0
    refused = house("account", "add", "eve", "--name", "Eve", "--password-stdin", given=password[1])
    assert refused == (2, "", "Use at least 8 characters. Nothing was done.\n")
    assert house("account", "group", "add", "Sales", "ana", "ben")[0] == 0
    assert house("account", "group", "remove", "all", "ana")[0] == 0
    assert house("account", "disable", "ben")[0] == 0
    listed = house("account", "list")[1].splitlines()[1:]
    assert listed == ["ana,Ana,,,+49 170 1234567,,,,,no,yes,Sales", "ben,Ben,,,,,ana,,,no,no,Sales"]
    for words, said in (
        (("disable", "zoe"), "There is no account zoe; `unlatch account list` shows all. Nothing was done."),
        (
            ("add", "ANA", "--name", "Ana"),
            "There is an account ANA already; `unlatch account import` changes what it says of it.",
        ),
        (("add", "eve", "--name", "=Eve"), "This can't be kept: name begins with =, "),
        (("list", "--directory", "ad"), "There is no directory ad in the settings; there is main."),
    ):
        code, _, err = house("account", *words)
        assert (code, said in err) == (2, True)
    Path("people.csv").write_text("login,name\ncara,Cara\nnew,\n")
    err = house("account", "import", "people.csv")[2]
    assert err == "people.csv, line 3: new is new, so it needs a name.\nNothing was imported: mend these, and run it again.\n"


def test_directories_of_other_kinds_are_filled_where_they_are(house: Typed) -> None:
    settings = Path("unlatch.toml")
    settings.write_text(settings.read_text().replace('kind = "embedded"', 'kind = "agent"'))
    for words in (("list",), ("disable", "ana", "--directory", "main")):
        code, _, err = house("account", *words)
        assert (code, "Directory main is of kind agent: its accounts are made, changed and disabled in the directory" in err) == (
            2,
            True,
        )


def test_a_folder_that_is_not_there_is_told(house: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_DATABASE", "sqlite:////nowhere/unlatch.sqlite3")
    assert house("migrate") == (2, "", "There is no folder /nowhere for the database; make it, or correct `database`.\n")


@pytest.mark.usefixtures("house")
def test_a_port_that_is_taken_is_told_before_anybody_is_welcomed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def opened() -> None:
        app = await build(resolve())
        try:
            await service.run(app, "We are open.")
        finally:
            await app.close()

    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("UNLATCH_PORT", str(taken.getsockname()[1]))
        with pytest.raises(OperatorError, match=r"another process holds it\. Choose another one with UNLATCH_PORT\."):
            asyncio.run(opened())
    assert "open" not in capsys.readouterr().out


@pytest.mark.service
def test_a_database_that_refuses_is_a_sentence_in_every_command(
    typed: Typed, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = postgres_server.folder / "data" / "pg_hba.conf"
    access.write_text(f"host all locked 127.0.0.1/32 scram-sha-256\n{access.read_text()}")
    for statement in (
        "create role locked login password 'right'",
        "create role poor login",
        "create database bare",
        "select pg_reload_conf()",
    ):
        postgres_server.ask(statement)
    there = f"127.0.0.1:{postgres_server.port}"
    assert (
        typed("init", "--yes", "--base-url", "http://localhost:8400", "--database", f"postgresql://postgres@{there}/bare")[0] == 0
    )
    assert "`unlatch migrate` brings them up to date" in typed("account", "list")[2]
    monkeypatch.setenv("UNLATCH_DATABASE_PASSWORD", "wrong")
    for user, place, said in (
        ("postgres", f"127.0.0.1:{free_port()}/bare", "Nothing listens where the database should be. Start it"),
        ("locked", f"{there}/bare", "The database refuses this user or password. Correct the user"),
        ("postgres", f"{there}/nowhere", "There is no database of that name. Correct `database`, or run `createdb`"),
    ):
        monkeypatch.setenv("UNLATCH_DATABASE", f"postgresql://{user}@{place}")
        for words in (("migrate",), ("account", "list"), ("serve",)):
            code, _, err = typed(*words)
            assert (code, err.startswith(said)) == (2, True), (words, err)
        assert f"fail {said.partition('. ')[0]}." in typed("doctor")[1]
    monkeypatch.setenv("UNLATCH_DATABASE", f"postgresql://poor@{there}/bare")
    assert typed("migrate")[2].startswith("The database's user may not do that. Make that user the owner")
    postgres_server.ask("drop database bare")
