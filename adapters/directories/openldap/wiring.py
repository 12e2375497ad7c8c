"""OpenLDAP's parts, put together from the settings; the composition root imports this when such a directory is configured."""

from collections.abc import AsyncIterator

from adapters.directories.ldap import wiring
from adapters.directories.openldap.checks import examined
from adapters.directories.openldap.directory import OpenLdapDirectory
from bot.directory.advice import advice
from bot.doctor.finding import Finding
from bot.platform.clock import World
from bot.settings.directories import DirectorySection


def directory(name: str, section: DirectorySection, world: World) -> OpenLdapDirectory:
    """Nothing is asked yet. Raises OperatorError."""
    pool, told = wiring.connection_pool(name, section), advice(name, section, ("sign-in-again",))
    return OpenLdapDirectory(name, pool, section.base, world, section.writeback, section.unlock, told)


def findings(name: str, section: DirectorySection) -> AsyncIterator[Finding]:
    """What the doctor says of this directory."""
    return wiring.findings(name, section, lambda pool: examined(name, pool, section.base))
