"""Teams' address at our web server: who calls is checked first, then it is read, and then sorted by what it is."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import web

from adapters.teams.activities import CARD, ReceivedActivity, heard
from adapters.teams.cards import PICK, SAID, Card
from adapters.teams.handler import EventHandler, Press
from adapters.teams.request_body import RequestRefused, payload_of, read
from adapters.teams.verification import TokenVerifier
from bot.platform.errors import Unavailable
from bot.platform.secret import Secret

ACTIVITIES = "/hooks/teams"
EXECUTE, FETCH, SUBMIT = "adaptiveCard/action", "task/fetch", "task/submit"  # names of invokes
FINE, LATER, NOT_IMPLEMENTED = 200, 503, 501
log = structlog.get_logger()


class Routes:
    """Whatever isn't Teams', or isn't for us, is answered with a bare number, and its body is logged nowhere."""

    def __init__(self, gate: TokenVerifier, handler: EventHandler) -> None:
        self._gate, self._hearing = gate, handler

    async def activities(self, request: web.Request) -> web.Response:
        """200 once it is on disk, and for a press with the card that follows; 503 when that failed, so that it is sent again."""
        try:
            attested = await self._gate.attested(request.headers.getall("Authorization", []))
            said = heard(payload_of(await read(request)))
            self._gate.fits(attested, said)
            return await self._sorted(said)
        except RequestRefused as no:
            log.warning("teams.refused", status=no.status, why=no.why)
            return web.Response(status=no.status)
        except Unavailable as away:
            log.warning("teams.unavailable", fault=str(away))
            return web.Response(status=LATER)
        except Exception as fault:
            log.exception("teams.fault", fault=type(fault).__name__)
            return web.Response(status=LATER)

    async def _sorted(self, said: ReceivedActivity) -> web.Response:
        match said.type:
            case "message":
                await self._hearing.said(said)
            case "invoke" if said.name == EXECUTE:
                card = await self._hearing.pressed(said, pressed(said.value))
                return web.json_response({"statusCode": FINE, "type": CARD, "value": card})
            case "invoke" if said.name in (FETCH, SUBMIT):
                press = filled(said.value, typed=said.name == SUBMIT)
                return web.json_response(dialog(self._hearing.company, await self._hearing.filled_in(said, press)))
            case "invoke":
                return web.Response(status=NOT_IMPLEMENTED)
            case "installationUpdate" if said.action.startswith("remove"):
                await self._hearing.unreachable(said)
            case "installationUpdate" | "conversationUpdate":
                await self._hearing.reachable(said)
            case _:
                pass  # what we don't use is taken all the same
        return web.Response(status=FINE)


def pressed(value: Mapping[str, Any]) -> Press:
    """A button of one of our cards. Raises RequestRefused: 400."""
    action = value.get("action")
    data = action.get("data") if isinstance(action, dict) else None
    if not isinstance(action, dict) or not isinstance(data, dict):
        raise RequestRefused(400, "no action")
    option = data.get("option")
    if action.get("verb") != PICK or not isinstance(option, str):
        raise RequestRefused(400, "no verb of ours")
    return Press(_token(data), option)


def filled(value: Mapping[str, Any], *, typed: bool) -> Press:
    """A dialog that is opened, or what was typed into it. Raises RequestRefused: 400."""
    data = value.get("data")
    if not isinstance(data, dict):
        raise RequestRefused(400, "no data")
    words = data.get(SAID)
    return Press(_token(data), said=Secret(words if isinstance(words, str) else "") if typed else None)


def dialog(title: str, card: Card) -> dict[str, Any]:
    """As Teams wants it: shown in the place of the one before, or as the first."""
    shown = {"title": title, "height": "medium", "width": "medium", "card": {"contentType": CARD, "content": card}}
    return {"task": {"type": "continue", "value": shown}}


def _token(data: Mapping[str, Any]) -> str:
    token = data.get("token")
    if not isinstance(token, str):
        raise RequestRefused(400, "no token")
    return token
