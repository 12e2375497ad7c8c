"""Teams' parts, put together from the settings; the composition root imports this when Teams is configured, and else nothing here."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.teams.button_press import ButtonPresses
from adapters.teams.cards import Cards
from adapters.teams.connector import Connector
from adapters.teams.conversation_references import ConversationReferences
from adapters.teams.credentials import GRAPH, Credentials, credentials_of
from adapters.teams.endpoints import Endpoints, standing_in
from adapters.teams.graph_install import GraphInstall
from adapters.teams.handler import EventHandler
from adapters.teams.http_client import HttpClient
from adapters.teams.poster import Poster
from adapters.teams.proactive import ProactiveMessages
from adapters.teams.routes import ACTIVITIES, Routes
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.speaker import Speakers
from adapters.teams.verification import RequestVerifier
from bot.engine.chat_services import BackgroundTasks, ChatServices
from bot.engine.chat_speakers import ProfileCache
from bot.platform.egress import Egress
from bot.settings.chats import TeamsSection


@dataclass(frozen=True)
class Teams:
    """`routes` are for the web server; nothing has to be connected."""

    poster: Poster
    handler: EventHandler
    routes: Sequence[web.RouteDef]
    tasks: BackgroundTasks
    http: HttpClient
    signing_keys: SigningKeys
    credentials: Credentials
    push: ProactiveMessages

    async def open(self) -> None:
        """Nothing has to be connected: Teams calls us."""

    async def close(self) -> None:
        """What was taken is given a moment to be claimed; from then on another replica can do it."""
        await self.tasks.end()
        await self.http.close()


def teams(section: TeamsSection, services: ChatServices, egress: Egress, base: str = "") -> Teams:
    """`base` stands for Microsoft's own endpoints, in tests."""
    http, tasks = HttpClient(egress), BackgroundTasks()
    endpoints = standing_in(base) if base else Endpoints()
    credentials = credentials_of(section, http, endpoints, services.world)
    connector = Connector(section.app_id, section.tenant_id, credentials, endpoints)
    cards = Cards(services.engine.words, services.base_url)
    references = ConversationReferences(services.vault, connector)
    poster = Poster(connector, references, cards)
    speakers = Speakers(section.tenant_id, connector, ProfileCache(services.world))
    signing_keys = SigningKeys(http, endpoints, services.world)
    handler = EventHandler(services, speakers, references, poster, connector, cards, tasks)
    verifier = RequestVerifier(section.app_id, section.tenant_id, signing_keys, endpoints, services.world)
    routes = Routes(verifier, handler, ButtonPresses(handler))
    installing = None
    if section.catalogue_id:
        installing = GraphInstall(
            section.catalogue_id, endpoints, credentials_of(section, http, endpoints, services.world, GRAPH)
        )
    push = ProactiveMessages(section.tenant_id, poster, installing)
    return Teams(poster, handler, [web.post(ACTIVITIES, routes.activities)], tasks, http, signing_keys, credentials, push)
