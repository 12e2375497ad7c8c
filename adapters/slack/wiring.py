"""Slack's parts, put together from the settings; the composition root imports this when Slack is configured, and else nothing here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.slack.blocks import Blocks
from adapters.slack.calling import API, Wire
from adapters.slack.door import EVENTS, Door, Socket
from adapters.slack.gallery import Gallery
from adapters.slack.hearing import Errands, Hearing, Witness
from adapters.slack.home import Home
from adapters.slack.installations import Installations
from adapters.slack.installing import CALLBACK, INSTALL, Installing
from adapters.slack.leaving import Leaving
from adapters.slack.listening import Listening, application
from adapters.slack.speaker import Speakers
from bot.conversation.engine import Engine
from bot.conversation.prompt import Option
from bot.conversation.showing import Showings
from bot.conversation.step import Step
from bot.conversation.turn import ChatAccount, Party
from bot.identity.chat_links import LinkStore
from bot.identity.summary import Summaries
from bot.keys import Keys
from bot.secret import Secret
from bot.settings_chats import SlackSection
from bot.vault import Vault
from bot.world import World


@dataclass(frozen=True)
class House:
    """What of the house a chat needs."""

    engine: Engine
    showings: Showings
    vault: Vault
    links: LinkStore
    witness: Witness
    summaries: Summaries
    known: Callable[[ChatAccount, str], Awaitable[Party]]
    first_step: Callable[[str], Step]
    wishes: Callable[[bool], tuple[Option, ...]]
    keys: Keys
    world: World
    base_url: str


@dataclass(frozen=True)
class Slack:
    """`routes` are for the web server; `socket` is opened when the service starts. Both lead to the same listeners."""

    gallery: Gallery
    routes: Sequence[web.RouteDef]
    socket: Socket | None
    errands: Errands
    wire: Wire

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
    gallery = Gallery(wire, installations, blocks, house.vault)
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
    home = Home(wire, installations, speakers, house.links, house.summaries, blocks, house.wishes)
    app = application(Listening(hearing, home, Leaving(house.links, speakers, installations)), installations)
    routes, socket = list[web.RouteDef](), None
    if section.mode == "http":
        routes.append(web.post(EVENTS, Door(app, section.signing_secret or Secret(""), house.world).events))
    else:
        socket = Socket(app, section.app_token or Secret(""), wire)
    if section.client_id:
        client_secret = section.client_secret or Secret("")
        installing = Installing(section.client_id, client_secret, house.base_url, wire, installations, house.keys, house.world)
        routes += [web.get(INSTALL, installing.begin), web.get(CALLBACK, installing.end)]
    return Slack(gallery, routes, socket, errands, wire)
