"""Where agents come in: one address for their WebSocket, one for a new agent with a code. Browsers have no business at either."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from aiohttp import WSMsgType, web

from adapters.http.bodies import request_body
from adapters.http.refusals import RequestRefused
from adapters.writeback.connections import AgentConnection
from adapters.writeback.messages import FRAME, AgentHello, Garbage, Ready, Welcome, enveloped, opened
from adapters.writeback.relay import Relay
from adapters.writeback.sealing import Forged
from bot.model.agents import Agent, AgentId, Stand
from bot.platform.keyring import UnknownKey
from bot.writeback.agent_mac import genuine, signer
from bot.writeback.enrolling import Enrolling
from bot.writeback.interfaces import TurnedAway

LIVE, ENROL = "/agent/live", "/agent/enrol"
LARGEST = 64 * 1024  # bytes of what a new agent says
HEARTBEAT = 10.0  # seconds
GREETING = 10.0  # seconds for the whole greeting
GREETED_AT_ONCE = 32  # connections that haven't proved yet who they are
AWAY = 4403  # WebSocket close codes from 4000 on are an application's own (RFC 6455 section 7.4.2)
log = structlog.get_logger()


@dataclass
class AgentEndpoint:
    """Both addresses: of agents that are known, and of new ones."""

    relay: Relay
    enrolling: Enrolling
    strangers: int = 0

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """What the web application serves of it."""
        return [web.get(LIVE, self.live), web.post(ENROL, self.enrol)]

    async def live(self, request: web.Request) -> web.StreamResponse:
        """One connection, until it ends. Nothing is raised once the protocol has been switched."""
        _no_browser(request)
        if self.strangers >= GREETED_AT_ONCE:
            raise web.HTTPServiceUnavailable
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=FRAME, compress=False)
        await ws.prepare(request)
        try:
            connection = await self._proved(ws)
        except (Forged, Garbage, UnknownKey, OSError, TimeoutError) as no:
            log.warning("agent.turned_away", why=type(no).__name__)
            await ws.close(code=AWAY)
            return ws
        try:
            await self.relay.connected(connection)
        except Exception:
            log.exception("agent.fault", agent=connection.agent)
            await ws.close()
        return ws

    async def enrol(self, request: web.Request) -> web.Response:
        """A new agent with its code. Whatever is wrong with it, the answer is the same."""
        _no_browser(request)
        try:
            given = json.loads(await request_body(request, LARGEST))
            body, proof = await self.enrolling.enrol(str(given["body"]), str(given["proof"]))
        except RequestRefused as no:
            raise (
                web.HTTPRequestEntityTooLarge(LARGEST, LARGEST + 1)
                if no.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                else web.HTTPBadRequest()
            ) from None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise web.HTTPBadRequest from None
        except TurnedAway:
            return web.json_response({"error": "turned away"}, status=403)
        return web.json_response({"body": body, "proof": proof})

    async def _proved(self, ws: web.WebSocketResponse) -> AgentConnection:
        self.strangers += 1
        try:
            async with asyncio.timeout(GREETING):
                hello = opened(await _heard(ws)).read(AgentHello, None)
                agent = await self._known(hello.agent)
                challenge, now = self.relay.world.bytes(16).hex(), self.relay.world.now()
                welcome = Welcome(agent.id, hello.nonce, challenge, now)
                await ws.send_str(enveloped(welcome, signer(self.relay.keys, agent)).text)
                envelope = opened(await _heard(ws))
                ready = envelope.read(Ready, agent.key)
                if (ready.agent, ready.challenge) != (agent.id, challenge):
                    raise Forged("ready")
                return AgentConnection(agent.id, agent.key, challenge, envelope, ws, now)
        finally:
            self.strangers -= 1

    async def _known(self, id: str) -> Agent:
        """One that waits for its approval may hold a connection, and is asked nothing. Raises Forged."""
        known = await self.relay.agents.agent(AgentId(id))
        if known is None or known.agent.stand is Stand.STOPPED or not genuine(self.relay.keys, known.agent):
            raise Forged("agent")
        return known.agent


async def _heard(ws: web.WebSocketResponse) -> str:
    message = await ws.receive()
    if message.type is not WSMsgType.TEXT:
        raise Garbage("no text")
    return str(message.data)


def _no_browser(request: web.Request) -> None:
    """Browsers name an origin with every WebSocket and every POST (Fetch standard); agents don't. Raises HTTPForbidden."""
    if {"Origin", "Sec-Fetch-Site"} & set(request.headers):
        raise web.HTTPForbidden
