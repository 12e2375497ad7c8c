"""Who takes more than their share is slowed down and never turned away: waiting pages, and conversations that are begun."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LATEST = 10.0  # seconds that anybody waits at most; whoever comes then is let in all the same
REMEMBERED = 10_000  # browsers and addresses that are held in mind; of so many at once nobody can be told from a crowd


@dataclass
class WaitingPolls:
    """Requests that wait for news right now: of everybody, of one address, of one browser. Beyond that they ask now and then instead."""

    most: int = 500
    of_address: int = 250
    of_browser: int = 10  # pages that somebody has open
    _now: Counter[tuple[str, str]] = field(default_factory=Counter)

    def room(self, browser: str, address: str) -> bool:
        """Whether one more may wait."""
        of_address = self._now["address", address] if address else 0
        return (
            self._now["all", ""] < self.most and of_address < self.of_address and self._now["browser", browser] < self.of_browser
        )

    @contextmanager
    def waiting(self, browser: str, address: str) -> Iterator[None]:
        """As long as it waits."""
        mine = (("all", ""), ("address", address), ("browser", browser))
        self._now.update(mine)
        try:
            yield
        finally:
            self._now.subtract(mine)
            self._now += Counter()  # forgets whoever has none left


@dataclass
class Pace:
    """One after the other, a second of `each` for each: `at_once` come without any wait, as honest people do who come together."""

    at_once: int
    each: float
    _free_at: dict[str, float] = field(default_factory=dict)

    def wait(self, who: str, now: float) -> float:
        """Seconds until it is this one's turn, which is then taken. Nobody in particular doesn't wait."""
        if not who:
            return 0.0
        if len(self._free_at) >= REMEMBERED:
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}
        due = max(self._free_at.get(who, 0.0), now)
        self._free_at[who] = min(due + self.each, now + self.at_once * self.each + LATEST)
        return min(max(0.0, due - now - self.at_once * self.each), LATEST)


@dataclass
class Beginnings:
    """Conversations that strangers begin, by browser and by address. A whole company may come from one address."""

    browser: Pace = field(default_factory=lambda: Pace(10, 6.0))
    address: Pace = field(default_factory=lambda: Pace(300, 0.05))

    async def turn(self, browser: str, address: str) -> None:
        """Until it is their turn, at most `LATEST` seconds."""
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(self.browser.wait(browser, now), self.address.wait(address, now)))
