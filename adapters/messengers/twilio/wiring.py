"""Twilio's parts, put together from the settings; the composition root imports this when an account is named, and else nothing here."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from aiohttp import web

from adapters.messengers.twilio.calls import PhoneCalls
from adapters.messengers.twilio.checks import examined
from adapters.messengers.twilio.client import TwilioAccount
from adapters.messengers.twilio.text_messages import TextMessages
from adapters.messengers.twilio.voice import Voice
from adapters.messengers.twilio.webhook import STATUS, status_hook
from bot.doctor.finding import Finding
from bot.identity.interfaces import Records
from bot.language.translations import Words
from bot.messaging.ledger import Ledger
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.sms_budget import SmsBudget
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.settings.sections import TwilioSection


def texts(
    twilio: TwilioSection,
    origin: str,
    records: Records,
    alerts: AdminAlerts,
    keys: Keys,
    base_url: str = "",
    egress: Egress | None = None,
) -> TextMessages:
    """The messenger. `base_url` stands for Twilio's hosts, in tests."""
    budget = SmsBudget(records, alerts, keys, frozenset(twilio.countries), twilio.daily_budget, twilio.price)
    return TextMessages(_account(twilio, base_url, egress), budget, alerts, records, origin if twilio.auth_token else "")


def hooks(twilio: TwilioSection, origin: str, records: Records, alerts: AdminAlerts) -> Sequence[web.RouteDef]:
    """Where Twilio tells what became of messages; nowhere, without the token that it signs with."""
    if twilio.auth_token is None:
        return []
    return [web.post(STATUS, status_hook(origin, twilio.auth_token, records, alerts))]


def calls(
    twilio: TwilioSection,
    origin: str,
    records: Records,
    alerts: AdminAlerts,
    keys: Keys,
    base_url: str = "",
    egress: Egress | None = None,
) -> PhoneCalls:
    """The messenger that calls; it spends the same money as texts do."""
    budget = SmsBudget(records, alerts, keys, frozenset(twilio.countries), twilio.daily_budget, twilio.call_price)
    return PhoneCalls(replace(_account(twilio, base_url, egress), sender=twilio.call_from), budget, alerts, records, origin)


def voice(
    twilio: TwilioSection, origin: str, records: Records, ledger: Ledger, keys: Keys, words: Words, world: World
) -> Sequence[web.RouteDef]:
    """Where Twilio asks what to say in a call; nowhere, without the token that it signs with."""
    if twilio.auth_token is None or not twilio.call_from:
        return []
    return Voice(origin, twilio.auth_token, records, ledger, keys, words, world).routes()


def findings(twilio: TwilioSection, base_url: str = "", egress: Egress | None = None) -> AsyncIterator[Finding]:
    """What the doctor says of Twilio's settings."""
    return examined(_account(twilio, base_url, egress), twilio.auth_token, twilio.countries, twilio.call_from)


def _account(twilio: TwilioSection, base_url: str, egress: Egress | None) -> TwilioAccount:
    ours = (twilio.account_sid, twilio.api_key_sid, twilio.api_key_secret or Secret(""), twilio.sender)
    return TwilioAccount(*ours, base_url, egress or Egress())
