"""A network namespace of its own for one process: it reaches one address, and nothing reaches it. As root on Linux, with iproute2."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Namespace:
    """`outside` is this side's address: the only one that the inside has a way to."""

    name: str
    outside: str
    inside: str

    @property
    def enter(self) -> tuple[str, ...]:
        """What a command is begun with."""
        return ("ip", "netns", "exec", self.name)

    def only_answers_from(self, port: int) -> None:
        """From now on nothing comes in but what comes from this port of the outside: answers, and no connection.

        By routing rules, since a packet filter isn't everywhere: whatever else arrives has no way to a local address.
        """
        for rule in (
            f"add pref 10 iif inner ipproto tcp sport {port} lookup local",
            "add pref 20 iif inner prohibit",
            "add pref 30 lookup local",
            "del pref 0",
        ):
            _run(*self.enter, "ip", "rule", *rule.split())

    def can_be_entered(self, port: int) -> bool:
        """Whether a connection from outside gets through to a listener inside."""
        listen = f"import socket; s = socket.create_server(('{self.inside}', {port})); print('ready', flush=True); s.accept()"
        knock = f"import socket; socket.create_connection(('{self.inside}', {port}), timeout=1).close()"
        listener = subprocess.Popen([*self.enter, sys.executable, "-c", listen], stdout=subprocess.PIPE)
        try:
            assert listener.stdout
            listener.stdout.readline()
            return subprocess.run([sys.executable, "-c", knock], capture_output=True, check=False).returncode == 0
        finally:
            listener.kill()
            listener.communicate()


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("a network namespace needs Linux, root and iproute2")
    number = os.getpid() % 60000
    made = Namespace(f"unlatch-{number}", f"10.213.{number // 256}.1", f"10.213.{number // 256}.2")
    outer = f"ul{number}"
    _run("ip", "netns", "add", made.name)
    try:
        _run("ip", "link", "add", outer, "type", "veth", "peer", "name", "inner", "netns", made.name)
        _run("ip", "addr", "add", f"{made.outside}/30", "dev", outer)
        _run("ip", "link", "set", outer, "up")
        _run(*made.enter, "ip", "addr", "add", f"{made.inside}/30", "dev", "inner")
        _run(*made.enter, "ip", "link", "set", "inner", "up")
        yield made
    finally:
        _run("ip", "netns", "del", made.name)  # its end of the pair goes with it, and so does ours


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
