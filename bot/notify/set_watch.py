"""Watches what decides: no signed set is ever older than it was, and none is written by hand, whether or not anybody asks for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from bot.notify.admin_alerts import AdminAlerts
from bot.platform.set_seals import Surveyed

EACH = 60  # looks at the sum of all versions for one look at every set


class Survey(Protocol):
    """All signed sets."""

    async def total(self) -> int:
        """Their versions added up."""

    def all(self) -> AsyncIterator[Surveyed]:
        """Each of them."""


@dataclass
class SetWatch:
    """Called once a minute. `most`: the largest sum that this process has seen."""

    survey: Survey
    alerts: AdminAlerts
    most: int = 0
    looks: int = 0

    async def look(self) -> None:
        """Admins are told."""
        total = await self.survey.total()
        if total < self.most:
            await self.alerts.raise_alert("record:set:older", counted=self.most, there=total)
        self.most = max(self.most, total)
        self.looks += 1
        if self.looks % EACH == 1:
            async for seen in self.survey.all():
                if not seen.fits:
                    about = f"{seen.name.kind}:{seen.name.owner}"
                    await self.alerts.raise_alert("record:set:forged", about, set=seen.name.kind, owner=seen.name.owner)
