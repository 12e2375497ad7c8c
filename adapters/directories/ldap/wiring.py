"""Where an LDAP directory is, by its settings, and whether it is well."""

from collections.abc import Awaitable, Mapping

from adapters.directories.ldap.connection import SilenceReason, Silent
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.pool import LdapServers
from bot.directory.interfaces import Health
from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection


def place(name: str, section: DirectorySection) -> LdapServers:
    """Raises OperatorError, for one, when there are no certificates to check the servers' against."""
    if section.ca_file is None or section.password is None:  # its kind needs both, so the settings have refused it before
        raise OperatorError(f"Directory {name} needs ca_file and password.")
    made = LdapServers(section.hosts, section.ca_file, section.account, section.password, section.server_name)
    try:
        made.context()
    except OSError as fault:
        raise OperatorError(f"Directory {name}: {section.ca_file} holds no certificates that can be read.") from fault
    return made


async def health(found: Awaitable[Entry | None], base: str, silent: Mapping[SilenceReason, str]) -> Health:
    """`found`: what stands at the base; `silent`: why nobody says so, in a sentence."""
    try:
        there = await found
    except Silent as no:
        return Health(ok=False, detail=silent[no.why])
    return Health(ok=there is not None, detail="" if there else f"There is no {base}, or it can't be read.")
