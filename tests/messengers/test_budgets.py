"""Money, ranges and countries: what strangers use up is closed to strangers, and what is over comes back."""

import asyncio
from collections import Counter

import pytest

from bot.identity.phone_numbers import described
from bot.messaging.messenger import Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.sms_budget import SmsBudget
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from store.open import Store
from tests.kit.stores import Clock

GERMAN = [f"+49151{n:03}45678" for n in range(400)]  # of different ranges, and that is 400 of them
HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
def budget(store: Store, alerts: AdminAlerts, keys: Keys) -> SmsBudget:
    """Ten texts a day, three of them for strangers."""
    return SmsBudget(store.records, alerts, keys, frozenset({"DE", "AT"}), daily=1.0, price=0.1)


async def goes(budget: SmsBudget, number: str, *, stranger: bool = False, parts: int = 1) -> bool:
    try:
        await budget.spend(Secret(number), parts, stranger=stranger)
    except Undeliverable:
        return False
    return True


async def alarmed(store: Store) -> list[tuple[str, str]]:
    return [(row.tag, row.subject) async for row in store.audit.rows(0)]


@pytest.mark.parametrize(
    ("number", "country", "mobile"),
    [
        ("+4915112345678", "DE", True),
        ("+436641234567", "AT", True),
        ("+12025550123", "US", True),  # whether it is a mobile isn't in America's plan
        ("+4930901820", "DE", False),
        ("+18005550199", "US", False),  # toll-free
        ("+19005551234", "US", False),  # premium
        ("+447012345678", "GB", False),  # a personal number, at premium rates
        ("+445612345678", "GB", False),  # VoIP
        ("+882161234567", "001", False),  # satellite and VoIP networks, in no country
        ("+4990012345678", "DE", False),  # given out to nobody
        ("+441632960961", "", False),
        ("+18765551234", "JM", True),  # +1 and not America
    ],
)
def test_a_number_says_where_and_what_it_is(number: str, country: str, mobile: bool) -> None:
    found = described(Secret(number))
    assert found is not None
    assert (found.country, found.mobile) == (country, mobile)
    assert found.range.equals(Secret(number[1:8]))
    assert number[1:8] not in repr(found)


@pytest.mark.parametrize(
    "number", ["", "4915112345678", "0151 12345678", "+49 151 12345678", "+49151123456789012345", "+999123", "++49"]
)
def test_what_is_not_e164_is_no_number(number: str) -> None:
    assert described(Secret(number)) is None


async def test_a_country_that_nobody_named_gets_nothing_and_admins_hear_of_it_once(budget: SmsBudget, store: Store) -> None:
    assert await goes(budget, "+436641234567")
    for number in ("+12025550123", "+33612345678", "+18765551234"):
        assert not await goes(budget, number)
    assert await alarmed(store) == [("messages:sms:country", "admins")]


async def test_the_days_money_is_spent_to_the_last_and_comes_back_after_the_day(
    budget: SmsBudget, store: Store, clock: Clock
) -> None:
    assert [await goes(budget, number) for number in GERMAN[:12]] == [True] * 10 + [False] * 2
    assert await alarmed(store) == [("messages:budget:exhausted", "admins")]
    clock.passes(DAY - 1)
    assert not await goes(budget, GERMAN[20])  # and asking has moved nothing
    clock.passes(1)
    assert await goes(budget, GERMAN[21])
    assert len(await alarmed(store)) == 1


async def test_an_alarm_is_heard_again_on_the_next_day(budget: SmsBudget, store: Store, clock: Clock) -> None:
    for _ in range(2):
        for number in GERMAN[:15]:
            await goes(budget, number)
        clock.passes(DAY)
    assert Counter(await alarmed(store)) == {("messages:budget:exhausted", "admins"): 2}


async def test_strangers_spend_their_share_and_leave_the_rest_to_those_we_know(budget: SmsBudget, store: Store) -> None:
    assert sum([await goes(budget, number, stranger=True) for number in GERMAN[:50]]) == 3
    assert await alarmed(store) == [("messages:budget:strangers", "admins")]
    assert sum([await goes(budget, number) for number in GERMAN[50:70]]) == 7


async def test_forty_at_once_spend_no_more_than_there_is(budget: SmsBudget) -> None:
    assert sum(await asyncio.gather(*(goes(budget, number) for number in GERMAN[:40]))) == 10


async def test_a_long_text_costs_its_parts(budget: SmsBudget) -> None:
    assert [await goes(budget, GERMAN[0], parts=4) for _ in range(3)] == [True, True, False]
    assert await goes(budget, GERMAN[0], parts=2)


async def test_what_did_not_leave_is_given_back(budget: SmsBudget) -> None:
    for _ in range(30):
        await budget.give_back(await budget.spend(Secret(GERMAN[0]), 1, stranger=True))
    assert await goes(budget, GERMAN[0], parts=10)


async def test_what_is_given_back_after_its_window_makes_no_credit(budget: SmsBudget, clock: Clock) -> None:
    spent = await budget.spend(Secret(GERMAN[0]), 5, stranger=False)
    clock.passes(DAY)
    await budget.give_back(spent)
    assert not await goes(budget, GERMAN[0], parts=11)
    assert await goes(budget, GERMAN[0], parts=10)


async def test_strangers_close_a_range_to_strangers_for_an_hour(
    store: Store, alerts: AdminAlerts, keys: Keys, clock: Clock
) -> None:
    rich = SmsBudget(store.records, alerts, keys, frozenset({"DE"}), daily=1000.0, price=0.1)
    neighbours = [f"+49151123{n:05}" for n in range(100, 300)]
    assert sum([await goes(rich, number, stranger=True) for number in neighbours[:30]]) == 20
    assert await alarmed(store) == [("messages:sms:range", "admins")]
    assert await goes(rich, "+4915212345678", stranger=True)  # another range
    assert sum([await goes(rich, number) for number in neighbours]) == 100
    clock.passes(HOUR)
    assert await goes(rich, neighbours[0], stranger=True)


async def test_what_the_money_refuses_does_not_use_up_its_range(budget: SmsBudget, store: Store) -> None:
    neighbours = [f"+49151123{n:05}" for n in range(100, 140)]
    assert sum([await goes(budget, number, stranger=True) for number in neighbours]) == 3
    assert await alarmed(store) == [("messages:budget:strangers", "admins")]


async def test_no_number_and_no_range_stands_in_a_counter(budget: SmsBudget, store: Store) -> None:
    await goes(budget, GERMAN[7], stranger=True)
    async with store.database.read() as conn:
        kept = str((await conn.exec_driver_sql("select * from counter")).all())
    assert "money:sms:strangers" in kept
    assert GERMAN[7][1:8] not in kept
