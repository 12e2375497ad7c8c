"""Teams' parts, put together from the settings; the composition root imports this when Teams is configured, and else nothing here."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.teams.cards import Cards
from adapters.teams.connector import Connector
from adapters.teams.conversation_references import ConversationReferences
from adapters.teams.credentials import GRAPH, Credentials, known_by
from adapters.teams.endpoints import Endpoints, standing_in
from adapters.teams.graph_install import GraphInstall
from adapters.teams.handler import EventHandler
from adapters.teams.http_client import HttpClient
from adapters.teams.poster import Poster
from adapters.teams.proactive import ProactiveMessages
from adapters.teams.routes import ACTIVITIES, Routes
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.speaker import Speakers
from adapters.teams.verification import TokenVerifier
from bot.engine.chat_services import BackgroundTasks, ChatServices
from bot.settings.chats import TeamsSection


@dataclass(frozen=True)
class Teams:
    """`routes` are for the web server; nothing has to be connected."""

    poster: Poster
    routes: Sequence[web.RouteDef]
    tasks: BackgroundTasks
    wire: HttpClient
    authority: SigningKeys
    credentials: Credentials
    push: ProactiveMessages

    async def open(self) -> None:
        """Teams calls us."""

    async def close(self) -> None:
        """What was acknowledged is on disk, so nothing is waited for."""
        await self.wire.close()


def teams(section: TeamsSection, services: ChatServices, base: str = "") -> Teams:
    """`base` stands for Microsoft's own addresses, in tests."""
    wire, tasks = HttpClient(), BackgroundTasks()
    addresses = standing_in(base) if base else Endpoints()
    credentials = known_by(section, wire, addresses, services.world)
    connector = Connector(section.app_id, section.tenant_id, credentials, addresses)
    cards = Cards(services.engine.words, services.base_url)
    places = ConversationReferences(services.vault, connector)
    poster = Poster(connector, places, cards)
    speakers = Speakers(section.tenant_id, connector, services.world)
    authority = SigningKeys(wire, addresses, services.world)
    handler = EventHandler(services, speakers, places, poster, connector, cards, tasks)
    door = Routes(TokenVerifier(section.app_id, section.tenant_id, authority, addresses, services.world), handler)
    installing = None
    if section.catalogue_id:
        installing = GraphInstall(section.catalogue_id, addresses, known_by(section, wire, addresses, services.world, GRAPH))
    push = ProactiveMessages(section.tenant_id, poster, installing)
    return Teams(poster, [web.post(ACTIVITIES, door.activities)], tasks, wire, authority, credentials, push)
