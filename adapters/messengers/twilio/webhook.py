"""What became of a message, as Twilio tells it: signed, or not heard."""

from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from twilio.request_validator import RequestValidator

from adapters.messengers.twilio.errors import of_delivery
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.ids import ChallengeId
from bot.platform.secret import Secret

STATUS = "/hooks/twilio/status"
FAILED = frozenset({"failed", "undelivered", "canceled"})
FIELDS = 100
log = structlog.get_logger()


class Undelivered(Protocol):
    """Where it is written."""

    async def undelivered(self, id: ChallengeId, words: str) -> bool:
        """See Records."""


def status_url(origin: str, challenge: ChallengeId | None) -> str:
    """Names the challenge, so that nothing has to be remembered; a challenge's name opens nothing."""
    return f"{origin}{STATUS}?of={challenge}" if challenge else f"{origin}{STATUS}"


def status_hook(
    origin: str, auth_token: Secret, records: Undelivered, alerts: AdminAlerts
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """For POST. `origin` is the configured one: what the request says of its own address counts for nothing.

    The same told twice changes nothing, and an order isn't needed: only a failure is written, and once.
    """
    validator = RequestValidator(auth_token.reveal())

    async def heard(request: web.Request) -> web.Response:
        told = _fields(await request.read())
        signature = request.headers.get("X-Twilio-Signature", "")
        if told is None or not validator.validate(f"{origin}{request.raw_path}", told, signature):
            log.warning("twilio.unsigned")
            return web.Response(status=403)
        if told.get("MessageStatus") in FAILED:
            code = str(told.get("ErrorCode") or "0")
            meaning = of_delivery(int(code) if code.isascii() and code.isdigit() else 0)
            log.warning("message.undelivered", code=code)
            if of := request.query.get("of"):
                await records.undelivered(ChallengeId(of), meaning.person)
            if meaning.alarm:
                await alerts.raise_alert(meaning.alarm, code=code)
        return web.Response(status=204)

    return heard


def _fields(body: bytes) -> dict[str, str] | None:
    """As they were sent, blank ones included: the signature covers them all. None: no form, or a field came twice."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None
