"""Replicas as an operator has them: processes that are started, stopped, frozen and killed, each with a clock of its machine's."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.faults.fates import Fates

ROOT = Path(__file__).parents[2]
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)  # Debian's package; without it no clock is skewed
READY, END = 60.0, 10.0  # seconds until one answers, and until it has ended


@dataclass
class Replica:
    """`frozen` until it is thawed."""

    number: int
    port: int
    folder: Path
    command: Sequence[str]
    directory: Fates
    database: Fates
    process: "subprocess.Popen[bytes] | None" = None
    frozen: bool = False
    starts: list[float] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """All that every process of it has said."""
        return self.folder / f"replica{self.number}.log"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None and not self.frozen

    def start(self, skew: float = 0.0) -> None:
        """Its machine's clock is `skew` seconds ahead; the steady one isn't."""
        self.starts.append(time.time())
        faked = (
            {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{skew:+.2f}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            if FAKETIME and skew
            else {}
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **faked}
        command = [sys.executable, "-m", "tests.faults.replica", *self.command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    async def ready(self) -> None:
        """Answers. Raises RuntimeError when it doesn't start."""
        until = time.monotonic() + READY
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < until and self.alive:
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz", timeout=aiohttp.ClientTimeout(2)):
                        return
                await asyncio.sleep(0.1)
        raise RuntimeError(f"replica {self.number} doesn't start: see {self.log}")

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Its exit code. Whoever doesn't end in time is killed."""
        if self.process is None:
            return 0
        if self.frozen:
            self.thaw()
        self.process.send_signal(how)
        try:
            return await asyncio.to_thread(self.process.wait, END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return await asyncio.to_thread(self.process.wait, END)

    async def ended(self) -> int | None:
        """Its exit code when it ends by itself within a while."""
        assert self.process
        with suppress(subprocess.TimeoutExpired):
            return await asyncio.to_thread(self.process.wait, READY)
        return None

    def freeze(self) -> None:
        if self.process and self.alive:
            self.process.send_signal(signal.SIGSTOP)
            self.frozen = True

    def thaw(self) -> None:
        if self.process and self.frozen:
            self.process.send_signal(signal.SIGCONT)
            self.frozen = False

    def leave(self) -> None:
        """With all that it has started."""
        if self.process:
            self.thaw()
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(END)
