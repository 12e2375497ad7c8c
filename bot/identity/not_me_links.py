"""The link in a notice, "this wasn't me": the name of a grant, signed. Whoever reads the notice may press it, without signing in."""

from dataclasses import dataclass

from bot.accounts.interfaces import Cause, Operations
from bot.identity.grant_mac import genuine_grant
from bot.identity.interfaces import Records
from bot.model.facts import Once
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, Line
from bot.platform.keyring import Keys

HOUR, DAY = 3600.0, 86400.0
GOOD_FOR = 7 * DAY  # seconds after the grant's own time
PURPOSE = "not-me"
LASTING = frozenset(
    {Action.DISOWN, Action.AGENTS, Action.OVERVIEW, Action.INVITE}
)  # what these did is no change of the account that could be undone


@dataclass(frozen=True, slots=True)
class DisownableChange:
    """What a link is about. `pressed`: it has done already what it does."""

    cause: Cause
    pressed: bool


@dataclass(frozen=True, slots=True)
class NotMeLinks:
    """Nothing of a link is kept but that it was pressed; so it works once, and nobody who reads the database can make one."""

    keys: Keys
    operations: Operations
    records: Records
    world: World

    def path(self, grant: GrantId) -> str:
        """What a notice has after the origin."""
        return f"/n/{grant}~{self.keys.sign(PURPOSE, grant)}"

    async def change(self, grant: GrantId, mac: Line) -> DisownableChange | None:
        """Reads only. None: forged, too old, or about nothing that can be disowned."""
        if not mac.isascii() or not self.keys.signed(PURPOSE, grant, mac):
            return None
        cause = await self.operations.cause(grant)
        if cause is None or not genuine_grant(self.keys, cause.granted) or cause.granted.action in LASTING:
            return None
        if cause.granted.expires + GOOD_FOR <= self.world.now():
            return None
        return DisownableChange(cause, bool(await self.records.counted(self._key(grant))))

    def pressed(self, grant: GrantId) -> Once:
        """Written with all that it does."""
        return Once(self._key(grant), GOOD_FOR + HOUR)

    def _key(self, grant: GrantId) -> str:
        return f"{PURPOSE}:{grant}"


def parted(token: str) -> tuple[GrantId, Line]:
    """What stands after "/n/": the grant and its MAC."""
    grant, _, mac = token.rpartition("~")
    return GrantId(grant), Line(mac)
