"""An LDAP directory's servers, by its settings, and what the doctor finds at them."""

from collections.abc import AsyncIterator, Callable

from adapters.directories.ldap.pool import ConnectionPool, LdapServers
from bot.doctor.finding import Finding, fail
from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection

CA_FILE = "Set ca_file to a PEM file with the CA certificates that the servers' certificates are checked against."


def connection_pool(name: str, section: DirectorySection) -> ConnectionPool:
    """Nothing is asked yet. Raises OperatorError, for one, when there are no certificates to check the servers' against."""
    if section.ca_file is None or section.password is None:  # its kind needs both, so the settings have refused it before
        raise OperatorError(f"Directory {name} needs ca_file and password.")
    try:
        return ConnectionPool(LdapServers(section.hosts, section.ca_file, section.account, section.password, section.server_name))
    except OSError as fault:
        raise OperatorError(f"Directory {name}: {section.ca_file} holds no certificates that can be read.") from fault


async def findings(
    name: str, section: DirectorySection, examined: Callable[[ConnectionPool], AsyncIterator[Finding]]
) -> AsyncIterator[Finding]:
    """`examined`: what this kind of server is looked at for."""
    try:
        pool = connection_pool(name, section)
    except OperatorError as no:
        yield fail(str(no), CA_FILE)
        return
    try:
        async for finding in examined(pool):
            yield finding
    finally:
        pool.close()
