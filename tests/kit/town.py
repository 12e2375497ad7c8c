"""A small town to play in: the real application over a real file, a clock that we move, replicas that come and go, and a way to die."""

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

from aiohttp import DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.app import App, build
from bot.audit.chain import AuditEntry
from bot.directory.administration import Administration
from bot.directory.interfaces import Directory
from bot.identity.methods.identity_provider import Provider
from bot.identity.methods.registry import METHODS
from bot.platform.clock import World
from bot.platform.ids import Kind, SubjectId, WindowId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.policy import Policy, Scope, ScopeState, dump
from bot.settings.chats import SlackSection, TeamsSection
from bot.settings.settings import Settings
from store.argon2_hash import Hasher
from store.directory import EmbeddedDirectory
from store.directory_admin import AdministeredDirectory
from store.tables import WINDOW
from tests.kit.microsoft import APP, TENANT, Microsoft
from tests.kit.microsoft import SECRET as APP_SECRET
from tests.kit.moods import Mood, MoodyDirectory
from tests.kit.residents import move_in
from tests.kit.slack import SECRET as SIGNING
from tests.kit.slack import TOKEN, Workspace
from tests.kit.stores import Clock

PORT = 8400
EVERYBODY = Policy(scope=Scope(state=ScopeState.ALL))
LEASE = 31.0  # seconds after which a dead replica's turn is taken over
JOB_LEASE = 61.0  # seconds after which a dead replica's job is
IDLE = {"before take", "after take"}  # mostly nothing is due; and if it is, to die then is to die before the job's first effect


class Killed(BaseException):
    """kill -9: nothing of ours runs after it."""


@dataclass
class Life:
    """Counts the durable points of one process, and dies at one of them."""

    dies_at: int | str | None = None  # the number of a point, or its name
    points: int = 0
    trace: list[str] = field(default_factory=list)
    dead: bool = False

    def point(self, name: str) -> None:
        if self.dead:
            raise Killed(name)
        if name in IDLE:
            return
        self.points += 1
        self.trace.append(name)
        if self.dies_at in (self.points, name):
            self.dead = True
            raise Killed(name)


@dataclass
class Dice:
    """Chance that falls the same way each time. In hex no six digits stand together, so that no name looks like a code."""

    thrown: "count[int]" = field(default_factory=count)

    def __call__(self, many: int) -> bytes:
        return bytes(0xA0 | b for b in hashlib.shake_128(str(next(self.thrown)).encode()).digest(many))


