"""Which vendors this house uses: their adapters are imported here, and only when they are configured."""

from collections.abc import AsyncIterator, Mapping, Sequence

from aiohttp import web

from adapters.messengers.demo_phone import DemoPhone
from adapters.messengers.smtp import Smtp
from bot.doctor.finding import Finding, fail, ok
from bot.identity.methods.identity_provider import Provider
from bot.language.translations import Words
from bot.messaging.failover import Failover
from bot.messaging.messenger import Channel, Messenger
from bot.messaging.phone_push import PhonePush
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.sms_budget import SmsBudget
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.policy.breached import LeakLookup
from bot.settings.directories import DIRECT, DirectorySection
from bot.settings.settings import Settings
from store.open import Store

SHORT = {"active-directory": "ad"}  # as everybody calls it


def messengers(settings: Settings, store: Store, world: World, keys: Keys, *, is_demo: bool) -> Mapping[Channel, Messenger]:
    """A demo store has the demo's phone and mailbox and nothing else; without a messenger, a method isn't offered."""
    if is_demo:
        return {channel: DemoPhone(channel, store.vault, world) for channel in Channel}
    found, egress = dict[Channel, Messenger](), settings.egress.way()
    smtp = settings.smtp
    if smtp.host:
        found[Channel.MAIL] = Smtp(smtp.host, smtp.port, smtp.sender, smtp.tls, smtp.username, smtp.password, egress)
    if providers := _texts(settings, store, world, keys, egress):
        found[Channel.TEXT] = providers[0] if len(providers) == 1 else Failover(providers, store.records)
    if settings.twilio.call_from and settings.twilio.auth_token:
        from adapters.messengers.twilio.wiring import calls

        alerts = AdminAlerts(store.records)
        found[Channel.CALL] = calls(settings.twilio, settings.base_url, store.records, alerts, keys, egress=egress)
    return found


def _texts(settings: Settings, store: Store, world: World, keys: Keys, egress: Egress) -> list[Messenger]:
    """In the order in which they are asked. What they spend is counted together."""
    found, alerts, twilio, webhook = list[Messenger](), AdminAlerts(store.records), settings.twilio, settings.sms_webhook
    if twilio.account_sid:
        from adapters.messengers.twilio import wiring as by_twilio

        found.append(by_twilio.texts(twilio, settings.base_url, store.records, alerts, keys, egress=egress))
    if webhook.url:
        from adapters.messengers.sms_webhook import wiring as by_webhook

        said = twilio if twilio.account_sid else webhook
        budget = SmsBudget(store.records, alerts, keys, frozenset(said.countries), said.daily_budget, webhook.price)
        found.append(by_webhook.texts(webhook, budget, store.records, alerts, world, egress))
    return found


def phone_push(settings: Settings, world: World, keys: Keys, *, is_demo: bool) -> PhonePush | None:
    """What wakes our page on phones, where its extra is installed."""
    from adapters.messengers.web_push.wiring import pushes

    return pushes(settings.web_push, settings.base_url, keys, world, settings.egress.way(), is_demo=is_demo)


def provider(settings: Settings, world: World, *, is_demo: bool) -> Provider | None:
    """A demo store knows no company outside."""
    if is_demo or not settings.sign_in.issuer:
        return None
    from adapters.sign_in.wiring import company

    return company(settings.sign_in, settings.base_url, world, settings.egress.way())


def leaks(settings: Settings, *, is_demo: bool) -> LeakLookup | None:
    """Who is asked for leaked passwords; a demo store asks nobody."""
    return None if is_demo else range_at(settings.passwords.breached_range, settings.egress.way())


def range_at(url: str, egress: Egress) -> LeakLookup | None:
    """None: no address was given."""
    if not url:
        return None
    from adapters.breached.range_service import RangeService

    return RangeService(url, egress)


def hooks(settings: Settings, store: Store, keys: Keys, words: Words, world: World) -> Sequence[web.RouteDef]:
    """Where vendors tell us something; each checks its vendor's signature."""
    found = list[web.RouteDef]()
    if settings.twilio.account_sid:
        from adapters.messengers.twilio import wiring as by_twilio

        found += by_twilio.hooks(settings.twilio, settings.base_url, store.records, AdminAlerts(store.records))
        found += by_twilio.voice(settings.twilio, settings.base_url, store.records, store.records, keys, words, world)
    if settings.sms_webhook.url:
        from adapters.messengers.sms_webhook import wiring as by_webhook

        found += by_webhook.hooks(settings.sms_webhook, store.records, world)
    return found


async def vendors(settings: Settings, only: str = "") -> AsyncIterator[Finding]:
    """What `unlatch doctor` sees at the vendors that are configured; `only` at one of them, by the name of its section or its kind."""
    egress = settings.egress.way()
    if settings.twilio.account_sid and only in ("", "twilio"):
        from adapters.messengers.twilio.wiring import findings

        async for finding in findings(settings.twilio, egress=egress):
            yield finding
    if settings.sms_webhook.url and only in ("", "sms_webhook"):
        from adapters.messengers.sms_webhook.wiring import findings as at_webhook

        async for finding in _mended(at_webhook(settings.sms_webhook, egress)):
            yield finding
    if only in ("", "web_push"):
        from adapters.messengers.web_push.wiring import findings as of_pushes

        for finding in of_pushes():
            yield finding
    if settings.slack.on and only in ("", "slack"):
        from adapters.slack.checks import examined

        async for finding in examined(settings.slack, settings.base_url, World(), egress=egress):
            yield finding
    if settings.teams.on and only in ("", "teams"):
        from adapters.teams.checks import examined as examined_teams

        async for finding in examined_teams(settings.teams, settings.base_url, World(), egress=egress):
            yield finding
    if settings.passwords.breached_range and only in ("", "passwords"):
        from adapters.breached.range_service import findings as leak_findings

        async for finding in leak_findings(settings.passwords.breached_range, egress):
            yield finding
    for name, section in settings.directories.items():
        if only in ("", name, section.kind, SHORT.get(section.kind)):
            async for finding in _directory(name, section, egress):
                yield finding
            if only and section.kind not in DIRECT:
                yield ok(
                    f"Directory {name} ({section.kind}) has nothing of its own to look at; plain `unlatch doctor` looks at it."
                )


async def _directory(name: str, section: DirectorySection, egress: Egress) -> AsyncIterator[Finding]:
    if section.kind == "openldap":
        from adapters.directories.openldap import wiring

        async for finding in wiring.findings(name, section):
            yield finding
    if section.kind == "active-directory":
        from adapters.directories.active_directory.wiring import findings as in_domain

        async for finding in in_domain(name, section, World().now()):
            yield finding
    if section.kind == "entra":
        from adapters.directories.entra.wiring import findings as at_entra

        async for finding in _mended(at_entra(name, section, World(), egress=egress)):
            yield finding


async def _mended(findings: AsyncIterator[Finding]) -> AsyncIterator[Finding]:
    """What would stop a start is found."""
    try:
        async for finding in findings:
            yield finding
    except OperatorError as mend:
        yield fail(str(mend), "The sentence says it.")
