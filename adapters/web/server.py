"""The web application: every address, what stands in front of all of them, and what they are made of."""

from collections.abc import Sequence
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from adapters.web.admin_door import HOME, ROLL_OUT, AdminDoor, is_admins
from adapters.web.assets import Assets
from adapters.web.browser_cookie import Browsers
from adapters.web.csrf import CsrfCheck
from adapters.web.demo_page import DemoPage
from adapters.web.demo_port import Demo
from adapters.web.demo_sign_in import PATH as DEMO_SIGN_IN
from adapters.web.demo_sign_in import DemoSignInPage
from adapters.web.engine_port import EnginePort
from adapters.web.error_pages import ErrorPages
from adapters.web.exhibits import ExhibitPages, Show
from adapters.web.forms import LARGEST
from adapters.web.health_check import Ready, alive, ready
from adapters.web.host_check import HostCheck, PublicAddress
from adapters.web.joiner_page import JoinerDoor, JoinerPage
from adapters.web.link_page import LinkPage
from adapters.web.not_me import NotMeDoor, NotMePage
from adapters.web.own_door import HOME as OWN
from adapters.web.own_door import OwnDesk, OwnDoor, is_own
from adapters.web.own_page import OwnPageView
from adapters.web.pages import Pages
from adapters.web.passwords import Passwords, Rulings, Suggest
from adapters.web.phone_page import PhonePage
from adapters.web.portal import Portal, Start
from adapters.web.rollout_page import RolloutPage
from adapters.web.rules_page import RulesPage
from adapters.web.rules_port import RulesDesk
from adapters.web.sealed_page import SealedPage
from adapters.web.security_headers import SecurityHeaders
from adapters.web.sent_page import CHECK, SentPage
from adapters.web.signing_in import SigningInPages, Signs
from adapters.web.visitor_address import VisitorAddresses
from adapters.web.visitor_connection import EVERYWHERE
from bot.identity.methods.approving import Approving
from bot.language.translations import Words
from bot.model.prompt import Option
from bot.platform.clock import World
from bot.settings.sections import CALLBACK

# Nothing else is a link or a page, so nothing else gets as far as the engine.
LINK = r"/l/{link:[A-Za-z0-9._~-]{1,300}}"
JOINER = r"/j/{token:[A-Za-z0-9_~-]{1,600}}"
NOTICE = r"/n/{token:[A-Za-z0-9._~-]{1,200}}"
PAGE = r"/p/{window:[A-Za-z0-9._~-]{1,100}}"
CHANGE = HOME + r"/changes/{change:change-[0-9a-f]{1,64}}"


def web_app(
    engine: EnginePort,
    words: Words,
    world: World,
    *,
    base_url: str,
    company: str,
    wishes: Sequence[Option],
    start: Start,
    rulings: Rulings,
    suggest: Suggest,
    exhibits: Show,
    is_ready: Ready,
    logo: Path | None = None,
    demo: Demo | None = None,
    hooks: Sequence[web.RouteDef] = (),
    signs: Signs | None = None,
    not_me: NotMeDoor | None = None,
    joins: JoinerDoor | None = None,
    proxies: Sequence[str] = (),
    rules: RulesDesk | None = None,
    own: OwnDesk | None = None,
    approving: Approving | None = None,
) -> web.Application:
    """`demo` is given over a demo store only; its page then stands at "/", with the portal at "/start" alone.

    `hooks` are what vendors post to; each checks its vendor's signature. `signs`: the company's sign-in. `proxies` speak for others.
    Raises ValueError for a `base_url` that is no origin, and for a `logo` that is neither SVG nor PNG; OSError when it can't be read.
    """
    assets, addresses, is_demo = Assets(logo), VisitorAddresses.behind(proxies), demo is not None
    address, pages = PublicAddress.read(base_url, demo=is_demo), Pages(words, company, assets, demo=is_demo)
    browsers, passwords = Browsers(world, https=address.https), Passwords(words, rulings, suggest)
    door, mine = _door(rules, pages, browsers), OwnDoor(own, pages, browsers, addresses) if own else None
    sent = SentPage(own.sent, own.registers, pages, browsers, mine) if own and mine and own.sent.return_to else None
    app = _guarded(ErrorPages(pages, world), address)
    app.add_routes(
        [
            *_always(is_ready, assets),
            *_landing(LinkPage(engine, pages, browsers), JoinerPage(joins, pages, browsers, world) if joins else None),
            *_sealed(SealedPage(engine, pages, browsers, passwords, ExhibitPages(exhibits), addresses, sent)),
            *_portal(portal := Portal(pages, browsers, wishes, start, addresses)),
            *(_demo(DemoPage(demo, pages)) if demo else [web.get("/", portal.show)]),
            *_outside(hooks, PhonePage(approving, pages, assets, company) if approving else None),
            *_signing_in(SigningInPages(signs, pages, browsers) if signs else None, door, mine),
            *(_own(OwnPageView(own, pages, mine), mine, sent) if own and mine else []),
            *(_rules(rules, RulesPage(rules, pages, door), door, pages) if rules and door else []),
            *(_not_me(NotMePage(not_me, pages, browsers)) if not_me else []),
        ]
    )
    return app


