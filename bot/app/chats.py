"""Which vendors' chats this house has, and what of the house each is given."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from aiohttp import web

from bot.app.parts import Parts
from bot.engine.chat_services import ChatServices
from bot.engine.engine import Engine
from bot.engine.interfaces import AsksAgain, ChatPoster
from bot.identity.chat_people import ChatPeople
from bot.identity.summary import Summaries
from bot.language.intent import Intent
from bot.messaging.chat_push import ChatPush
from bot.model.prompt import Option
from bot.model.turn import ChatAccount, Party
from flows.menu import BUTTONS, PORTAL, buttons, first_step


class VendorChat(Protocol):
    """One vendor's chat, put together."""

    @property
    def poster(self) -> ChatPoster:
        """Where conversations are shown."""

    @property
    def handler(self) -> AsksAgain:
        """Where people write, and are asked to write again."""

    @property
    def push(self) -> ChatPush:
        """Where people are told something unasked."""

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """What it is called at; each request's signature is checked first."""

    async def open(self) -> None:
        """Whatever has to be connected."""

    async def close(self) -> None:
        """Connections are given back."""


def chats(app: Parts, engine: Engine) -> Mapping[str, VendorChat]:
    """By the kind of their windows. A demo store has none, but for those that an address on this machine stands for."""
    found: dict[str, VendorChat] = {}
    addresses, slack, teams = app.addresses, app.settings.slack, app.settings.teams
    if slack.on and (not app.is_demo or "slack" in addresses):
        from adapters.slack import wiring as at_slack
        from adapters.slack.speaker import KIND as SLACK
        from adapters.slack.web_api import API

        found[SLACK] = at_slack.slack(slack, _services(app, engine), app.egress, addresses.get("slack", API))
    if teams.on and (not app.is_demo or "teams" in addresses):
        from adapters.teams import wiring as at_teams
        from adapters.teams.speaker import KIND as TEAMS

        found[TEAMS] = at_teams.teams(teams, _services(app, engine), app.egress, addresses.get("teams", ""))
    return found


def _services(app: Parts, engine: Engine) -> ChatServices:
    return ChatServices(
        engine,
        app.store.chat_outbox,
        app.store.vault,
        app.store.chat_links,
        app.store.records,
        Summaries(app.directories, app.roles, app.store.records, app.store.operations),
        _Known(app),
        first_step,
        _wishes,
        app.keys,
        app.world,
        app.settings.base_url,
    )


def _wishes(known: bool) -> tuple[Option, ...]:  # noqa: FBT001 - whether their chat account is linked
    return buttons(BUTTONS if known else (*PORTAL, Intent.LINK))


class _Known:
    def __init__(self, app: Parts) -> None:
        self._app = app
        self._people = ChatPeople(app.store.chat_links, app.directories, app.store.records, app.world)

    async def __call__(self, account: ChatAccount, language: str) -> Party:
        """Whose chat account it is; their language as the chat says it, as far as it is spoken here."""
        return await self._people.party(account, self._app.words.best([language]))
