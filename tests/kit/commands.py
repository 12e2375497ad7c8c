"""The command line over a composition root that notes what it is asked to do."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.audit.chain import GENESIS, AuditEntry, chained
from bot.cli import main
from bot.conversation.interfaces import Lost
from bot.coverage.what_if import WhatIfReport
from bot.model.facts import Audited
from bot.platform.dead_letters import DeadLetter
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.set_seals import Surveyed
from bot.policy.forecast import Forecast
from bot.policy.policy import Policy
from bot.settings.demo import prepared_demo
from bot.settings.settings import Settings


@dataclass
class Chain:
    rows_: list[AuditEntry] = field(default_factory=list)

    async def write(self, *entries: Audited) -> None:
        for entry in entries:
            previous = self.rows_[-1].hash if self.rows_ else GENESIS
            self.rows_.append(chained(previous, len(self.rows_) + 1, 60.0, entry.tag, entry.subject, entry.detail))

    async def head(self) -> tuple[int, str]:
        return len(self.rows_), ""

    async def all(self) -> AsyncIterator[Surveyed]:
        """Signed sets: none."""
        for nothing in list[Surveyed]():
            yield nothing

    async def archived(self) -> None:
        """Nothing was."""

    async def rows(self, after: int) -> AsyncIterator[AuditEntry]:
        for row in self.rows_[after:]:
            yield row


@dataclass
class Versions:
    kept: list[str] = field(default_factory=list)
    faster: bool = False
    facts: list[Audited | Sent] = field(default_factory=list)

    async def current(self) -> tuple[int, str] | None:
        return (len(self.kept), self.kept[-1]) if self.kept else None

    async def save(self, document: str, by: str, expected_version: int, *facts: Audited | Sent) -> int:
        if self.faster:
            raise Lost
        self.facts += facts
        assert expected_version == len(self.kept)
        self.kept.append(document)
        return len(self.kept)


NOTHING = WhatIfReport(Forecast(0, 0, 0, 0, 0, 0, 0), (), (), (), None)


@dataclass
class Forecasts:
    """Stands for the reports: whatever is asked about, this is what it would do."""

    would: WhatIfReport = NOTHING
    asked: list[Policy] = field(default_factory=list)

    async def what_if(self, new: Policy, groups: int = 0) -> WhatIfReport:
        self.asked.append(new)
        return self.would


class Rules:
    async def current(self) -> Policy:
        return Policy()


@dataclass
class Whole:
    """What `bot.app` builds, as far as commands touch it."""

    settings: Settings
    audit: Chain = field(default_factory=Chain)
    policies: Rules = field(default_factory=Rules)
    versions: Versions = field(default_factory=Versions)
    coverage: Forecasts = field(default_factory=Forecasts)
    ring: str = ""
    directories: dict[str, Any] = field(default_factory=dict)
    linked: list[tuple[str, str, str]] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
    done: list[object] = field(default_factory=list)

    @property
    def store(self) -> "Kept":
        return Kept(self, self.audit, self.versions)

    async def close(self) -> None:
        self.done.append("closed")


@dataclass
class Kept:
    whole: Whole
    audit: Chain
    policies: Versions

    @property
    def survey(self) -> Chain:
        return self.audit

    @property
    def chat_links(self) -> "Kept":
        return self

    @property
    def jobs(self) -> "Kept":
        return self

    async def dead(self) -> list[DeadLetter]:
        return self.whole.dead

    async def send_again(self, id: int) -> bool:
        return any(letter.id == id for letter in self.whole.dead)

    async def put(self, kind: str, account: str, subject: str, fact: Audited) -> None:
        await self.audit.write(fact)
        self.whole.linked.append((kind, account, subject))

    async def reseal(self, keys: Keys) -> int:
        self.whole.ring = keys.current
        return 7


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Whole:
    """A demo in this folder, and a composition root that notes what it is asked to do."""
    monkeypatch.chdir(tmp_path)
    for name in ("UNLATCH_PORT", "UNLATCH_DATA", "UNLATCH_CONFIG", "UNLATCH_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    made = Whole(prepared_demo())
    Path("data/unlatch.sqlite3").touch()

    async def build(_settings: Settings) -> Whole:
        made.done.append("built")
        return made

    def noting(name: str) -> Callable[..., Awaitable[None]]:
        async def run(*given: object) -> None:
            made.done.append((name, *given))

        return run

    stand_in(monkeypatch, "app", build=build, migrate=noting("migrate"))
    stand_in(monkeypatch, "app.service", **{name: noting(name) for name in ("serve", "demo", "chat")})
    return made


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, **functions: object) -> None:
    """Put these in the place of a module of `bot`."""
    module = ModuleType(f"bot.{name}")
    vars(module).update(functions)
    parent, _, leaf = module.__name__.rpartition(".")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys.modules[parent], leaf, module, raising=False)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(whole: Whole, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["unlatch", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return int(end.value.code or 0), printed.out, printed.err

    return typed
