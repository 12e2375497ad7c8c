"""One guess at each of many accounts: wrong answers added up by where they come from and over all, told later and later, then an alarm."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.identity.methods.registry import METHODS
from bot.model.turn import Turn
from bot.platform.counters import Counters
from bot.platform.ids import Kind, SubjectId
from bot.platform.keyring import Keys

HOUR, DAY = 3600.0, 86400.0
EACH, LONGEST = 0.5, 10.0  # seconds by which one wrong answer more is told later; nobody waits longer
ENDLESS = 2**31 - 1  # of what is counted and never refused


class Alarms(Protocol):
    """Who tells admins (bot/notify/admin_alerts.py)."""

    async def raise_alert(self, tag: str, about: str = "", **values: object) -> None:
        """Heard once a day for each tag and what it is about."""


@dataclass(frozen=True, slots=True)
class Share:
    """What is anybody's: so many wrong answers an hour are told at once, and at so many accounts a day nobody is alarmed."""

    answers: int
    accounts: int

    def wait(self, wrong: int) -> float:
        """Seconds until this one, of so many, is told."""
        return min(max(0, wrong - self.answers) * EACH, LONGEST)

    def alarms(self, accounts: int) -> bool:
        """When there are more than that, and each time that there are ten times as many."""
        beyond = self.accounts + 1
        while beyond < accounts:
            beyond *= 10
        return accounts == beyond


OF_ONE_PLACE = Share(20, 50)  # behind one address may be a whole site
OF_ALL_STRANGERS = Share(200, 500)


@dataclass(frozen=True, slots=True)
class Sprays:
    """What is right is never slower, whoever else is wrong, and nothing is ever refused for it."""

    turn: Turn
    counters: Counters
    alarms: Alarms
    keys: Keys

    async def missed(self, subject: SubjectId, kinds: Collection[Kind], *, stranger: bool) -> None:
        """One more wrong answer that is about to be told, to what was asked of this account or of nobody's."""
        what = "passwords" if any(METHODS[kind].passed_on for kind in kinds) else "codes"
        if whence := self.turn.whence:
            place = self.keys.mac("whence", whence.place.reveal()).hex()[:16]
            await self._count(OF_ONE_PLACE, f"{what}:{place}", f"attack:{what}:sprayed", subject, place=place)
        if stranger:
            await self._count(OF_ALL_STRANGERS, f"{what}:strangers", f"attack:{what}:scattered", subject)

    async def _count(self, share: Share, key: str, tag: str, subject: SubjectId, **where: str) -> None:
        wrong = await self.counters.hit(f"wrong:{key}", ENDLESS, HOUR)
        self.turn.held_back = max(self.turn.held_back, share.wait(wrong.count))
        if (await self.counters.hit(f"wrong:{key}:{subject}", ENDLESS, DAY)).count > 1:
            return
        accounts = await self.counters.hit(f"sprayed:{key}", ENDLESS, DAY)
        if share.alarms(accounts.count):
            since = datetime.fromtimestamp(accounts.again_at - DAY, UTC).strftime("%Y-%m-%d %H:%M UTC")
            about = f"{key}:{accounts.count}"
            await self.alarms.raise_alert(tag, about, accounts=accounts.count, since=since, **where)