def _guarded(errors: ErrorPages, address: PublicAddress) -> web.Application:
    checks: list[Middleware] = [errors.tell, HostCheck(address).check, CsrfCheck(address).check]
    app, headers = web.Application(middlewares=checks, client_max_size=LARGEST), SecurityHeaders(address.https)
    app.on_response_prepare.append(headers.add)
    app[EVERYWHERE] = headers.all()
    return app


def _always(is_ready: Ready, assets: Assets) -> list[web.RouteDef]:
    return [web.get("/healthz", alive), web.get("/readyz", ready(is_ready)), web.get("/static/{name}", assets.serve)]


def _outside(hooks: Sequence[web.RouteDef], phones: PhonePage | None) -> list[web.RouteDef]:
    """What doesn't go by a browser's cookie."""
    return [*hooks, *(phones.routes() if phones else [])]


def _landing(landing: LinkPage, joiner: JoinerPage | None) -> list[web.RouteDef]:
    joins = [web.get(JOINER, joiner.show), web.post(JOINER, joiner.press)] if joiner else []
    return [web.get(LINK, landing.show), web.post(LINK, landing.redeem), *joins]


def _sealed(page: SealedPage) -> list[web.RouteDef]:
    return [
        web.get(PAGE, page.show),
        web.post(PAGE, page.answer),
        web.get(f"{PAGE}/live", page.live),
        web.post(f"{PAGE}/check", page.check),
        web.post(f"{PAGE}/suggest", page.suggest),
    ]


def _not_me(page: NotMePage) -> list[web.RouteDef]:
    return [web.get(NOTICE, page.show), web.post(NOTICE, page.press)]


def _signing_in(page: SigningInPages | None, door: AdminDoor | None, mine: OwnDoor | None) -> list[web.RouteDef]:
    """Providers know one address to send browsers back to, whoever asked."""

    async def back(request: web.Request) -> web.Response:
        if mine and is_own(request):
            return await mine.back(request)
        if door and is_admins(request):
            return await door.back(request)
        if page is None:
            raise web.HTTPNotFound
        return await page.back(request)

    leave = [web.get(f"{PAGE}/sign-in", page.leave)] if page else []
    return [*leave, web.get(CALLBACK, back)] if page or door else []


def _own(page: OwnPageView, door: OwnDoor, sent: SentPage | None) -> list[web.RouteDef]:
    return [
        *(_sent(sent) if sent else []),
        web.get(OWN, page.show),
        web.post(OWN, page.act),
        web.post(f"{OWN}/prove", door.prove),
        web.post(f"{OWN}/enter", door.enter),
        web.get(f"{OWN}/sign-in", door.leave),
        web.post(f"{OWN}/sign-out", door.out),
    ]


def _sent(page: SentPage) -> list[web.RouteDef]:
    return [web.get(CHECK, page.check), web.post(CHECK, page.register), web.get("/register/skip", page.skip)]


def _door(rules: RulesDesk | None, pages: Pages, browsers: Browsers) -> AdminDoor | None:
    return AdminDoor(rules, pages, browsers) if rules else None


def _rules(desk: RulesDesk, page: RulesPage, door: AdminDoor, pages: Pages) -> list[web.RouteDef]:
    rollout = RolloutPage(desk, pages, door)
    return [
        web.get(ROLL_OUT, rollout.show),
        web.post(ROLL_OUT, rollout.step),
        *(_demo_sign_in(DemoSignInPage(desk.stand_in, pages)) if desk.stand_in else []),
        web.get(HOME, page.show),
        web.post(HOME, page.save),
        web.post(f"{HOME}/back", page.back_to),
        web.get(f"{HOME}/sign-in", door.leave),
        web.get(f"{HOME}/door", door.at_door),
        web.post(f"{HOME}/door", door.signed),
        web.post(f"{HOME}/sign-out", door.out),
        web.get(CHANGE, page.preview),
        web.post(CHANGE, page.act),
    ]


def _demo_sign_in(page: DemoSignInPage) -> list[web.RouteDef]:
    return [web.get(DEMO_SIGN_IN, page.show), web.post(DEMO_SIGN_IN, page.typed)]


def _portal(portal: Portal) -> list[web.RouteDef]:
    return [web.get("/start", portal.show), web.post("/start", portal.begin), *portal.shortcuts()]


def _demo(page: DemoPage) -> list[web.RouteDef]:
    return [
        web.get("/", page.show),
        web.get("/demo/chat", page.chat),
        web.get("/demo/things", page.things),
        web.get("/demo/guide", page.guide),
        web.post("/demo/cheat", page.cheat),
        web.post("/demo/agent", page.agent),
        web.get("/demo/inbox.json", page.inbox),
        web.post("/demo/say", page.say),
        web.post("/demo/press", page.press),
        web.post("/demo/sign-in", page.sign_in),
    ]
