"""Whatever goes wrong ends as a page that says what it means and what to do, and never shows more than a reference."""

from typing import NamedTuple

import structlog
from aiohttp import web

from adapters.http.refusals import RequestRefused
from adapters.web.forms import wants_json
from adapters.web.host_check import Respond
from adapters.web.pages import Pages
from bot.conversation.interfaces import Crowded, Gone, Stale, Upgrading
from bot.platform.clock import World
from bot.platform.errors import Unavailable

log = structlog.get_logger()
RETRY_AFTER = "60"  # seconds
CROWDED = 429  # has the sentences of 503 for too many people
TOLD = frozenset({400, 403, 404, 405, 409, 413, 415, 421, 429, 500, 503})  # have sentences of their own; others are told as 400


class ErrorText(NamedTuple):
    """What a visitor is told of an error, as a template sets it."""

    status: int
    reference: str = ""
    allowed: str = ""
    crowded: bool = False


class ErrorPages:
    """The outermost middleware: what any other raises ends here."""

    def __init__(self, pages: Pages, world: World) -> None:
        self._pages, self._world = pages, world

    @web.middleware
    async def tell(self, request: web.Request, handler: Respond) -> web.StreamResponse:
        """Everything but a redirect becomes a page, or a line of JSON for a script."""
        try:
            return await handler(request)
        except web.HTTPRedirection:
            raise
        except web.HTTPException as no:
            return self._answer(request, ErrorText(no.status, allowed=no.headers.get("Allow", "")))
        except RequestRefused as no:
            return self._answer(request, ErrorText(no.status))
        except Upgrading:
            return self._answer(request, ErrorText(503))
        except Crowded:
            return self._answer(request, ErrorText(503, crowded=True))
        except Unavailable as away:
            log.warning("page.unavailable", fault=str(away))
            return self._answer(request, ErrorText(503))
        except Gone:
            return self._answer(request, ErrorText(404))
        except Stale:
            return self._answer(request, ErrorText(409))
        except (ConnectionResetError, web.RequestPayloadError):  # gone in the middle of it; or a body that isn't what it says
            return self._answer(request, ErrorText(400))
        except Exception as fault:  # noqa: BLE001 - the last resort: logged, and told as a reference
            return self._answer(request, ErrorText(500, self._logged(request, fault)))

    def _logged(self, request: web.Request, fault: Exception) -> str:
        """The route, not the address: an address may hold a link's token."""
        reference = self._world.bytes(4).hex()
        route = request.match_info.route.resource
        log.error("page.fault", reference=reference, route=route.canonical if route else "", exc_info=fault)
        return reference

    def _answer(self, request: web.Request, told: ErrorText) -> web.Response:
        headers = {"Allow": told.allowed} if told.allowed else {"Retry-After": RETRY_AFTER} if told.crowded else {}
        if wants_json(request):
            found = {"error": told.status, "reference": told.reference}
            return web.json_response(found, status=told.status, headers=headers)
        kind = CROWDED if told.crowded else told.status if told.status in TOLD else 400
        context = {"kind": kind, "reference": told.reference}
        response = self._pages.page("error.html", self._pages.language(request), context, status=told.status)
        response.headers.update(headers)
        return response
