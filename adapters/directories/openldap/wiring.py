"""OpenLDAP's parts, put together from the settings; the composition root imports this when such a directory is configured."""

from collections.abc import AsyncIterator

from adapters.directories.ldap.pool import ConnectionPool
from adapters.directories.ldap.wiring import place
from adapters.directories.openldap.checks import examined
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.directory.advice import advice
from bot.doctor.finding import Finding, fail
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection


def directory(name: str, section: DirectorySection, world: World) -> OpenLdapDirectory:
    """Nothing is asked yet. Raises OperatorError."""
    told, wire = advice(name, section, ("sign-in-again",)), ConnectionPool(place(name, section))
    return OpenLdapDirectory(name, wire, section.base, world, section.writeback, section.unlock, told)


async def findings(name: str, section: DirectorySection) -> AsyncIterator[Finding]:
    """For the doctor."""
    try:
        wire = ConnectionPool(place(name, section))
    except OperatorError as mend:
        yield fail(str(mend), "Set ca_file to the CA certificates that the servers' are checked against, as PEM.")
        return
    async for finding in examined(name, wire, section.base):
        yield finding
