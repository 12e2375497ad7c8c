"""The policy in force, read again every few seconds, so that a replica is never far behind."""

import json
from dataclasses import dataclass, field

from bot.platform.clock import World
from bot.platform.ids import Kind
from bot.policy.interfaces import PolicyStore
from bot.policy.policy import Policy, parse

FRESH = 5.0  # seconds


@dataclass
class Policies:
    """Without a document, everything is as the defaults say: scope selected with no group, so nobody."""

    store: PolicyStore
    world: World
    listable: frozenset[Kind]  # methods that it may list
    _read: tuple[float, int, Policy] | None = field(default=None, repr=False)

    async def current(self) -> Policy:
        """The rules in force, at most some seconds old."""
        now = self.world.now()
        if self._read is None or not 0 <= now - self._read[0] < FRESH:
            found = await self.store.current()
            self._read = (now, found[0], parse(json.loads(found[1]), self.listable)) if found else (now, 0, Policy())
        return self._read[2]

    def contact(self) -> str:
        """How the helpdesk is reached, every way, as last read."""
        return "; ".join(self._read[2].helpdesk.contact) if self._read else ""

    def forget(self) -> None:
        """Read the rules anew next time, since they have just been changed."""
        self._read = None
