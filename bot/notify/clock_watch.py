"""Whether this machine's clock runs with the database's, which all replicas go by: looked at once a minute."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.notify.admin_alerts import AdminAlerts
from bot.platform.clock import SharedClock


@dataclass(frozen=True)
class ClockWatch:
    """Leases and codes go on by the database's clock; certificates, logs and vendors' signatures don't."""

    clock: SharedClock
    ask: Callable[[SharedClock], Awaitable[None]]
    alerts: AdminAlerts
    machine: str

    async def look(self) -> None:
        """Once."""
        await self.ask(self.clock)
        if self.clock.far:
            seconds = round(abs(self.clock.apart))
            await self.alerts.raise_alert("operator:clock:off", about=self.machine, machine=self.machine, seconds=seconds)
