"""OpenLDAP's parts, put together from the settings; the composition root imports this when such a directory is configured."""

from collections.abc import AsyncIterator

from adapters.directories.ldap.wire import Place, Wire
from adapters.directories.openldap.directory import OpenLdapDirectory
from adapters.directories.openldap.examined import examined
from bot.doctor.finding import Finding, fail
from bot.mend import Mend
from bot.settings_directories import DirectorySection
from bot.world import World

ADVICE = {"sign-in-again": "after_reset.sign_in_again", "vpn": "after_reset.vpn", "phone": "after_reset.phone"}


def directory(name: str, section: DirectorySection, world: World) -> OpenLdapDirectory:
    """Nothing is asked yet. Raises Mend, for one, when there are no certificates to check the servers' against."""
    chosen = section.after_reset or ("sign-in-again",)
    if unknown := [which for which in chosen if which not in ADVICE]:
        raise Mend(f"Directory {name}: after_reset knows {', '.join(ADVICE)}, and not {unknown[0]}.")
    advice, wire = tuple(ADVICE[which] for which in chosen), Wire(place(name, section))
    return OpenLdapDirectory(name, wire, section.base, world, section.writeback, section.unlock, advice)


async def findings(name: str, section: DirectorySection) -> AsyncIterator[Finding]:
    """For the doctor."""
    try:
        wire = Wire(place(name, section))
    except Mend as mend:
        yield fail(str(mend), "Set ca_file to the CA certificates that the servers' are checked against, as PEM.")
        return
    async for finding in examined(name, wire, section.base):
        yield finding


def place(name: str, section: DirectorySection) -> Place:
    """Where it is. Raises Mend."""
    if section.ca_file is None or section.password is None:  # its kind needs both, so the settings have refused it before
        raise Mend(f"Directory {name} needs ca_file and password.")
    made = Place(section.hosts, section.ca_file, section.account, section.password, section.server_name)
    try:
        made.context()
    except OSError as fault:
        raise Mend(f"Directory {name}: {section.ca_file} holds no certificates that can be read.") from fault
    return made
