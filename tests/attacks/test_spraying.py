"""ST09: one guess at each of many accounts. Wrong answers get slower by where they come from, right ones don't, and admins hear of it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.web.visitor_address import VisitorAddresses
from bot.identity.sprays import DAY, LONGEST, OF_ONE_PLACE, Share, Sprays
from bot.model.turn import Claim, Party, Turn
from bot.model.whence import Whence
from bot.platform.counters import Hit
from bot.platform.ids import ConversationId, Kind, Origin, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from flows.menu import Menu
from tests.kit.attackers import at_code, by_hand, gets_in
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.town import Town

ADDRESS = "198.51.100.7"
PASSWORD = Kind("password")


@dataclass
class Tallies:
    """Counters without a window, and the alarms of one day."""

    held: Counter[str] = field(default_factory=Counter)
    raised: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    async def hit(self, key: str, limit: int, seconds: float) -> Hit:
        self.held[key] += 1
        return Hit(self.held[key] <= limit, DAY + seconds, self.held[key])

    async def counted(self, key: str) -> int:
        return self.held[key]

    async def full(self, key: str, limit: int) -> float:
        return 0.0

    async def exhaust(self, key: str, limit: int, seconds: float) -> None:
        self.held[key] = limit

    async def charge(self, key: str, amount: int, limit: int, seconds: float) -> bool:
        self.held[key] += amount
        return True

    async def raise_alert(self, tag: str, about: str = "", **values: object) -> None:
        self.raised.append((tag, values))


@dataclass
class Site:
    """Who sits behind which address, and is wrong."""

    keys: Keys
    tallies: Tallies = field(default_factory=Tallies)

    async def wrong(self, login: str, *kinds: Kind, address: str = ADDRESS, stranger: bool = True) -> float:
        """How long it takes to hear so."""
        whence = Whence(Secret(address)) if address else None
        claim = Claim(ConversationId("c"), 1, 1, 0.0, Menu(), Menu(), Party(Origin.STRANGER), 0, None, None, whence=whence)
        sprays = Sprays(turn := Turn(claim), self.tallies, self.tallies, self.keys)
        await sprays.missed(SubjectId(login), kinds or (TOTP,), stranger=stranger)
        return turn.held_back


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(Keys.create(tmp_path / "keys"))


async def test_st09_a_sprayer_behind_the_address_of_two_thousand_people_makes_none_of_them_wait_longer_than_ten_seconds(
    site: Site,
) -> None:
    sprayed = [await site.wrong(f"account {n}") for n in range(5000)]
    assert sprayed[: OF_ONE_PLACE.answers] == [0.0] * OF_ONE_PLACE.answers
    assert sprayed == sorted(sprayed)
    honest = [
        await site.wrong(f"colleague {n}", stranger=False) for n in range(2000)
    ]  # of each a wrong code, and a right one after it
    assert max(honest) == max(sprayed) == LONGEST
    assert await site.wrong("somebody", address="203.0.113.9", stranger=False) == 0.0  # known, and somewhere else


async def test_st09_a_spray_is_told_to_admins_with_what_is_tried_from_where_at_how_many_and_since_when(site: Site) -> None:
    for n in range(OF_ONE_PLACE.accounts):
        await site.wrong(f"account {n}", TOTP, PASSWORD)
        await site.wrong("one account alone")
    assert not site.tallies.raised
    for n in range(OF_ONE_PLACE.accounts * 10 + 10):
        await site.wrong(f"account {n}", TOTP, PASSWORD)
    (tag, said), (again, more) = site.tallies.raised[0], site.tallies.raised[-1]
    assert tag == again == "attack:passwords:sprayed"
    assert (said["accounts"], more["accounts"]) == (51, 510)
    assert str(said["since"]).endswith("UTC")
    assert ADDRESS not in str(said)


async def test_st09_a_spray_from_everywhere_at_once_is_one_as_well(site: Site) -> None:
    waits = [await site.wrong(f"account {n}", address=f"203.0.{n // 250}.{n % 250}" if n % 2 else "") for n in range(600)]
    assert (waits[199], waits[-1]) == (0.0, LONGEST)
    assert [tag for tag, _ in site.tallies.raised] == ["attack:codes:scattered"]


async def test_st09_behind_a_sprayers_address_whoever_is_right_waits_for_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("bot.platform.constant_time.sleep", sleep)
    monkeypatch.setattr("bot.identity.sprays.OF_ONE_PLACE", Share(3, 3))
    monkeypatch.setattr(VisitorAddresses, "of", lambda _self, _request: ADDRESS)
    for name in ("ana", "ben", "ghost", "nora", "spook", "olaf"):
        await misses(await at_code(town, name))
    assert [wait for wait in slept if wait >= 0.5] == [0.5, 1.0, 1.5]
    assert "attack:codes:sprayed" in await town.tags()
    slept.clear()
    assert await gets_in(town, "ana")
    assert max(slept) < 0.5
    assert not [row for row in by_hand(town, "select key from counter union all select detail from audit") if ADDRESS in str(row)]


async def misses(page: Browser) -> None:
    """Two codes that are none."""
    for code in ("000001", "000002"):
        await page.types(code)
    assert (await page.view()).notice is not None
