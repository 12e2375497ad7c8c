"""The webhook's parts, put together from the settings; imported when an address is named, and else nothing here."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from aiohttp import ClientError, web

from adapters.messengers.sms_webhook.signature import sound
from adapters.messengers.sms_webhook.status import STATUS, status_hook
from adapters.messengers.sms_webhook.text_messages import FAULT, TIMEOUT, WebhookTexts
from bot.doctor.finding import Finding, fail, ok, warn
from bot.identity.interfaces import Records
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.sms_budget import SmsBudget
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.platform.secret import Secret
from bot.settings.sms_webhook import SmsWebhookSection

NOT_FOUND = 404


def texts(
    section: SmsWebhookSection, budget: SmsBudget, records: Records, alerts: AdminAlerts, world: World, egress: Egress
) -> WebhookTexts:
    """The messenger."""
    return WebhookTexts(section.url, _secret(section), budget, alerts, records, world, egress)


def hooks(section: SmsWebhookSection, records: Records, world: World) -> Sequence[web.RouteDef]:
    """Where the provider tells what became of messages."""
    return [web.post(STATUS, status_hook(_secret(section), records, world))]


async def findings(section: SmsWebhookSection, egress: Egress) -> AsyncIterator[Finding]:
    """Whether anybody answers there. Raises OperatorError. What the secret opens shows with the first text alone: asking would send one."""
    _secret(section)
    try:
        async with (
            asyncio.timeout(TIMEOUT),
            egress.session(TIMEOUT) as http,
            http.head(section.url, allow_redirects=False, proxy=egress.way(section.url)) as answer,
        ):
            status = answer.status
    except (TimeoutError, ClientError, ValueError) as away:
        where = "Check that this machine may call the address in [sms_webhook] url, and that somebody listens there."
        yield fail(f"The webhook for text messages can't be reached ({type(away).__name__}).", where)
        return
    if status >= FAULT or status == NOT_FOUND:
        yield warn(f"The webhook for text messages answers with {status}.", "Compare [sms_webhook] url with what listens there.")
        return
    yield ok("The webhook for text messages can be reached.")


def _secret(section: SmsWebhookSection) -> Secret:
    """Raises OperatorError for what nobody could sign with."""
    if section.secret is None or not sound(section.secret):
        raise OperatorError('[sms_webhook] secret_file has to hold "whsec_" and 24 to 64 bytes in base64 (Standard Webhooks).')
    return section.secret
