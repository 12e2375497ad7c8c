"""Slack's parts, put together from the settings; the composition root imports this when Slack is configured, and else nothing here."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.slack.app_home import AppHome
from adapters.slack.blocks import Blocks
from adapters.slack.bolt_app import BoltListeners, application
from adapters.slack.handler import EventHandler
from adapters.slack.installations import Installations
from adapters.slack.oauth_install import CALLBACK, INSTALL, OAuthInstall
from adapters.slack.offboarding import Offboarding
from adapters.slack.poster import Poster
from adapters.slack.proactive import ProactiveMessages
from adapters.slack.routes import EVENTS, Routes, Socket
from adapters.slack.speaker import Speakers
from adapters.slack.web_api import API, WebApi
from bot.engine.chat_services import BackgroundTasks, ChatServices
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection


@dataclass(frozen=True)
class Slack:
    """`routes` are for the web server; `socket` is opened when the service starts. Both lead to the same listeners."""

    poster: Poster
    routes: Sequence[web.RouteDef]
    socket: Socket | None
    tasks: BackgroundTasks
    wire: WebApi
    push: ProactiveMessages

    async def open(self) -> None:
        """Raises what the library raises when Slack doesn't let us in."""
        if self.socket:
            await self.socket.open()

    async def close(self) -> None:
        """What was acknowledged is on disk, so nothing is waited for."""
        if self.socket:
            await self.socket.close()
        await self.wire.close()


def slack(section: SlackSection, services: ChatServices, api: str = API) -> Slack:
    """`api` stands for Slack's own address, in tests."""
    wire, tasks = WebApi(api), BackgroundTasks()
    blocks = Blocks(services.engine.words, services.base_url)
    allowed = frozenset(section.team_ids)
    installations = Installations(wire, services.vault, section.bot_token, allowed)
    speakers = Speakers(wire, services.world)
    home = AppHome(wire, installations, speakers, services.links, services.summaries, blocks, services.wishes)
    poster = Poster(wire, installations, blocks, services.vault, home.show)
    handler = EventHandler(
        services.engine,
        services.chat_outbox,
        speakers,
        installations,
        poster,
        blocks,
        wire,
        services.vault,
        services.audit,
        services.known,
        services.first_step,
        tasks,
    )
    app = application(BoltListeners(handler, home, Offboarding(services.links, speakers, installations)), installations)
    routes, socket = list[web.RouteDef](), None
    if section.mode == "http":
        routes.append(web.post(EVENTS, Routes(app, section.signing_secret or Secret(""), services.world).events))
    else:
        socket = Socket(app, section.app_token or Secret(""), wire)
    if section.client_id:
        client_secret = section.client_secret or Secret("")
        installing = OAuthInstall(section.client_id, client_secret, wire, installations, services)
        routes += [web.get(INSTALL, installing.begin), web.get(CALLBACK, installing.end)]
    return Slack(poster, routes, socket, tasks, wire, ProactiveMessages(poster))
