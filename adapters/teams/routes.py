"""Teams' address at our web server: who calls is checked first, then it is read, and then sorted by what it is."""

from typing import Any

import structlog
from aiohttp import web

from adapters.http.bodies import request_body, request_object
from adapters.http.refusals import RequestRefused
from adapters.teams.activities import CARD, ReceivedActivity, read_activity
from adapters.teams.button_press import ButtonPresses, read_dialog, read_press
from adapters.teams.cards import Card
from adapters.teams.handler import EventHandler
from adapters.teams.verification import RequestVerifier
from bot.platform.errors import Unavailable

ACTIVITIES = "/hooks/teams"
LARGEST = 256 * 1024  # bytes; a message at Teams has at most 100 KB
EXECUTE, FETCH, SUBMIT = "adaptiveCard/action", "task/fetch", "task/submit"  # names of invokes
FINE, LATER, NOT_IMPLEMENTED = 200, 503, 501
log = structlog.get_logger()


class Routes:
    """Whatever isn't Teams', or isn't for us, is answered with a bare number, and its body is logged nowhere."""

    def __init__(self, verifier: RequestVerifier, handler: EventHandler, presses: ButtonPresses) -> None:
        self._verifier, self._handler, self._presses = verifier, handler, presses

    async def activities(self, request: web.Request) -> web.Response:
        """200 once it is on disk, and for a press with the card that follows; 503 when that failed, so that it is sent again."""
        try:
            caller = await self._verifier.verified_caller(request.headers.getall("Authorization", []))
            activity = read_activity(request_object(await request_body(request, LARGEST)))
            self._verifier.demand_fit(caller, activity)
            return await self._sorted(activity)
        except RequestRefused as no:
            log.warning("teams.refused", status=no.status, why=no.why)
            return web.Response(status=no.status)
        except Unavailable as away:
            log.warning("teams.unavailable", fault=str(away))
            return web.Response(status=LATER)
        except Exception as fault:
            log.exception("teams.fault", fault=type(fault).__name__)
            return web.Response(status=LATER)

    async def _sorted(self, activity: ReceivedActivity) -> web.Response:
        match activity.type:
            case "message":
                await self._handler.on_message(activity)
            case "invoke" if activity.name == EXECUTE:
                card = await self._presses.on_press(activity, read_press(activity.value))
                return web.json_response({"statusCode": FINE, "type": CARD, "value": card})
            case "invoke" if activity.name in (FETCH, SUBMIT):
                press = read_dialog(activity.value, typed=activity.name == SUBMIT)
                return web.json_response(dialog(self._presses.company, await self._presses.on_dialog(activity, press)))
            case "invoke":
                return web.Response(status=NOT_IMPLEMENTED)
            case "installationUpdate" if activity.action.startswith("remove"):
                await self._handler.on_removed(activity)
            case "installationUpdate" | "conversationUpdate":
                await self._handler.on_installed(activity)
            case _:
                pass  # what we don't use is taken all the same
        return web.Response(status=FINE)


def dialog(title: str, card: Card) -> dict[str, Any]:
    """As Teams wants it: shown in the place of the one before, or as the first."""
    shown = {"title": title, "height": "medium", "width": "medium", "card": {"contentType": CARD, "content": card}}
    return {"task": {"type": "continue", "value": shown}}
