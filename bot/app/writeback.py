"""The bot's end of the writeback agents, put together."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.writeback.endpoint import AgentEndpoint
from adapters.writeback.relay import Relay
from bot.identity.identity import Identity
from bot.model.turn import Turn
from bot.settings.settings import Settings
from bot.writeback.admitting import Admitting
from bot.writeback.enrolling import Enrolling
from store.open import Store

Heard = Callable[[str], None]


@dataclass(frozen=True)
class Writeback:
    """`served`: the directories that are reached through agents; without one nobody comes in."""

    relay: Relay
    store: Store
    served: tuple[str, ...] = ()

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """Where agents come in."""
        relay = self.relay
        enrolling = Enrolling(self.store.agents, self.store.records, relay.keys, relay.world)
        return AgentEndpoint(relay, enrolling).routes if self.served else []

    @property
    def loops(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """What runs beside the answers."""
        return (self.relay.forever,) if self.served else ()

    def admitting(self, turn: Turn, identity: Identity) -> Admitting:
        """What an admin may do about agents in this turn."""
        return Admitting(turn, self.store.agents, identity, self.served, self.relay.keys, self.relay.world)

    async def listen(self, heard: Heard) -> None:
        """What other processes say is heard by the relay as well."""

        def told(what: str) -> None:
            heard(what)
            self.relay.wakeups.wake(what)

        await self.store.database.listen(told)


def reached_by_agents(settings: Settings) -> tuple[str, ...]:
    """The names of the directories that are reached through agents."""
    return tuple(name for name, section in settings.directories.items() if section.kind == "agent")
