"""The agent as its own program: `unlatch agent ...` in another process, over an embedded directory in a file of its own."""

import asyncio
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from adapters.writeback.key_file import KeyFile
from bot.model.agents import AgentId
from bot.platform.clock import World
from bot.platform.keyring import Keys
from store.directory_admin import AdministeredDirectory
from store.directory_rows import AccountPolicy
from store.open import Store, open_store
from tests.kit.directories import fast
from tests.kit.service import UNLATCH

ROOT = str(Path(__file__).parent.parent.parent)
CONFIG = """\
database = "directory.sqlite3"
{ca}
[limits]
groups = ["*"]
resets_a_minute = 100
{limits}
[directory]
kind = "embedded"
"""


@dataclass
class Machine:
    """The agent's: a folder, and perhaps a namespace that its processes live in (`enter`)."""

    folder: Path
    enter: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    store: Store | None = field(default=None, init=False)

    async def furnished(self, migrated: Path, ca_file: Path | None = None, limits: str = "") -> AdministeredDirectory:
        """Its settings, and the directory that stands on it."""
        self.folder.mkdir(exist_ok=True)
        shutil.copy(migrated, self.folder / "directory.sqlite3")
        ca = f'ca_file = "{ca_file}"' if ca_file else ""
        (self.folder / "agent.toml").write_text(CONFIG.format(ca=ca, limits=limits), encoding="utf-8")
        world = World()
        self.store = await open_store(
            f"sqlite:///{self.folder / 'directory.sqlite3'}", world, Keys.create(self.folder / "agent.ring")
        )
        return AdministeredDirectory("demo", self.store.database, world, fast(world), AccountPolicy(min_length=10))

    async def says(self, *words: str) -> tuple[int, str]:
        """One command, and what it said."""
        made = await asyncio.create_subprocess_exec(
            *self.enter,
            *UNLATCH,
            "agent",
            *words,
            cwd=self.folder,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(made.communicate(), 30)
        return made.returncode or 0, said.decode()

    def starts(self) -> None:
        """`unlatch agent run`."""
        with (self.folder / "run.out").open("ab") as out:
            command = [*self.enter, *UNLATCH, "agent", "run"]
            self.process = subprocess.Popen(command, cwd=self.folder, env=self._environment, stdout=out, stderr=subprocess.STDOUT)

    def ends(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Its exit code."""
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(10)

    @property
    def id(self) -> AgentId:
        return AgentId(KeyFile.load(self.folder / "agent.keys").agent)

    @property
    def log(self) -> str:
        """All that it has written anywhere."""
        files = [path for path in self.folder.iterdir() if path.suffix in {".log", ".out", ".state"}]
        return "".join(path.read_text(encoding="utf-8") for path in files)

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": ROOT}

    async def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.ends()
        if self.store:
            await self.store.close()
