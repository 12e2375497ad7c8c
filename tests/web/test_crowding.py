"""Shares of what many use together: who takes more waits, ten seconds at most, and honest crowds don't."""

import pytest

from adapters.web.crowding import LATEST, REMEMBERED, Beginnings, Pace, WaitingPolls
from adapters.web.visitor_address import VisitorAddresses
from tests.web.canned import Canned
from tests.web.serving import serving

OUTSIDE, PROXY = "9.9.9.9", "10.0.0.9"


def test_a_browser_and_an_address_have_shares_of_what_waits_and_give_them_back() -> None:
    polls = WaitingPolls(most=5, of_address=3, of_browser=2)
    with polls.waiting("b1", "a1"), polls.waiting("b1", "a1"):
        assert (polls.room("b1", "a2"), polls.room("b2", "a1")) == (False, True)
        with polls.waiting("b2", "a1"):
            assert (polls.room("b3", "a1"), polls.room("b3", "a2"), polls.room("b3", "")) == (False, True, True)
            with polls.waiting("b3", ""), polls.waiting("b4", ""):
                assert not polls.room("b5", "a9")
    assert polls.room("b1", "a1")
    assert not polls._now


def test_two_thousand_people_behind_one_address_begin_within_a_minute_and_none_waits_who_comes_alone() -> None:
    pace = Beginnings().address
    waits = [pace.wait(OUTSIDE, n * 60 / 2000) for n in range(2000)]
    assert max(waits) <= LATEST
    assert sum(wait == 0 for wait in waits) >= 300
    assert pace.wait("203.0.113.8", 30.0) == 0
    assert pace.wait(OUTSIDE, 300.0) == 0


def test_a_browser_that_begins_again_and_again_waits_longer_and_never_longer_than_ten_seconds() -> None:
    pace = Beginnings().browser
    waits = [pace.wait("b1", 0.0) for _ in range(50)]
    assert waits[:10] == [0.0] * 10
    assert 0 < waits[11] < waits[-1] == LATEST
    assert pace.wait("b2", 0.0) == pace.wait("", 0.0) == 0


def test_of_all_who_ever_came_only_those_who_may_still_wait_are_remembered() -> None:
    pace = Pace(1, 1.0)
    for n in range(3 * REMEMBERED):
        pace.wait(f"b{n}", n / 10)
    assert len(pace._free_at) <= REMEMBERED + 1


@pytest.mark.parametrize(
    ("proxies", "remote", "hops", "found"),
    [
        ((), OUTSIDE, (), OUTSIDE),
        ((), OUTSIDE, ("198.51.100.1",), OUTSIDE),  # nobody's word is believed
        ((), PROXY, ("198.51.100.1",), ""),
        ((), "127.0.0.1", (), ""),
        (("10.0.0.0/8",), PROXY, ("198.51.100.1",), "198.51.100.1"),
        (("10.0.0.0/8",), PROXY, ("evil", "198.51.100.1", "10.2.2.2"), "198.51.100.1"),
        (("10.0.0.0/8",), PROXY, ("192.168.7.7",), "192.168.7.7"),
        (("10.0.0.0/8",), PROXY, (), ""),
        (("10.0.0.0/8",), PROXY, ("\x00",), ""),
        (("10.0.0.0/8",), OUTSIDE, ("198.51.100.1",), OUTSIDE),
        ((), "2a00:1450:4001:82a::200e", (), "2a00:1450:4001:82a::/64"),
        (("::1",), "::1", ("2a00:1450:4001:82a:5:6:7:8",), "2a00:1450:4001:82a::/64"),
        ((), "", (), ""),
    ],
)
def test_an_address_is_the_connections_or_what_a_listed_proxy_says(
    proxies: tuple[str, ...], remote: str, hops: tuple[str, ...], found: str
) -> None:
    assert VisitorAddresses.behind(proxies).nearest(remote, hops) == found


async def test_begun_conversations_are_slowed_down_and_none_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleeps(seconds: float) -> None:
        slept.append(seconds)

    async with serving(Canned()) as client:
        monkeypatch.setattr("adapters.web.crowding.asyncio.sleep", sleeps)
        for _ in range(14):
            answer = await client.post("/start", data={"wish": "reset"}, allow_redirects=False)
            assert answer.status == 303
        monkeypatch.undo()
    assert max(slept[:10]) == 0  # the first has no cookie yet
    assert max(slept) > 3
