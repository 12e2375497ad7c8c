"""What became of a text, as the provider's webhook tells it: signed, new, and said once; else it isn't heard."""

import hashlib
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from adapters.http.bodies import request_body, request_object
from adapters.http.refusals import RequestRefused
from adapters.messengers.sms_webhook.signature import ID, TOLERANCE, signed
from bot.identity.interfaces import Records
from bot.platform.clock import World
from bot.platform.ids import ChallengeId
from bot.platform.secret import Secret

STATUS = "/hooks/sms/status"
LARGEST = 16 * 1024  # bytes
WORDS = {"number": "undelivered.number", "phone": "undelivered.phone", "stopped": "undelivered.stopped"}
log = structlog.get_logger()


def status_hook(secret: Secret, records: Records, world: World) -> Callable[[web.Request], Awaitable[web.Response]]:
    """For POST of {id, status, reason}: only "failed" says anything, with the reason "number", "phone" or "stopped"."""

    async def status(request: web.Request) -> web.Response:
        try:
            body = await request_body(request, LARGEST)
            if not signed(secret, request.headers, body, world.now()):
                log.warning("sms_webhook.unsigned")
                return web.Response(status=403)
            told = request_object(body)
        except RequestRefused as no:
            return web.Response(status=no.status)
        name = hashlib.sha256(request.headers[ID].encode()).hexdigest()
        if not await records.charge(f"webhook:{name}", 1, 1, 2 * TOLERANCE):
            return web.Response(status=409)  # heard before
        if told.get("status") == "failed" and isinstance(told.get("id"), str):
            log.warning("message.undelivered")
            await records.undelivered(ChallengeId(told["id"]), WORDS.get(str(told.get("reason")), WORDS["phone"]))
        return web.Response(status=204)

    return status
