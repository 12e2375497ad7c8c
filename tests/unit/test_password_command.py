"""`unlatch password check` and `unlatch breached build`: the rules on the command line, with Entra's worked examples."""

import hashlib
import io
import json
import sys
from pathlib import Path

import pytest

from bot.platform.errors import OperatorError
from bot.policy.breached import opened
from tests.kit.commands import Run

GOOD = "Correct-Horse-7-Battery"


def checked(
    run: Run, monkeypatch: pytest.MonkeyPatch, *passwords: str, options: tuple[str, ...] = ()
) -> list[tuple[bool, int, list[str]]]:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{one}\n" for one in passwords)))
    code, out, err = run("password", "check", *options)
    assert (code, err) == (0, "")
    return [tuple(json.loads(line).values()) for line in out.splitlines()]


def test_the_published_examples_have_their_published_scores(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Contoso\nblank\n", encoding="utf-8")
    (tmp_path / "two.txt").write_text("abcdef\n\n", encoding="utf-8")
    options = ("--first-name", "Poll", "--banned", str(tmp_path / "one.txt"), "--banned", str(tmp_path / "two.txt"))
    found = checked(run, monkeypatch, "C0ntos0Blank12", "ContoS0Bl@nkf9!", "abcdeg", "p0LL23fb", options=options)
    assert [(accepted, score) for accepted, score, _ in found[:3]] == [(False, 4), (True, 5), (False, 1)]
    assert not found[3][0]
    assert "names" in found[3][2]


def test_an_empty_line_is_a_password_too_and_a_missing_file_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(run, monkeypatch, "", GOOD)[0][:2] == (False, 0)
    code, out, err = run("password", "check", "--banned", "nowhere.txt")
    assert (code, out) == (2, "")
    assert "nowhere.txt can't be read as a list of banned terms" in err


def test_a_list_is_built_and_refuses_what_is_in_it(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source, target = tmp_path / "pwned.txt", tmp_path / "breached.bin"
    source.write_text(f"{hashlib.sha1(GOOD.encode(), usedforsecurity=False).hexdigest().upper()}:7\n", encoding="ascii")
    assert run("breached", "build", str(source), str(target)) == (0, f"{target} holds 1 passwords.\n", "")
    assert checked(run, monkeypatch, GOOD, f"{GOOD}!", options=("--breached", str(target)))[0] == (False, 13, ["breached"])
    assert "isn't of the form" in run("breached", "build", __file__, str(target))[2]


def test_a_list_that_cannot_be_looked_into_lets_nobody_through(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="list of breached passwords can't be used"):
        opened(tmp_path / "gone")
