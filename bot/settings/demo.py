"""The demo's settings: no file, two variables, and a key ring that is made when the demo is."""

import os
from pathlib import Path

from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.settings.directories import DirectorySection
from bot.settings.sections import HIGHEST
from bot.settings.settings import Settings

PORT = 8400
PREMISES = "onprem"  # the demo's second directory, which is reached through an agent


def demo_settings(port: str = "") -> Settings:
    """In UNLATCH_DATA or ./data, on this port, UNLATCH_PORT or 8400. Raises OperatorError."""
    port = port or os.environ.get("UNLATCH_PORT") or str(PORT)
    if not port.isdecimal() or not 1 <= int(port) <= HIGHEST:
        raise OperatorError(f"The port (UNLATCH_PORT, or --port) has to be a number from 1 to {HIGHEST}, and is {port}.")
    return Settings.demo(Path(os.environ.get("UNLATCH_DATA") or "data"), int(port))


def prepared_demo(port: str = "") -> Settings:
    """The same, with folders and key ring made. Raises OperatorError when a demo's data is there and its ring is gone."""
    demo = demo_settings(port)
    ring, data = demo.keys.ring_file, Path(demo.sqlite or "").parent
    if not ring.exists():
        if demo.sqlite and demo.sqlite.exists():
            raise OperatorError(
                f"The demo in {data} was sealed by a key ring that is gone ({ring}). Delete {data} to begin anew."
            )
        ring.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Keys.create(ring)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return demo


def premises_of(demo: Settings) -> Path:
    """Where the demo's agent lives, with the directory that it stands before."""
    return Path(demo.sqlite or "").parent / "premises"


def with_premises(demo: Settings) -> Settings:
    """With the directory behind the agent, where this demo has one."""
    if not (premises_of(demo) / "directory.sqlite3").exists():
        return demo
    return demo.model_copy(update={"directories": {**demo.directories, PREMISES: DirectorySection(kind="agent")}})
