"""Slack's parts, put together from the settings; the composition root imports this when Slack is configured, and else nothing here."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.slack.app_home import Home
from adapters.slack.blocks import Blocks
from adapters.slack.bolt_app import Listening, application
from adapters.slack.handler import Hearing
from adapters.slack.installations import Installations
from adapters.slack.oauth_install import CALLBACK, INSTALL, Installing
from adapters.slack.offboarding import Leaving
from adapters.slack.poster import Gallery
from adapters.slack.proactive import Teller
from adapters.slack.routes import EVENTS, Door, Socket
from adapters.slack.speaker import Speakers
from adapters.slack.web_api import API, Wire
from bot.engine.chat_services import Errands, House
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection


@dataclass(frozen=True)
class Slack:
    """`routes` are for the web server; `socket` is opened when the service starts. Both lead to the same listeners."""

    gallery: Gallery
    routes: Sequence[web.RouteDef]
    socket: Socket | None
    errands: Errands
    wire: Wire
    teller: Teller

    async def open(self) -> None:
        """Raises what the library raises when Slack doesn't let us in."""
        if self.socket:
            await self.socket.open()

    async def close(self) -> None:
        """What was acknowledged is on disk, so nothing is waited for."""
        if self.socket:
            await self.socket.close()
        await self.wire.close()


def slack(section: SlackSection, house: House, api: str = API) -> Slack:
    """`api` stands for Slack's own address, in tests."""
    wire, errands = Wire(api), Errands()
    blocks = Blocks(house.engine.words, house.base_url)
    allowed = frozenset(section.team_ids)
    installations = Installations(wire, house.vault, section.bot_token, allowed)
    speakers = Speakers(wire, house.world)
    home = Home(wire, installations, speakers, house.links, house.summaries, blocks, house.wishes)
    gallery = Gallery(wire, installations, blocks, house.vault, home.show)
    hearing = Hearing(
        house.engine,
        house.showings,
        speakers,
        installations,
        gallery,
        blocks,
        wire,
        house.vault,
        house.witness,
        house.known,
        house.first_step,
        errands,
    )
    app = application(Listening(hearing, home, Leaving(house.links, speakers, installations)), installations)
    routes, socket = list[web.RouteDef](), None
    if section.mode == "http":
        routes.append(web.post(EVENTS, Door(app, section.signing_secret or Secret(""), house.world).events))
    else:
        socket = Socket(app, section.app_token or Secret(""), wire)
    if section.client_id:
        client_secret = section.client_secret or Secret("")
        installing = Installing(section.client_id, client_secret, wire, installations, house)
        routes += [web.get(INSTALL, installing.begin), web.get(CALLBACK, installing.end)]
    return Slack(gallery, routes, socket, errands, wire, Teller(gallery))