class Town:
    """One organisation; `app` is the replica that is alive right now, `web` its pages over real HTTP."""

    app: App
    web: "TestClient[web.Request, web.Application]"

    def __init__(self, folder: Path, migrated: Path, policy: Policy = EVERYBODY, database: str = "") -> None:
        self.folder, self.policy, self._template = folder, policy, migrated.with_name("settled")
        demo = Settings.demo(folder / "data", PORT)
        section = SlackSection(bot_token=Secret(TOKEN), signing_secret=Secret(SIGNING))
        teams = TeamsSection(app_id=APP, tenant_id=TENANT, client_secret=Secret(APP_SECRET))
        elsewhere = {"database": database} if database else {}
        self.settings = demo.model_copy(update={"slack": section, "teams": teams, **elsewhere})
        self.slack, self.teams = Workspace(), Microsoft()
        (folder / "data").mkdir()
        shutil.copy(migrated, folder / "data" / "unlatch.sqlite3")
        self.settings.keys.ring_file.parent.mkdir()
        self.keys = Keys.create(self.settings.keys.ring_file)
        self.clock = Clock()
        self.dice = Dice()
        self.world = World(now=self.clock, bytes=self.dice)
        self.life = Life()
        self.mood = Mood()
        self.provider: Provider | None = None
        self.secrets: set[str] = set()  # what was planted, typed or sent, and may be found nowhere
        self.addresses: dict[str, str] = {}  # what stands for vendors
        self._windows: dict[tuple[str, str], list[WindowId]] = {}  # as they were seen
        self.told: list[str] = []  # every line, page and address that anybody was shown

    async def settle_in(self) -> "Town":
        """Mark the store, let the residents move in, and start the first replica. What was done once is copied the next time."""
        self.addresses = {"slack": await self.slack.start(), "teams": await self.teams.start()}
        if self.template and self._template.exists():
            self._copied()
        else:
            await self._furnished()
        await self._start()
        return self

    async def _furnished(self) -> None:
        await self._start()
        await self.app.store.flags.mark_demo()
        self.secrets |= set(await move_in(self.administration(), self.app.store.records, self.world))
        await self._apply()
        await self.close()
        self.life = Life()
        if self.template:
            self._template.mkdir(exist_ok=True)
            shutil.copy(self.folder / "data" / "unlatch.sqlite3", self._template / "unlatch.sqlite3")
            shutil.copy(self.settings.keys.ring_file, self._template / "ring.json")
            known = {"secrets": sorted(self.secrets), "thrown": next(self.dice.thrown)}
            (self._template / "known.json").write_text(json.dumps(known), encoding="utf-8")

    @property
    def template(self) -> bool:
        """Whether what was done once may be copied."""
        return self.policy is EVERYBODY and self.settings.sqlite is not None

    def administration(self) -> Administration:
        """By which residents move in."""
        return AdministeredDirectory("contoso", self.app.store.database, self.world, quick(self.world))

    def served(self) -> Directory:
        """What people's accounts are in."""
        return MoodyDirectory("contoso", self.app.store.database, self.world, quick(self.world), mood=self.mood)

    def _copied(self) -> None:
        shutil.copy(self._template / "unlatch.sqlite3", self.folder / "data" / "unlatch.sqlite3")
        shutil.copy(self._template / "ring.json", self.settings.keys.ring_file)
        self.keys = Keys.load(self.settings.keys.ring_file)
        known = json.loads((self._template / "known.json").read_text(encoding="utf-8"))
        self.secrets |= set(known["secrets"])
        self.dice.thrown = count(known["thrown"])

    async def replica(self) -> None:
        """The process ends, however it stands, and another one begins."""
        await self.close()
        self.life = Life()
        await self._start()

    async def close(self) -> None:
        self.life.dead = True
        await self.web.close()
        await self.app.close()

    async def leave(self) -> None:
        """The test is over."""
        await self.close()
        await self.slack.close()
        await self.teams.close()

    async def settle(self) -> None:
        """Everything that is due is done."""
        await self.app.running().once()

    async def passes(self, seconds: float) -> None:
        """Time goes by, and the loops see it."""
        self.clock.passes(seconds)
        await self.settle()

    @property
    def directory(self) -> EmbeddedDirectory:
        return cast("EmbeddedDirectory", self.app.directories["contoso"])

    async def subject(self, login: str) -> SubjectId:
        person = await self.directory.find(login)
        assert person is not None
        return person.subject

    async def destination(self, login: str, kind: Kind) -> str:
        """The number or address that is on file."""
        return next(m.secret for m in await self.app.store.records.methods(await self.subject(login)) if m.kind == kind).reveal()

    async def code(self, login: str, kind: str) -> str:
        """What the newest message of this kind says, or the app shows."""
        code = await self.arrived(login, kind)
        assert code, f"no code has arrived by {kind}"
        return code

    async def arrived(self, login: str, kind: str) -> str:
        """The same; empty when there is none yet."""
        inbox = await self.app.demo().inbox(login)
        channel = METHODS[Kind(kind)].channel
        texts = [m.text for m in inbox.messages if m.channel == channel]
        found = [word for text in texts for word in text.split() if word.isdecimal() and len(word) == 6]
        if channel is None and inbox.authenticator:
            found.append(inbox.authenticator.code)
        self.secrets |= set(found)
        return found[-1] if found else ""

    async def wrong_code(self, login: str, kind: str) -> str:
        """As good as right: the next number."""
        return f"{(int(await self.code(login, kind)) + 1) % 10**6:06}"

    async def subjects_of_mail(self, login: str) -> list[tuple[str, str]]:
        """(address, subject) of each message that has arrived."""
        return [(m.to, m.subject) for m in (await self.app.demo().inbox(login)).messages]

    async def newest(self, kind: str, address: str) -> WindowId | None:
        """The window that was opened last there; closed ones as well."""
        there = select(WINDOW.c.id).where(WINDOW.c.kind == kind, WINDOW.c.address == address).order_by(WINDOW.c.id)
        async with self.app.store.database.read() as conn:
            found = [WindowId(id) for id in await conn.scalars(there)]
        known = self._windows.setdefault((kind, address), [])
        known += [window for window in found if window not in known]
        return known[-1] if known else None

    async def signs_in(self, login: str, password: str) -> str:
        self.secrets.add(password)
        return (await self.directory.sign_in(await self.subject(login), Secret(password))).value

    async def locked(self, login: str) -> bool:
        return (await self.directory.state(await self.subject(login))).locked

    async def audit(self) -> list[AuditEntry]:
        return [row async for row in self.app.store.audit.rows(0)]

    async def tags(self) -> list[str]:
        return [row.tag for row in await self.audit()]

    async def use_policy(self, policy: Policy) -> None:
        self.policy = policy
        await self._apply()

    async def _apply(self) -> None:
        found = await self.app.store.policies.current()
        await self.app.store.policies.save(json.dumps(dump(self.policy)), "test", found[0] if found else 0)
        self.app.policies.forget()

    async def _start(self) -> None:
        hasher, point = quick(self.world), self.life.point
        self.app = await build(
            self.settings,
            world=self.world,
            keys=self.keys,
            point=point,
            hasher=hasher,
            provider=self.provider,
            addresses=self.addresses,
        )
        # In place, since whoever was handed the directories holds this very mapping.
        wires = cast("dict[str, Directory]", self.app.directories)
        wires["contoso"] = self.served()
        self.web = TestClient(TestServer(self.app.pages()), cookie_jar=DummyCookieJar())
        await self.web.start_server()


def quick(world: World) -> Hasher:
    """The same hash, cheap."""
    return Hasher(world, memory_kib=8, passes=1)
