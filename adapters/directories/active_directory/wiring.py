"""Active Directory's parts, put together from the settings; the composition root imports this when one is configured."""

from collections.abc import AsyncIterator

from adapters.directories.active_directory.checks import examined
from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.ldap import wiring
from bot.directory.advice import advice
from bot.doctor.finding import Finding
from bot.platform.clock import World
from bot.settings.directories import DirectorySection

EVERYTHING = ("sign-in-again", "vpn", "phone")


def directory(name: str, section: DirectorySection, world: World) -> ActiveDirectory:
    """Nothing is asked yet. Raises OperatorError."""
    pool, told = wiring.connection_pool(name, section), advice(name, section, EVERYTHING)
    return ActiveDirectory(name, pool, section.base, world, section.writeback, section.unlock, told, contacts=section.contacts)


def findings(name: str, section: DirectorySection, now: float) -> AsyncIterator[Finding]:
    """What the doctor says of this directory."""
    return wiring.findings(name, section, lambda pool: examined(name, pool, section.base, now, contacts=section.contacts))
