"""A skip can't hide a missing service in CI, and no test talks to the world outside."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

SKIPS = """
import pytest

@pytest.mark.skip(reason="PostgreSQL isn't here")
def test_by_mark(): ...

def test_inside():
    pytest.skip("Chromium isn't here")

@pytest.mark.xfail(reason="known")
def test_expected_to_fail():
    raise AssertionError
"""


def run(folder: Path, source: str, no_skip: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(source, encoding="utf-8")
    command = (sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml", folder)
    environment = {**os.environ, "UNLATCH_NO_SKIP": no_skip}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)


def test_a_skip_is_a_skip_on_a_developers_machine(tmp_path: Path) -> None:
    ran = run(tmp_path, SKIPS, no_skip="")
    assert ran.returncode == 0
    assert "2 skipped, 1 xfailed" in ran.stdout


def test_a_skip_fails_in_ci_and_names_what_was_missing(tmp_path: Path) -> None:
    ran = run(tmp_path, SKIPS, no_skip="1")
    assert ran.returncode == 1
    assert "1 failed, 1 xfailed, 1 error" in ran.stdout
    assert "this was skipped: PostgreSQL isn't here" in ran.stdout
    assert "this was skipped: Chromium isn't here" in ran.stdout


def test_a_skipped_file_fails_in_ci_as_well(tmp_path: Path) -> None:
    ran = run(tmp_path, 'import pytest\npytest.skip("no directory", allow_module_level=True)\n', no_skip="1")
    assert ran.returncode != 0
    assert "this was skipped: no directory" in ran.stdout


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as outward, pytest.raises(ConnectionRefusedError, match="loopback only"):
        outward.connect(("192.0.2.1", 80))
