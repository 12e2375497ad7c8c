"""Active Directory's parts, put together from the settings; the composition root imports this when one is configured."""

from collections.abc import AsyncIterator

from adapters.directories.active_directory.checks import Examination
from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.ldap.wiring import place
from bot.directory.advice import advice
from bot.doctor.finding import Finding, fail
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection

EVERYTHING = ("sign-in-again", "vpn", "phone")


def directory(name: str, section: DirectorySection, world: World) -> ActiveDirectory:
    """Nothing is asked yet. Raises OperatorError."""
    told, wire = advice(name, section, EVERYTHING), ConnectionPool(place(name, section))
    return ActiveDirectory(name, wire, section.base, world, section.writeback, section.unlock, told)


async def findings(name: str, section: DirectorySection, now: float) -> AsyncIterator[Finding]:
    """For the doctor."""
    try:
        wire = ConnectionPool(place(name, section))
    except OperatorError as mend:
        yield fail(str(mend), "Set ca_file to a PEM file with the CA that issued the servers' certificates.")
        return
    try:
        async for finding in Examination(name, wire, section.base).findings(now):
            yield finding
    finally:
        wire.close()
