"""Everything, put together. Production and tests call the same `build`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from socket import gethostname

import structlog
from aiohttp import web

from adapters.terminal.chat import TerminalChat as Terminal
from adapters.terminal.chat import typed_lines
from adapters.terminal.render import Render
from adapters.web.demo_company import DemoTown
from adapters.web.health_check import metrics_app
from adapters.web.not_me import NotMeDoor
from adapters.web.server import web_app
from adapters.writeback.relay import Relay
from bot.accounts.accounts import Accounts
from bot.app import demonstration, vendors
from bot.app.chats import VendorChat, chats
from bot.app.directories import directories as configured
from bot.app.job_handlers import job_handlers
from bot.app.parts import Parts
from bot.app.writeback import Writeback, served
from bot.audit.checkpoints import append, checkpoint
from bot.conversation.windows import Stale, Windows
from bot.coverage.reports import Reports
from bot.directory.interfaces import Directory, close, tries
from bot.engine.background_loops import BackgroundLoops
from bot.engine.chat_outbox import ChatOutboxWorker
from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.engine.exhibits import Exhibits
from bot.helpdesk.calls import Calls
from bot.helpdesk.cases import Cases
from bot.identity.attempt_limits import AttemptLimits
from bot.identity.challenges import Challenges
from bot.identity.chat_links import ChatLinks
from bot.identity.codes import Codes
from bot.identity.identity import Identity
from bot.identity.identity_provider import Claimed, Provider
from bot.identity.links import Links
from bot.identity.people import People
from bot.identity.registration import Registration
from bot.identity.sign_in import SigningIn
from bot.identity.takeover_report import TakeoverReports
from bot.language.intent import understood
from bot.language.translations import Words
from bot.messaging.messenger import Messenger
from bot.model.turn import PAGE, Party, Turn, Window
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.clock_watch import ClockWatch
from bot.notify.directory_watch import DirectoryWatch, some_answer
from bot.platform import logs
from bot.platform.clock import SharedClock, World
from bot.platform.errors import OperatorError
from bot.platform.ids import ConversationId, GrantId, Kind, Line, Origin, WindowId
from bot.platform.job_outbox import Jobs
from bot.platform.keyring import Keys
from bot.policy.check import PasswordCheck
from bot.policy.current import Policies
from bot.policy.live import LiveRules
from bot.policy.pasted_passwords import PastedPasswords
from bot.policy.roles import Role, Roles
from bot.settings.settings import Settings
from flows.door import FrontDoor
from flows.menu import PORTAL, buttons, first_step
from flows.not_me import NotMe
from flows.opening import Opening
from store.argon2_hash import Hasher
from store.database import Point, no_point
from store.migrate import up_to_date
from store.open import Store, open_store

READY = 2.0  # seconds in which a balancer hears whether people can be served


@dataclass
class App(Parts):
    """Everything, put together; nothing runs yet."""

    engine: Engine = field(init=False)
    jobs: Jobs = field(init=False)
    live: LiveRules = field(init=False)
    coverage: Reports = field(init=False)
    chat_outbox_worker: ChatOutboxWorker = field(init=False)
    chats: Mapping[str, VendorChat] = field(init=False)

    def __post_init__(self) -> None:
        windows, door = Windows(self.keys), FrontDoor(understood, Calls(self.directories, self.roles))
        spent, store = PastedPasswords(self.store.records, self.keys), self.store.conversations
        self.engine = Engine(store, self.desk, self.world, windows, self.words, door, spent, self.metrics)
        self.chats = chats(self, self.engine)
        self.jobs = Jobs(self.store.jobs, job_handlers(self, self.engine.windows, self.chats), self.world, self.metrics)
        posters = {kind: chat.poster for kind, chat in self.chats.items()}
        self.chat_outbox_worker = ChatOutboxWorker(self.store.chat_outbox, self.engine, posters)
        self.live = LiveRules(self.store.conversations, self.directories, self.check, self.world)
        self.coverage = Reports(self.store.accounts, self.directories, self.roles, self.policies, self.deliverable)

    @property
    def deliverable(self) -> frozenset[Kind]:
        """The methods that this house can carry: those that are sent need a messenger, and a password somewhere to try it."""
        here = {Kind.TOTP, Kind.RECOVERY, *self.messengers}
        if any(map(tries, self.directories.values())):
            here.add(Kind.PASSWORD)
        return frozenset(here | {Kind.SIGN_IN} if self.provider else here)

    @property
    def signing_in(self) -> SigningIn | None:
        """Company sign-in, where there is one."""
        if self.provider is None:
            return None
        claimed = Claimed(self.directories, self.settings.sign_in.directory, self.settings.sign_in.claim)
        conversations, ring = self.store.conversations, self.engine.wakeups.ring
        return SigningIn(self.provider, claimed, conversations, self.store.records, self.keys, self.world, ring)

    def desk(self, turn: Turn) -> Desk:
        """One turn's tools."""
        records = self.store.records
        people = People(self.directories, self.roles, self.policies, self.keys, records, self.world)
        limits = AttemptLimits(turn, records, self.keys)
        accounts = Accounts(
            turn, self.store.operations, self.directories, people, lambda: identity, limits, self.check, self.metrics
        )
        challenges = Challenges(turn, records, limits, self.codes, accounts, self.keys, self.world)
        identity = Identity(turn, records, people, limits, challenges, self.deliverable, self.keys, self.world)
        registration = Registration(turn, records, self.store.operations, identity, challenges, self.keys, self.world)
        cases = Cases(turn, self.store.cases, records, identity, self.world)
        takeovers = TakeoverReports(turn, self.not_me, self.store.operations, accounts, identity, self.store.chat_links)
        chat_links = ChatLinks(turn, self.store.chat_links, records, self.keys, self.world)
        links, agents = Links(turn, self.world), self.writeback.admitting(turn, identity)
        return Desk(turn, people, identity, accounts, links, registration, takeovers, self.coverage, cases, chat_links, agents)

    def pages(self) -> web.Application:
        """All pages; the demo's over a marked store alone."""
        return web_app(
            self.engine,
            self.words,
            self.world,
            base_url=self.settings.base_url,
            company=self.settings.company,
            wishes=buttons(PORTAL),
            start=self._start,
            rulings=self.live.rulings,
            suggest=self.live.suggest,
            exhibits=Exhibits(
                self.store.conversations, self.store.records, self.keys, self.settings.company, self.store.agents
            ).show,
            is_ready=self.ready,
            logo=self.settings.logo,
            demo=self.demo() if self.marked else None,
            hooks=self._hooks(),
            signs=self.signing_in,
            not_me=NotMeDoor(self.not_me.change, self._disown),
        )

    def _hooks(self) -> Sequence[web.RouteDef]:
        """What vendors and agents call; a marked store is called by none of them, but for a chat that a test stands for."""
        chats = [route for chat in self.chats.values() for route in chat.routes]
        return chats if self.marked else [*chats, *vendors.hooks(self.settings, self.store), *self.writeback.routes]

    def terminal(self, party: Party, out: Callable[[str], None], *, as_json: bool, address: str | None = None) -> Terminal:
        """A chat for whoever sits at this terminal; a fresh one, unless its `address` says which."""
        render = Render(self.words, self.settings.base_url, party.language, as_json)
        return Terminal(self.engine, party, address or self.world.id("tty"), render, self.world, out)

    def typed(self) -> AsyncIterator[str]:
        """What is typed at this terminal."""
        return typed_lines()

    def metrics_page(self) -> web.Application:
        """For a listener of its own."""
        return metrics_app(self.metrics.text)

    async def _start(self, wish: str, browser: str, label: str, language: str) -> WindowId:
        page = self._page(browser, label)
        return await self.engine.open(first_step(wish), page, Party(Origin.STRANGER, None, language), self.world.id("start"))

    async def _disown(self, grant: GrantId, mac: Line, browser: str, label: str, language: str) -> WindowId:
        page = self._page(browser, label)
        with suppress(Stale):  # somebody pressed it at the same moment; this page will tell
            await self.engine.open(
                Opening(NotMe(grant, mac)), page, Party(Origin.STRANGER, None, language), self.world.id("not-me")
            )
        return page.id

    def _page(self, browser: str, label: str) -> Window:
        """Bound before anything is asked."""
        id, window = ConversationId(self.world.id("convo")), WindowId(self.world.id("page"))
        return Window(window, id, PAGE, "", browser, label, self.world.now())

    def demo(self) -> DemoTown:
        """The demo company, as its page plays it."""
        return demonstration.town(self, self.engine)

    def running(self) -> BackgroundLoops:
        """The loops beside the answers."""
        watch = DirectoryWatch(self.directories, AdminAlerts(self.store.records))
        minutely = (self._clock, self.store.sweep, self.checkpoint, self.policies.current, watch.look, self.coverage.refresh)
        return BackgroundLoops(
            self.engine, self.jobs, self.chat_outbox_worker, self.writeback.listen, minutely, self.writeback.loops
        )

    async def _clock(self) -> None:
        """A test that brings a clock of its own has nothing to be held against."""
        if self.clock:
            await ClockWatch(self.clock, self.store.set_clock, AdminAlerts(self.store.records), gethostname()).look()

    async def checkpoint(self) -> None:
        """How far the audit has come leaves the database, signed."""
        count, head = await self.store.audit.head()
        append(self.settings.checkpoints, checkpoint(count, head, self.world.now(), self.keys))

    async def ready(self) -> bool:
        """Whether people can be served now, and what they do be written. Agents come in where people do, so none is waited for."""
        try:
            async with asyncio.timeout(READY):
                await self.store.flags.writable()
                return await some_answer({n: d for n, d in self.directories.items() if n not in self.writeback.served})
        except Exception:  # noqa: BLE001 - whatever it is, the answer is no
            return False

    async def close(self) -> None:
        """Connections are given back."""
        for chat in self.chats.values():
            await chat.close()
        await close(self.directories.values())
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
    provider: Provider | None = None,
    addresses: Mapping[str, str] | None = None,
) -> App:
    """Tests replace what they must: the clock, the point where a process dies, a slow hash. Raises OperatorError."""
    if not structlog.is_configured():
        logs.to_stderr()  # the library's own default prints local variables with a trace
    clock = None if world else SharedClock()
    world = World(clock.now) if clock else world or World()
    keys = keys or Keys.load(settings.keys.ring_file)
    url = settings.connection().reveal()
    if not await up_to_date(url):
        raise OperatorError("The database's tables aren't as this version wants them; `unlatch migrate` brings them up to date.")
    store = await open_store(url, world, keys, point)
    if clock:
        await _agreed(clock, store)
    marked, relay = await store.flags.marked(), Relay(store.agents, keys, world)
    policies = Policies(store.policies, world)
    await policies.current()
    return App(
        settings,
        world,
        keys,
        store,
        Words(settings.company, policies.contact, settings.languages),
        policies,
        Roles({Role(name): group for name, group in settings.roles.model_dump().items() if group}),
        directories or configured(settings, store, world, hasher or Hasher(world), relay),
        vendors.messengers(settings, store, world, keys, marked=marked) if messengers is None else messengers,
        PasswordCheck(policies, settings.company, world, PastedPasswords(store.records, keys)),
        Codes(keys, world),
        marked,
        Writeback(relay, store, served(settings)),
        provider or vendors.provider(settings, world, marked=marked),
        addresses=addresses or {},
        clock=clock,
    )


async def _agreed(clock: SharedClock, store: Store) -> None:
    """Raises OperatorError: whoever starts with a wrong clock shows wrong times, and vendors refuse what it signs."""
    await store.set_clock(clock)
    if clock.far:
        await store.close()
        ahead = "behind" if clock.apart > 0 else "ahead of"
        raise OperatorError(
            f"This machine's clock is {abs(clock.apart):.0f} seconds {ahead} the database's. Let NTP set both, and start again."
        )
