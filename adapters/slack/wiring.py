"""Slack's parts, put together from the settings; the composition root imports this when Slack is configured, and else nothing here."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.slack.app_home import AppHome
from adapters.slack.blocks import Blocks
from adapters.slack.bolt_app import BoltListeners, application
from adapters.slack.button_press import ButtonPresses
from adapters.slack.handler import EventHandler
from adapters.slack.installations import Installations
from adapters.slack.oauth_install import CALLBACK, INSTALL, OAuthInstall
from adapters.slack.offboarding import Offboarding
from adapters.slack.poster import Poster
from adapters.slack.proactive import ProactiveMessages
from adapters.slack.routes import EVENTS, Routes, Socket
from adapters.slack.speaker import Speakers
from adapters.slack.verification import RequestVerifier
from adapters.slack.web_api import API, WebApi
from bot.engine.chat_services import BackgroundTasks, ChatServices
from bot.engine.chat_speakers import ProfileCache
from bot.platform.egress import Egress
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection


@dataclass(frozen=True)
class Slack:
    """`routes` are for the web server; `socket` is opened when the service starts. Both lead to the same listeners."""

    poster: Poster
    handler: EventHandler
    routes: Sequence[web.RouteDef]
    socket: Socket | None
    tasks: BackgroundTasks
    web_api: WebApi
    push: ProactiveMessages

    async def open(self) -> None:
        """Raises what the library raises when Slack doesn't let us in."""
        if self.socket:
            await self.socket.open()

    async def close(self) -> None:
        """What was taken is given a moment to be claimed; from then on another replica can do it."""
        if self.socket:
            await self.socket.close()
        await self.tasks.end()
        await self.web_api.close()


def slack(section: SlackSection, services: ChatServices, egress: Egress, api: str = API) -> Slack:
    """`api` stands for Slack's own address, in tests."""
    web_api, tasks = WebApi(api, egress), BackgroundTasks()
    blocks = Blocks(services.engine.words, services.base_url)
    allowed = frozenset(section.team_ids)
    installations = Installations(web_api, services.vault, section.bot_token, allowed)
    speakers = Speakers(web_api, ProfileCache(services.world))
    home = AppHome(web_api, installations, speakers, services.links, services.summaries, blocks, services.wishes, services.vault)
    poster = Poster(web_api, installations, blocks, services.vault, home.follow)
    handler = EventHandler(services, speakers, installations, poster, blocks, web_api, tasks)
    offboarding = Offboarding(services.links, speakers, installations)
    app = application(BoltListeners(handler, ButtonPresses(handler), home, offboarding), installations)
    routes, socket = list[web.RouteDef](), None
    if section.mode == "http":
        routes.append(web.post(EVENTS, Routes(app, RequestVerifier(section.signing_secret or Secret(""), services.world)).events))
    else:
        socket = Socket(app, section.app_token or Secret(""), web_api)
    if section.client_id:
        client_secret = section.client_secret or Secret("")
        installing = OAuthInstall(section.client_id, client_secret, web_api, installations, services)
        routes += [web.get(INSTALL, installing.begin), web.get(CALLBACK, installing.end)]
    return Slack(poster, handler, routes, socket, tasks, web_api, ProactiveMessages(poster))
