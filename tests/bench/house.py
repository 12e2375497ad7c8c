"""The service that is measured: put together as `unlatch serve` does it, with its loops, on a port of its own, and people in it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiohttp import web

from bot.app import App, build
from bot.directory.administration import Administration, NewAccount
from bot.directory.interfaces import Directory
from bot.identity.registered import Registered
from bot.model.turn import Party
from bot.platform.clock import World
from bot.platform.ids import Kind, MethodId, Origin, SubjectId
from bot.platform.keyring import Keys
from bot.platform.process import give_back_large_blocks
from bot.platform.secret import Secret
from bot.policy.policy import MethodRules, Policy, Scope, ScopeState, dump
from bot.settings.chats import SlackSection, TeamsSection
from bot.settings.sections import SmtpSection
from bot.settings.settings import Settings
from store.directory_admin import AdministeredDirectory
from store.migrate import migrate
from tests.bench.bare import BYSTANDERS
from tests.bench.hashing import Timed
from tests.bench.measuring import Cost, Meter
from tests.bench.outside import PORT, Outside
from tests.kit.kinds import EMAIL
from tests.kit.microsoft import APP, TENANT
from tests.kit.microsoft import SECRET as APP_SECRET
from tests.kit.slack import SECRET as SIGNING
from tests.kit.slack import TOKEN

NAME, DAY = "contoso", 86400.0
QUIET = 0.2  # seconds for a loop to end what it holds before it is stopped
LOOKS, FOUND = {"take", "lease chat updates"}, {"done", "later", "shown", "later shown"}
OLD = "Plum-Harbour-61-Anchor"
POLICY = Policy(scope=Scope(state=ScopeState.ALL), methods=MethodRules(alone=(EMAIL,)))
Served = Callable[[World], tuple[Administration, Directory]]


@dataclass(frozen=True)
class Resident:
    """Somebody who can prove who they are: by an app's key, or at a mailbox at home."""

    login: str
    subject: SubjectId
    kind: Kind
    secret: str


@dataclass
class House:
    """`hasher` counts what the production hash costs; `commits` are the writing transactions so far, by name."""

    app: App
    outside: Outside
    hasher: Timed
    staff: Administration
    commits: list[str]
    port: int = 0
    world: World = field(default_factory=World)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """With the loops; what they do once a minute whoever comes is left out."""
        loops = asyncio.create_task(replace(self.app.running(), minutely=()).forever())
        try:
            yield
            await asyncio.sleep(QUIET)
        finally:
            loops.cancel()
            with suppress(asyncio.CancelledError):
                await loops

    async def settled(self) -> None:
        """What is due is done: the answer stands in the chat, and the notices have left."""
        for chat in self.app.chats.values():
            await chat.tasks.done()  # type: ignore[attr-defined]  # of these adapters
        await self.app.running().once()

    async def measured(self, meter: Meter, times: int, work: Callable[[], Awaitable[object]]) -> Cost:
        """Until all that follows is done as well."""

        async def whole() -> None:
            await work()
            await self.settled()

        async with self.working():
            return await meter.each(times, whole)

    def durable(self) -> int:
        """How many of the commits have left something on disk: who looks for work and finds none leaves nothing."""
        return sum(name not in LOOKS for name in self.commits) + sum(name in FOUND for name in self.commits)

    async def resident(self, login: str, kind: Kind, secret: str) -> Resident:
        """Moves in, with a method that is long past its quarantine."""
        long_ago = self.world.now() - 90 * DAY
        mail = f"{login}@contoso.example"
        account = NewAccount(login, f"{login.title()} Resident", Secret(OLD), mail=mail, changed_at=long_ago)
        subject = await self.staff.create(account)
        id = MethodId(self.world.id("method"))
        await self.app.store.records.register(Registered(id, subject, kind, Secret(secret), long_ago, long_ago))
        return Resident(login, subject, kind, secret)

    async def bystanders(self) -> None:
        """Conversations that nobody goes on with: rows for the floor."""
        for number in range(20):
            party = Party(Origin.STRANGER, None, BYSTANDERS)
            await self.app.terminal(party, self.unheard, as_json=True, address=f"bystander-{number}").hear("Passwort vergessen")

    def unheard(self, line: str) -> None:
        """What a terminal prints."""

    async def residents(self, prefix: str, many: int, kind: Kind, secret: Callable[[str], str]) -> Sequence[Resident]:
        """So many that nobody comes twice within any allowance."""
        return [await self.resident(f"{prefix}{number}", kind, secret(f"{prefix}{number}")) for number in range(many)]


@asynccontextmanager
async def house(folder: Path, outside: Outside, url: str = "", served: Served | None = None) -> AsyncIterator[House]:
    """Until the block ends. Without a `url` it keeps its rows in SQLite; without `served` the accounts are among them."""
    give_back_large_blocks()
    settings = _settings(folder, outside, url)
    (folder / "data").mkdir(parents=True)
    await migrate(settings.connection().reveal())
    settings.keys.ring_file.parent.mkdir()
    keys, world = Keys.create(settings.keys.ring_file), World()
    hasher, commits = Timed(world), list[str]()
    given = served(world) if served else None
    app = await build(
        settings,
        world=world,
        keys=keys,
        point=_counted(commits),
        hasher=hasher,
        directories={NAME: given[1]} if given else None,
        addresses={"slack": outside.slack, "teams": outside.teams},
    )
    try:
        await app.store.policies.save(json.dumps(dump(POLICY)), "bench", 0)
        app.policies.forget()
        staff = given[0] if given else AdministeredDirectory(NAME, app.store.database, world, hasher)
        runner = web.AppRunner(app.pages(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made = House(app, outside, hasher, staff, commits, int(runner.addresses[0][1]), world)
        await made.bystanders()
        yield made
        await runner.cleanup()
    finally:
        await app.close()


def _settings(folder: Path, outside: Outside, url: str) -> Settings:
    plain = Settings.demo(folder / "data", PORT)
    mail = SmtpSection.model_validate({"host": "127.0.0.1", "port": outside.smtp, "from": "it@contoso.example", "tls": "none"})
    slack = SlackSection(bot_token=Secret(TOKEN), signing_secret=Secret(SIGNING))
    teams = TeamsSection(app_id=APP, tenant_id=TENANT, client_secret=Secret(APP_SECRET))
    more = {"smtp": mail, "slack": slack, "teams": teams, **({"database": url} if url else {})}
    return plain.model_copy(update=more)


def _counted(commits: list[str]) -> Callable[[str], None]:
    def point(name: str) -> None:
        if name.startswith("after "):
            commits.append(name.removeprefix("after "))

    return point
