"""Teams' parts, put together from the settings; the composition root imports this when Teams is configured, and else nothing here."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.teams.cards import Cards
from adapters.teams.connector import Connector
from adapters.teams.conversation_references import Places
from adapters.teams.credentials import GRAPH, Credentials, known_by
from adapters.teams.endpoints import Addresses, standing_in
from adapters.teams.graph_install import Installing
from adapters.teams.handler import Hearing
from adapters.teams.http_client import Wire
from adapters.teams.poster import Gallery
from adapters.teams.proactive import Teller
from adapters.teams.routes import ACTIVITIES, Door
from adapters.teams.signing_keys import Authority
from adapters.teams.speaker import Speakers
from adapters.teams.verification import Gate
from bot.engine.chat_services import Errands, House
from bot.settings.chats import TeamsSection


@dataclass(frozen=True)
class Teams:
    """`routes` are for the web server; nothing has to be connected."""

    gallery: Gallery
    routes: Sequence[web.RouteDef]
    errands: Errands
    wire: Wire
    authority: Authority
    credentials: Credentials
    teller: Teller

    async def open(self) -> None:
        """Teams calls us."""

    async def close(self) -> None:
        """What was acknowledged is on disk, so nothing is waited for."""
        await self.wire.close()


def teams(section: TeamsSection, house: House, base: str = "") -> Teams:
    """`base` stands for Microsoft's own addresses, in tests."""
    wire, errands = Wire(), Errands()
    addresses = standing_in(base) if base else Addresses()
    credentials = known_by(section, wire, addresses, house.world)
    connector = Connector(section.app_id, section.tenant_id, credentials, addresses)
    cards = Cards(house.engine.words, house.base_url)
    places = Places(house.vault, connector)
    gallery = Gallery(connector, places, cards)
    speakers = Speakers(section.tenant_id, connector, house.world)
    authority = Authority(wire, addresses, house.world)
    hearing = Hearing(house, speakers, places, gallery, connector, cards, errands)
    door = Door(Gate(section.app_id, section.tenant_id, authority, addresses, house.world), hearing)
    installing = None
    if section.catalogue_id:
        installing = Installing(section.catalogue_id, addresses, known_by(section, wire, addresses, house.world, GRAPH))
    teller = Teller(section.tenant_id, gallery, installing)
    return Teams(gallery, [web.post(ACTIVITIES, door.activities)], errands, wire, authority, credentials, teller)
