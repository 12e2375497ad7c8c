"""Whether a machine's clock runs with the database's is seen, and told by name."""

from collections.abc import Callable

from bot.notify.admin_alerts import AdminAlerts
from bot.notify.clock_watch import ClockWatch
from bot.platform.clock import SharedClock
from store.clock import set_by_database
from store.open import Store


async def test_a_machine_whose_clock_is_off_is_an_alarm_with_its_name(store: Store) -> None:
    async def ask(clock: SharedClock) -> None:
        await set_by_database(clock, store.database)

    clock = SharedClock(wall=_late())
    watch = ClockWatch(clock, ask, AdminAlerts(store.records), "replica-2")
    await watch.look()
    assert [row.tag async for row in store.audit.rows()] == ["operator:clock:off"]
    on_time = ClockWatch(SharedClock(), ask, AdminAlerts(store.records), "replica-1")
    await on_time.look()
    assert (await store.audit.head())[0] == 1


def _late() -> Callable[[], float]:
    right = SharedClock().wall
    return lambda: right() - 45.0
