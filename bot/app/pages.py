"""All pages and endpoints over HTTP, put together: the sealed page, the portal, the links of notices, and what vendors call."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from adapters.web.demo_company import DemoTown
from adapters.web.joiner_page import JoinerDoor
from adapters.web.not_me import NotMeDoor
from adapters.web.security_txt import security_txt
from adapters.web.server import web_app
from bot.app import vendors
from bot.app.chats import VendorChat
from bot.app.own_page import build_own_page
from bot.app.parts import Parts
from bot.app.rules import build_rules
from bot.conversation.interfaces import Stale
from bot.coverage.reports import Reports
from bot.engine.engine import Engine
from bot.engine.exhibits import Exhibits
from bot.identity.methods.approving import Approving
from bot.identity.methods.identity_provider import Claimed
from bot.identity.methods.signing_in import SigningIn
from bot.model.step import Step
from bot.model.turn import PAGE, Party, Window
from bot.platform.clock import World
from bot.platform.ids import ConversationId, GrantId, Line, Origin, SubjectId, WindowId
from bot.policy.live import LiveRules
from flows.first_day import FirstDay
from flows.menu import BUTTONS, buttons, first_step
from flows.my_page import MyPageDoor
from flows.not_me import NotMe
from flows.opening import Opening
from flows.register import Register


def build_pages(
    app: Parts, engine: Engine, live: LiveRules, coverage: Reports, chats: Mapping[str, VendorChat], demo: DemoTown | None
) -> web.Application:
    """`demo` is the page of a demo store."""
    settings, strangers = app.settings, StrangersPages(engine, app.world)
    rules = build_rules(app, coverage, demo)
    security = security_txt(settings.security_contact, settings.base_url, settings.languages, app.world)
    return web_app(
        engine,
        app.words,
        app.world,
        base_url=settings.base_url,
        company=settings.company,
        wishes=buttons(BUTTONS),
        start=strangers.start,
        rulings=live.rulings,
        suggest=live.suggest,
        exhibits=_exhibits(app).show,
        is_ready=app.ready,
        logo=settings.logo,
        demo=demo,
        hooks=[*_hooks(app, chats), *security],
        signs=_signing_in(app, engine),
        not_me=NotMeDoor(app.not_me.change, strangers.disown),
        joins=JoinerDoor(app.joiner_links.read, strangers.join),
        proxies=settings.proxies,
        rules=rules,
        own=build_own_page(app, rules, strangers.prove_own, strangers.register),
        approving=_approving(app, engine),
    )


def _approving(app: Parts, engine: Engine) -> Approving:
    store, origin, ring = app.store, app.settings.base_url, engine.wakeups.wake
    return Approving(store.conversations, store.records, store.records, store.vault, app.push, app.keys, app.world, origin, ring)


def _exhibits(app: Parts) -> Exhibits:
    agents, origin = app.store.agents, app.settings.base_url
    ports = app.store.conversations, app.store.records, app.keys
    return Exhibits(*ports, app.settings.company, agents, origin, app.world, app.policies)


def _hooks(app: Parts, chats: Mapping[str, VendorChat]) -> Sequence[web.RouteDef]:
    """What vendors and agents call; a demo store is called by its own agent, and by a chat that a test stands for."""
    routes = [*(route for chat in chats.values() for route in chat.routes), *app.writeback.routes]
    return routes if app.is_demo else [*routes, *vendors.hooks(app.settings, app.store, app.keys, app.words, app.world)]


def _signing_in(app: Parts, engine: Engine) -> SigningIn | None:
    """Company sign-in, where there is one."""
    if app.provider is None:
        return None
    claimed = Claimed(app.directories, app.settings.sign_in.directory, app.settings.sign_in.claim)
    return SigningIn(app.provider, claimed, app.store.conversations, app.store.records, app.keys, app.world, engine.wakeups.wake)


@dataclass(frozen=True)
class StrangersPages:
    """Conversations that begin on a page, by whoever sits before it: the page is bound before anything is asked."""

    engine: Engine
    world: World

    async def start(self, wish: str, browser: str, label: str, language: str) -> WindowId:
        """At the portal. Raises ValueError for what is no wish."""
        return await self._open(first_step(wish), self._page(browser, label), language, "start")

    async def prove_own(self, browser: str, label: str, language: str) -> WindowId:
        """At the door of everybody's own page."""
        return await self._open(Opening(MyPageDoor()), self._page(browser, label), language, "my-page")

    async def register(self, subject: SubjectId, browser: str, label: str, language: str) -> WindowId:
        """For an account that the company's sign-in has named; it is proved on the page as ever."""
        return await self._open(Opening(Register(subject)), self._page(browser, label), language, "register")

    async def disown(self, grant: GrantId, mac: Line, browser: str, label: str, language: str) -> WindowId:
        """By the link of a notice."""
        page = self._page(browser, label)
        with suppress(Stale):  # somebody pressed it at the same moment; this page will tell
            await self._open(Opening(NotMe(grant, mac)), page, language, "not-me")
        return page.id

    async def join(self, subject: SubjectId, token: Line, browser: str, label: str, language: str) -> WindowId:
        """By the link of an invitation, which says whose first day it is; it is proved on the page."""
        party = Party(Origin.CASE, subject, language)
        return await self._open(Opening(FirstDay(subject, token)), self._page(browser, label), language, "first-day", party)

    async def _open(self, first: Step, page: Window, language: str, event: str, party: Party | None = None) -> WindowId:
        party = party or Party(Origin.STRANGER, None, language)
        return await self.engine.open_conversation(first, page, party, self.world.id(event))

    def _page(self, browser: str, label: str) -> Window:
        id, window = ConversationId(self.world.id("convo")), WindowId(self.world.id("page"))
        return Window(window, id, PAGE, "", browser, label, self.world.now())
