"""The composition root: the only place that knows concrete classes. Production and tests call the same `build`."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiohttp import web

from adapters.messengers.demo_phone import DemoPhone, received
from adapters.messengers.smtp import Smtp
from adapters.terminal.chat import Chat, typed_lines
from adapters.terminal.render import Render
from adapters.web.health import metrics_app
from adapters.web.played import DemoTown
from adapters.web.server import web_app
from bot import logs, seed
from bot.accounts.accounts import Accounts
from bot.accounts.directory import Directory
from bot.checkpoints import append, checkpoint
from bot.conversation.engine import Engine
from bot.conversation.intent import intent
from bot.conversation.turn import PAGE, Party, Turn, Window
from bot.conversation.windows import Windows
from bot.conversation.words import Words
from bot.desk import Desk
from bot.identity.challenges import Challenges
from bot.identity.codes import Codes
from bot.identity.identity import Identity
from bot.identity.limits import Limits
from bot.identity.links import Links
from bot.identity.people import People
from bot.ids import ConversationId, Kind, Origin, WindowId
from bot.jobs import Jobs
from bot.keys import Keys
from bot.mend import Mend
from bot.metrics import Metrics
from bot.notices import Messenger, Post
from bot.policy.check import PasswordCheck
from bot.policy.current import Policies
from bot.policy.live import LiveRules
from bot.policy.policy import dump
from bot.policy.roles import Role, Roles
from bot.running import Running
from bot.settings import Settings
from bot.world import World
from flows.menu import FrontDoor, first_step, wishes
from store.database import Point, no_point
from store.directory import EmbeddedDirectory
from store.directory_admin import AdministeredDirectory
from store.migrate import migrate as migrate_store
from store.migrate import up_to_date
from store.open import Store, open_store
from store.passwords_hash import Hasher
from store.site import StoredSite


@dataclass
class App:
    """Everything, put together; nothing runs yet."""

    settings: Settings
    world: World
    keys: Keys
    store: Store
    words: Words
    policies: Policies
    roles: Roles
    directories: Mapping[str, Directory]
    messengers: Mapping[Kind, Messenger]
    check: PasswordCheck
    codes: Codes
    marked: bool  # a demo store
    metrics: Metrics = field(default_factory=Metrics)
    engine: Engine = field(init=False)
    jobs: Jobs = field(init=False)
    live: LiveRules = field(init=False)

    def __post_init__(self) -> None:
        windows, door = Windows(self.keys), FrontDoor(intent)
        self.engine = Engine(self.store.conversations, self.desk, self.world, windows, self.words, door, self.metrics)
        records, codes = self.store.records, self.codes
        post = Post(records, self.directories, self.messengers, codes, self.policies, self.words, self.world)
        self.jobs = Jobs(self.store.jobs, {"code": post.code, "notice": post.notice}, self.world, self.metrics)
        self.live = LiveRules(self.store.conversations, self.directories, self.check, self.world)

    def desk(self, turn: Turn) -> Desk:
        """One turn's tools."""
        records = self.store.records
        people = People(self.directories, self.roles, self.policies, self.keys)
        limits = Limits(turn, records, self.keys)
        accounts = Accounts(
            turn, self.store.operations, self.directories, people, lambda: identity, limits, self.check, self.metrics
        )
        challenges = Challenges(turn, records, limits, self.codes, accounts, self.keys, self.world)
        deliverable = frozenset({Kind.TOTP, Kind.PASSWORD, *self.messengers})
        identity = Identity(turn, records, people, limits, challenges, deliverable, self.keys, self.world)
        return Desk(turn, people, identity, accounts, Links(turn, self.world))

    def pages(self) -> web.Application:
        """All pages; the demo's over a marked store alone."""
        return web_app(
            self.engine,
            self.words,
            self.world,
            base_url=self.settings.base_url,
            company=self.settings.company,
            wishes=wishes(),
            start=self._start,
            rulings=self.live.rulings,
            suggest=self.live.suggest,
            is_ready=self.ready,
            logo=self.settings.logo,
            demo=self.demo() if self.marked else None,
        )

    def terminal(self, party: Party, out: Callable[[str], None], *, as_json: bool, address: str | None = None) -> Chat:
        """A chat for whoever sits at this terminal; a fresh one, unless its `address` says which."""
        render = Render(self.words, self.settings.base_url, party.language, as_json)
        return Chat(self.engine, party, address or self.world.id("tty"), render, self.world, out)

    def typed(self) -> AsyncIterator[str]:
        """What is typed at this terminal."""
        return typed_lines()

    def metrics_page(self) -> web.Application:
        """For a listener of its own."""
        return metrics_app(self.metrics.text)

    async def _start(self, wish: str, browser: str, label: str, language: str) -> WindowId:
        id, window = ConversationId(self.world.id("convo")), WindowId(self.world.id("page"))
        page = Window(window, id, PAGE, "", browser, label, self.world.now())
        return await self.engine.open(first_step(wish), page, Party(Origin.STRANGER, None, language), self.world.id("start"))

    def demo(self) -> DemoTown:
        """The demo company, as its page plays it."""
        (directory,) = self.directories.values()
        arrived = partial(received, self.store.vault)
        return DemoTown(self.engine, directory, self.store.records, arrived, self.world, seed.WELL_KNOWN, seed.NOTES)

    async def populate(self) -> None:
        """The demo company moves in; its rules are the last thing that is written."""
        (name,) = self.directories
        hands = AdministeredDirectory(name, self.store.database, self.world, Hasher(self.world))
        await seed.company({name: hands}, self.store.records, self.world)
        await self.store.policies.save(json.dumps(dump(seed.POLICY)), "operator:demo", 0)
        self.policies.forget()
        await self.policies.current()

    def running(self) -> Running:
        """The loops beside the answers."""
        minutely = (self.store.sweep, self.checkpoint, self.policies.current)
        return Running(self.engine, self.jobs, self.store.database.listen, minutely)

    async def checkpoint(self) -> None:
        """How far the audit has come leaves the database, signed."""
        count, head = await self.store.audit.head()
        append(self.settings.checkpoints, checkpoint(count, head, self.world.now(), self.keys))

    async def ready(self) -> bool:
        """Whether people can be served now."""
        try:
            await self.store.marks.marked()
            return all([(await d.health()).ok for d in self.directories.values()])
        except Exception:  # noqa: BLE001 - whatever it is, the answer is no
            return False

    async def close(self) -> None:
        """Connections are given back."""
        await self.store.close()


