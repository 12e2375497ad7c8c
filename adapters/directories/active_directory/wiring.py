"""Active Directory's parts, put together from the settings; the composition root imports this when one is configured."""

from collections.abc import AsyncIterator

from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.examined import Examination
from adapters.directories.ldap.wire import Place, Wire
from bot.doctor.finding import Finding, fail
from bot.mend import Mend
from bot.settings_directories import DirectorySection
from bot.world import World

ADVICE = {"sign-in-again": "after_reset.sign_in_again", "vpn": "after_reset.vpn", "phone": "after_reset.phone"}


def directory(name: str, section: DirectorySection, world: World) -> ActiveDirectory:
    """Nothing is asked yet. Raises Mend when there are no certificates to check the servers' against."""
    if strange := [which for which in section.after_reset if which not in ADVICE]:
        raise Mend(f"Directory {name}: after_reset knows {', '.join(ADVICE)}, and no {strange[0]}.")
    advice, wire = tuple(ADVICE[which] for which in section.after_reset or ADVICE), Wire(place(name, section))
    return ActiveDirectory(name, wire, section.base, world, section.writeback, section.unlock, advice)


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


async def findings(name: str, section: DirectorySection, now: float) -> AsyncIterator[Finding]:
    """For the doctor."""
    try:
        wire = Wire(place(name, section))
    except Mend as mend:
        yield fail(str(mend), "Set ca_file to a PEM file with the CA that issued the servers' certificates.")
        return
    try:
        async for finding in Examination(name, wire, section.base).findings(now):
            yield finding
    finally:
        wire.close()
