"""Slack's addresses at our web server, and the socket that we open to Slack: two ways to the same listeners."""

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.http.refusals import RequestRefused
from adapters.slack.request_body import payload_of
from adapters.slack.shapes import demand_shape
from adapters.slack.verification import RequestVerifier
from adapters.slack.web_api import QUIET, WebApi
from bot.platform.errors import Unavailable
from bot.platform.secret import Secret

EVENTS = "/hooks/slack"  # events, clicks, shortcuts and commands
FINE, LATER = 200, 503
log = structlog.get_logger()


class Routes:
    """For HTTP mode. Whatever isn't Slack's is answered with a bare number, and its body is read by nobody and logged nowhere."""

    def __init__(self, app: AsyncApp, verifier: RequestVerifier) -> None:
        self._app, self._verifier = app, verifier

    async def events(self, request: web.Request) -> web.Response:
        """200 once it is on disk; 503 when that failed, so that Slack sends it again."""
        try:
            body = await self._verifier.verified_body(request)
            payload = payload_of(body, request.content_type)
            demand_shape(payload)
        except RequestRefused as no:
            log.warning("slack.refused", status=no.status, why=no.why)
            return web.Response(status=no.status)
        if payload.get("type") == "url_verification":
            return web.Response(text=str(payload.get("challenge", ""))[:256])
        if payload.get("type") == "app_rate_limited":
            log.error("slack.events_held_back", team=str(payload.get("team_id")), minute=str(payload.get("minute_rate_limited")))
            return web.Response()
        if "ssl_check" in payload:
            return web.Response()
        try:
            heard = await self._app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload, headers={}))
        except Unavailable as away:
            log.warning("slack.unavailable", fault=str(away))
            return web.Response(status=LATER)
        except Exception as fault:
            log.exception("slack.fault", fault=type(fault).__name__)
            return web.Response(status=LATER)
        if heard.status >= 500:  # noqa: PLR2004 - theirs to say again
            return web.Response(status=LATER)
        if payload.get("command") and heard.status == FINE and heard.body.startswith("{"):  # what whoever asked is told there
            return web.Response(text=heard.body, content_type="application/json")
        return web.Response(status=FINE)


class Socket:
    """For Socket Mode: the connection is made anew whenever it breaks, by the library."""

    def __init__(self, app: AsyncApp, token: Secret, web_api: WebApi) -> None:
        self._app, self._token, self._web_api = app, token, web_api
        self._handler: AsyncSocketModeHandler | None = None

    async def open(self) -> None:
        """Raises SlackApiError when the token isn't taken."""
        client = self._web_api.client(self._token)
        self._handler = AsyncSocketModeHandler(self._app, self._token.reveal(), web_client=client, logger=QUIET)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # the library's

    async def close(self) -> None:
        """Nothing is waited for: what was acknowledged is on disk."""
        if self._handler:
            await self._handler.close_async()  # type: ignore[no-untyped-call]  # the library's
