"""The command line: what each command calls, what it prints, and how it ends; wrong use gets one sentence and never a trace."""

import errno
import json
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import pytest

import bot
from bot.settings.settings import Settings
from tests.kit.commands import Run, Whole, stand_in


def test_what_runs_is_run_with_the_settings_that_were_found(run: Run, whole: Whole) -> None:
    for command in ("serve", "demo", "migrate"):
        assert run(command)[0] == 0
    assert whole.done == [("serve", whole.settings), ("demo", whole.settings), ("migrate", whole.settings)]


@pytest.mark.parametrize(
    ("words", "given"),
    [((), (None, False)), (("--as", "ana"), ("ana", False)), (("--as", "ana", "--json"), ("ana", True))],
    ids=["stranger", "ana", "json"],
)
def test_chat_is_told_whose_it_is_and_in_which_form(run: Run, whole: Whole, words: Sequence[str], given: tuple[object]) -> None:
    assert run("chat", *words)[0] == 0
    assert whole.done == [("chat", whole.settings, *given)]


def test_wrong_use_ends_with_two_and_a_sentence(run: Run) -> None:
    for words in (["nonsense"], ["serve", "--nonsense"], ["policy", "apply"], ["serve", "--config", "nowhere.toml"]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert err.strip()


def test_settings_that_are_wrong_stop_a_command_with_their_sentences(run: Run, whole: Whole) -> None:
    Path("unlatch.toml").write_text('compnay = "x"\n[smtp]\npassword = "sesame-open"\n')
    code, _, err = run("serve")
    assert code == 2
    assert "[smtp] password is a secret" in err
    assert "sesame-open" not in err
    assert whole.done == []


def test_a_fault_of_ours_is_a_reference_on_the_screen_and_a_trace_in_the_log(
    run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_settings: Settings) -> None:
        raise RuntimeError("disk on fire")

    stand_in(monkeypatch, "app.service", serve=broken)
    monkeypatch.setattr(bot.cli, "_logged", lambda: "fault-1")  # the log is looked at below
    assert run("serve") == (1, "", "Something went wrong that isn't your doing; the log has it as fault-1.\n")


def test_a_machine_that_refuses_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_settings: Settings) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "audit.checkpoints")

    stand_in(monkeypatch, "app.service", serve=full)
    said = "audit.checkpoints: the disk is full. Make room there, and try again.\n"
    assert run("serve") == (2, "", said)


def test_the_log_has_one_json_object_a_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    import structlog

    try:
        json.loads("disk on fire")
    except ValueError:
        reference = bot.cli._logged()
    else:
        raise AssertionError
    structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    logged = json.loads(line)
    assert (logged["reference"], logged["level"]) == (reference, "error")
    assert "JSONDecodeError" in logged["exception"]


def test_version_is_that_of_the_package(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", {"unlatch": "1.2.3"}.get)
    assert run("version")[:2] == (0, "1.2.3\n")


def test_init_asks_nothing_when_it_is_told_yes(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("init", "--yes", "--base-url", "https://unlatch.example.com", "--company", "Contoso")
    assert (code, "unlatch.keys" in out) == (0, True)
    assert 'company = "Contoso"' in (tmp_path / "unlatch.toml").read_text()
    code, _, err = run("init", "--yes")
    assert (code, "never written over" in err) == (2, True)


def test_init_asks_what_it_was_not_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    asked: list[str] = []

    def answer(text: str, default: str) -> str:
        asked.append(text)
        return default

    monkeypatch.setattr(typer, "prompt", answer)
    assert run("init", "--company", "Contoso")[0] == 0
    assert len(asked) == 7
    assert 'company = "Contoso"' in (tmp_path / "unlatch.toml").read_text()


def test_the_doctor_ends_with_one_when_something_fails(run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    async def site(_settings: Settings) -> None:
        raise OSError("refused")

    stand_in(monkeypatch, "app", site=site, vendors=None)
    code, out, _ = run("doctor")
    assert code == 1
    assert "ok   The key ring seals and opens" in out
    assert "fail The database can't be used (OSError)." in out
    assert "     → " in out


def test_the_doctor_tells_what_is_wrong_with_the_settings(run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "app", site=None, vendors=None)
    Path("unlatch.toml").write_text("port = 99999\n")
    code, out, err = run("doctor")
    assert (code, err) == (1, "")
    assert out.count("fail ") == 3
