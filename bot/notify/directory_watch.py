"""Whether each directory answers: looked at once a minute, and one that goes on being silent is an alarm that names it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot.directory.asking import TIMEOUT
from bot.directory.interfaces import Directory, Health, Unreachable
from bot.notify.admin_alerts import AdminAlerts

log = structlog.get_logger()
LONG = 2  # looks in a row, so that nobody is woken for a server that is started anew


async def health_of(directory: Directory) -> Health:
    """As it says itself, or that it says nothing."""
    try:
        async with asyncio.timeout(TIMEOUT):
            return await directory.health()
    except (Unreachable, OSError, TimeoutError):
        return Health(ok=False, detail="It doesn't answer.")


async def silent(directories: Mapping[str, Directory]) -> Mapping[str, str]:
    """Those that aren't well, and why. All are asked at once, so that one holds up no other."""
    told = await asyncio.gather(*map(health_of, directories.values()))
    return {name: health.detail for name, health in zip(directories, told, strict=True) if not health.ok}


async def some_answer(directories: Mapping[str, Directory]) -> bool:
    """Whether anybody can be served: one of several that is silent is named in the log, and the others go on."""
    found = await silent(directories)
    for name, why in found.items():
        log.warning("directory.silent", directory=name, why=why)
    return not directories or len(found) < len(directories)


@dataclass
class DirectoryWatch:
    """One for each process; the alarm is raised once a day for each directory, whoever saw it first."""

    directories: Mapping[str, Directory]
    alerts: AdminAlerts
    silent_looks: dict[str, int] = field(default_factory=dict)  # in a row at which it was silent

    async def check_directories(self) -> None:
        """One look at each; one that was silent at several in a row is an alarm."""
        found = await silent(self.directories)
        self.silent_looks = {name: self.silent_looks.get(name, 0) + 1 for name in found}
        for name, why in found.items():
            if self.silent_looks[name] >= LONG:
                await self.alerts.raise_alert("operator:directory:silent", about=name, directory=name, why=why)
