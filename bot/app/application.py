"""Everything, put together. Production and tests call the same `build`."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from socket import gethostname

import structlog
from aiohttp import web

from adapters.terminal.chat import TerminalChat as Terminal
from adapters.terminal.chat import typed_lines
from adapters.terminal.render import Render
from adapters.web.admin_door import HOME as RULES_PAGE
from adapters.web.demo_company import DemoTown
from adapters.web.health_check import metrics_app
from adapters.web.own_door import HOME as OWN_PAGE
from adapters.writeback.relay import Relay
from bot.app import demonstration, vendors
from bot.app.chats import VendorChat, chats
from bot.app.demo_agent import DemoAgent
from bot.app.desks import build_desk
from bot.app.directories import build_directories
from bot.app.job_handlers import jobs
from bot.app.pages import StrangersPages, build_pages
from bot.app.parts import Parts
from bot.app.writeback import Writeback, reached_by_agents
from bot.audit.archive import AuditArchive
from bot.audit.checkpoints import append, checkpoint
from bot.conversation.windows import Windows
from bot.coverage.reports import Reports
from bot.coverage.sent_figures import SentCounts
from bot.directory.interfaces import Directory, close
from bot.engine.background_loops import BackgroundLoops
from bot.engine.chat_outbox import ChatOutboxWorker
from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.engine.nightly import Nightly
from bot.engine.unread_events import UnreadEvents
from bot.helpdesk.calls import Calls
from bot.identity.methods.identity_provider import Provider
from bot.identity.methods.registry import listable
from bot.language.decision import decide
from bot.language.topics import read_answers
from bot.language.translations import Words
from bot.messaging.messenger import Channel, Messenger
from bot.model.turn import Party, Turn
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.clock_watch import ClockWatch
from bot.notify.directory_watch import DirectoryWatch
from bot.notify.set_watch import SetWatch
from bot.platform.clock import SharedClock, World
from bot.platform.errors import OperatorError
from bot.platform.ids import Line
from bot.platform.job_outbox import Jobs
from bot.platform.keyring import Keys
from bot.platform.process import log_to_stderr
from bot.policy.breached import opened
from bot.policy.check import PasswordCheck
from bot.policy.current import Policies
from bot.policy.live import LiveRules
from bot.policy.passwords import Lists
from bot.policy.pasted_passwords import PastedPasswords
from bot.policy.roles import Role, Roles
from bot.settings.settings import Settings
from flows.door import FrontDoor
from store.argon2_hash import Hasher
from store.database import Point, no_point
from store.migrate import tables
from store.open import Store, open_store


@dataclass
class App(Parts):
    """Everything, put together; nothing runs yet."""

    engine: Engine = field(init=False)
    jobs: Jobs = field(init=False)
    live: LiveRules = field(init=False)
    coverage: Reports = field(init=False)
    chat_outbox_worker: ChatOutboxWorker = field(init=False)
    chats: Mapping[str, VendorChat] = field(init=False)
    demo_agent: DemoAgent | None = field(init=False, default=None)  # a demo's own, which dials from this very process
    _marked: tuple[int, str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        rules = Line(f"{self.settings.base_url}{RULES_PAGE}")
        page = Line(f"{self.settings.base_url}{OWN_PAGE}")
        portal = Line(f"{self.settings.base_url}/start")
        calls, answers = Calls(self.directories, self.roles), read_answers(self.settings.answers)
        windows, door = Windows(self.keys), FrontDoor(decide, calls, rules, page, portal, answers)
        pasted, store = PastedPasswords(self.store.records, self.keys), self.store.conversations
        self.engine = Engine(store, self.desk, self.world, windows, self.words, door, pasted, self.metrics)
        self.chats = chats(self, self.engine)
        self.jobs = jobs(self, self.engine.windows, self.chats)
        posters = {kind: chat.poster for kind, chat in self.chats.items()}
        self.chat_outbox_worker = ChatOutboxWorker(self.store.chat_outbox, self.engine, posters)
        self.live = LiveRules(self.store.conversations, self.directories, self.check, self.world)
        sent, accounts = SentCounts(self.store.records, self.world), self.store.accounts
        self.coverage = Reports(accounts, self.directories, self.roles, self.policies, self.deliverable, sent)

    def desk(self, turn: Turn) -> Desk:
        """All that the steps of one turn may ask for."""
        return build_desk(self, self.coverage, turn)

    def pages(self) -> web.Application:
        """All pages; the demo's over a demo store alone."""
        return build_pages(self, self.engine, self.live, self.coverage, self.chats, self.demo() if self.is_demo else None)

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

    def demo(self) -> DemoTown:
        """The demo company, as its page plays it."""
        return demonstration.town(self, self.engine, StrangersPages(self.engine, self.world).start, self.demo_agent)

    def running(self) -> BackgroundLoops:
        """The loops beside the answers."""
        watch = DirectoryWatch(self.directories, AdminAlerts(self.store.records))
        minutely = (
            self._clock,
            self.store.sweep,
            self.checkpoint,
            self.policies.current,
            watch.check_directories,
            SetWatch(self.store.survey, AdminAlerts(self.store.records)).look,
            self.coverage.refresh,
            UnreadEvents(self.store.conversations, {kind: chat.handler for kind, chat in self.chats.items()}).ask_again,
        )
        agents = (self.demo_agent.forever,) if self.demo_agent else ()
        beside = (*self.writeback.loops, *agents, self.nightly().forever)
        return BackgroundLoops(self.engine, self.jobs, self.chat_outbox_worker, self.writeback.listen, minutely, beside)

    def nightly(self) -> Nightly:
        """What has had its time goes; the audit's old rows into files."""
        tasks = (self.store.retention.forget, *((self._archived,) if self.settings.retention.audit else ()))
        return Nightly(tasks, self.store.records.once, self.world, self.settings.retention.hour)

    async def _archived(self) -> None:
        await self.archive.move(self.settings.retention.audit)

    @property
    def archive(self) -> AuditArchive:
        """Where the audit's old rows go."""
        return AuditArchive(self.store.audit, self.settings.archive, self.keys, self.world)

    async def _clock(self) -> None:
        """A test that brings a clock of its own has nothing to be held against."""
        if self.clock:
            await ClockWatch(self.clock, self.store.set_clock, AdminAlerts(self.store.records), gethostname()).look()

    async def checkpoint(self) -> None:
        """How far the audit has come leaves the database, signed; once, so that the file grows no faster than the chain."""
        head, sets = await self.store.audit.head(), await self.store.survey.total()
        if head != self._marked:
            append(self.settings.checkpoints, checkpoint(*head, self.world.now(), self.keys, sets=sets))
            self._marked = head

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
    messengers: Mapping[Channel, Messenger] | None = None,
    directories: Mapping[str, Directory] | None = None,
    provider: Provider | None = None,
    addresses: Mapping[str, str] | None = None,
) -> App:
    """Tests replace what they must: the clock, the point where a process dies, a slow hash. Raises OperatorError."""
    if not structlog.is_configured():
        log_to_stderr()  # the library's own default prints local variables with a trace
    clock = None if world else SharedClock()
    world = World(clock.now) if clock else world or World()
    keys = keys or Keys.load(settings.keys.ring_file)
    url = settings.connection().reveal()
    if not (found := await tables(url)).usable:
        raise OperatorError(found.mend)
    store = await open_store(url, world, keys, point, settings.retention)
    if clock:
        await _agreed(clock, store)
    is_demo, relay = await store.flags.is_demo(), Relay(store.agents, keys, world)
    policies = Policies(store.policies, world, listable())
    await policies.current()
    return App(
        settings,
        world,
        keys,
        store,
        Words(settings.company, policies.contact, settings.languages),
        policies,
        Roles({Role(name): group for name, group in settings.roles.model_dump().items() if group}),
        directories or build_directories(settings, store, world, hasher or Hasher(world), relay),
        vendors.messengers(settings, store, world, keys, is_demo=is_demo) if messengers is None else messengers,
        _password_check(settings, store, policies, world, keys, is_demo=is_demo),
        is_demo,
        Writeback(relay, store, reached_by_agents(settings)),
        provider or vendors.provider(settings, world, is_demo=is_demo),
        addresses=addresses or {},
        clock=clock,
    )


def _password_check(
    settings: Settings, store: Store, policies: Policies, world: World, keys: Keys, *, is_demo: bool
) -> PasswordCheck:
    pasted, lists = PastedPasswords(store.records, keys), Lists(opened(settings.passwords.breached_file))
    return PasswordCheck(policies, settings.company, world, pasted, lists, vendors.leaks(settings, is_demo=is_demo))


async def _agreed(clock: SharedClock, store: Store) -> None:
    """Raises OperatorError: whoever starts with a wrong clock shows wrong times, and vendors refuse what it signs."""
    await store.set_clock(clock)
    if clock.far:
        await store.close()
        ahead = "behind" if clock.apart > 0 else "ahead of"
        raise OperatorError(
            f"This machine's clock is {abs(clock.apart):.0f} seconds {ahead} the database's. Let NTP set both, and start again."
        )
