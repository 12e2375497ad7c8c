"""What became of a message, as Twilio tells it: signed, or not heard."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from aiohttp import web
from twilio.request_validator import RequestValidator

from adapters.http.bodies import form_fields, request_body
from adapters.http.refusals import RequestRefused
from adapters.messengers.twilio.errors import of_delivery
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.ids import ChallengeId
from bot.platform.secret import Secret

STATUS = "/hooks/twilio/status"
FAILED = frozenset({"failed", "undelivered", "canceled"})
FIELDS, LARGEST = 100, 64 * 1024  # of a form, and its bytes
log = structlog.get_logger()


class Undelivered(Protocol):
    """Where it is written that a code didn't arrive."""

    async def undelivered(self, id: ChallengeId, words: str) -> bool:
        """`words`: the sentence for whoever waits for it. Whether anybody does."""


def status_url(origin: str, challenge: ChallengeId | None) -> str:
    """Names the challenge, so that nothing has to be remembered; a challenge's name opens nothing."""
    return f"{origin}{STATUS}?of={challenge}" if challenge else f"{origin}{STATUS}"


def status_hook(
    origin: str, auth_token: Secret, records: Undelivered, alerts: AdminAlerts
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """For POST. `origin` is the configured one: what the request says of its own address counts for nothing.

    The same told twice changes nothing, and an order isn't needed: only a failure is written, and once.
    """

    async def status(request: web.Request) -> web.Response:
        try:
            told = form_fields(await request_body(request, LARGEST), FIELDS)  # as they were sent: the signature covers them all
        except RequestRefused as no:
            return web.Response(status=no.status)
        signature = request.headers.get("X-Twilio-Signature", "")
        if told is None or not RequestValidator(auth_token.reveal()).validate(f"{origin}{request.raw_path}", told, signature):
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

    return status