async def build(
    settings: Settings,
    *,
    world: World | None = None,
    keys: Keys | None = None,
    point: Point = no_point,
    hasher: Hasher | None = None,
    messengers: Mapping[Kind, Messenger] | None = None,
    directories: Mapping[str, Directory] | None = None,
) -> App:
    """Tests replace what they must: the clock, the point where a process dies, a slow hash. Raises Mend."""
    if not structlog.is_configured():
        logs.to_stderr()  # the library's own default prints local variables with a trace
    world = world or World()
    keys = keys or Keys.load(settings.keys.ring_file)
    url = settings.connection().reveal()
    if not await up_to_date(url):
        raise Mend("The database's tables aren't as this version wants them; `unlatch migrate` brings them up to date.")
    store = await open_store(url, world, keys, point)
    marked = await store.marks.marked()
    policies = Policies(store.policies, world)
    await policies.current()
    embedded = partial(EmbeddedDirectory, database=store.database, world=world, hasher=hasher or Hasher(world))
    return App(
        settings,
        world,
        keys,
        store,
        Words(settings.company, policies.contact, settings.languages),
        policies,
        Roles({Role(name): group for name, group in settings.roles.model_dump().items() if group}),
        directories or {name: embedded(name) for name in settings.directories},
        _messengers(settings, store, world, marked=marked) if messengers is None else messengers,
        PasswordCheck(policies, settings.company, world),
        Codes(keys, world),
        marked,
    )


def _messengers(settings: Settings, store: Store, world: World, *, marked: bool) -> Mapping[Kind, Messenger]:
    """A marked store has the demo's phone and mailbox and nothing else; without a messenger, a method isn't offered."""
    if marked:
        return {kind: DemoPhone(kind, store.vault, world) for kind in (Kind.SMS, Kind.EMAIL)}
    smtp = settings.smtp
    if not smtp.host:
        return {}
    return {Kind.EMAIL: Smtp(smtp.host, smtp.port, smtp.sender, smtp.tls, smtp.username, smtp.password)}


async def migrate(settings: Settings) -> None:
    """Bring the tables up to this version."""
    await migrate_store(settings.connection().reveal())


async def site(settings: Settings) -> StoredSite:
    """What `unlatch doctor` looks at; nothing is started or changed."""
    world, keys, url = World(), Keys.load(settings.keys.ring_file), settings.connection().reveal()
    store = await open_store(url, world, keys)
    directories = {name: EmbeddedDirectory(name, store.database, world, Hasher(world)) for name in settings.directories}
    return StoredSite(url, store, Policies(store.policies, world), directories)
