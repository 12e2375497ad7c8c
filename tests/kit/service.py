"""The program itself, started as an operator would start it, on a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

UNLATCH = (sys.executable, "-c", "from bot.cli import main; main()")

LIMITED = ("sh", "-c", 'ulimit -n "$0"; exec "$@"')


@dataclass(frozen=True)
class Service:
    """A running one."""

    port: int
    folder: Path

    @property
    def home(self) -> str:
        """As people are told."""
        return f"http://localhost:{self.port}"

    def inbox(self, login: str) -> Any:
        """What the demo's phone and mailbox hold."""
        with urlopen(f"http://127.0.0.1:{self.port}/demo/inbox.json?account={login}") as answer:
            return json.load(answer)


@contextmanager
def running(command: str, folder: Path, *, wait: float = 30.0, descriptors: int = 1024) -> Iterator[Service]:
    """`unlatch demo` or `unlatch serve` in this folder, until the end of the block. Raises AssertionError when it doesn't start.

    `descriptors`: more files and connections than these the system gives it none.
    """
    port = _two_ports()
    environment = {**os.environ, "UNLATCH_PORT": str(port), "UNLATCH_DATA": str(folder / "data"), "UNLATCH_METRICS_PORT": "0"}
    root = str(Path(__file__).parent.parent.parent)
    with (folder / f"{command}.log").open("wb") as log:
        process = subprocess.Popen(
            [*LIMITED, str(descriptors), *UNLATCH, command],
            cwd=folder,
            env={**environment, "PYTHONPATH": root},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _answers(port, process, wait)
            yield Service(port, folder)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _two_ports() -> int:
    """The first of two that are free, below those that connections are made from: a demo's metrics listen at the second."""
    first = os.getpid() * 32  # beside other workers, each begins elsewhere
    ports = (20_000 + (first + 2 * step) % 10_000 for step in range(5_000))
    return next(port for port in ports if _is_free(port) and _is_free(port + 1))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: int, process: subprocess.Popen[bytes], wait: float) -> None:
    until = time.monotonic() + wait
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz"):
                return
        except OSError:  # refused (URLError is one), or reset: the port was somebody else's a moment ago
            time.sleep(0.1)
    raise AssertionError("the service doesn't answer")
