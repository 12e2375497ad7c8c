"""A Slack that others have written (npm local-slack) drives HTTP and Socket Mode end to end, in a network that has nothing but loopback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.slack.peer.story import BINARY

PEER = Path(__file__).parent / "peer"
ALONE = "ip link set lo up && exec "


def alone(*command: str) -> subprocess.CompletedProcess[str]:
    """In a network namespace of its own: the peer listens on all interfaces, and there it has only one."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    script = ALONE + " ".join(command)
    return subprocess.run(
        ["unshare", *user, "--net", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.service
def test_a_reset_by_http_and_by_socket() -> None:
    if not BINARY.exists() or shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("the npm package local-slack-linux-x64, unshare or ip isn't here")
    told = alone(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/slack/peer/story.py")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-1000:]
    assert "4 passed" in told.stdout


@pytest.mark.service
def test_nothing_of_the_world_is_reached_from_there() -> None:
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("unshare or ip isn't here")
    told = alone("ip", "-o", "addr")
    assert {line.split()[1] for line in told.stdout.splitlines()} == {"lo"}
