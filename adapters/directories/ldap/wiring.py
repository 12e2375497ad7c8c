"""Where an LDAP directory is, by its settings, and whether it is well."""

from collections.abc import Awaitable, Mapping

from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.line import Silent, Why
from adapters.directories.ldap.wire import Place
from bot.accounts.directory import Health
from bot.mend import Mend
from bot.settings_directories import DirectorySection

ADVICE = {"sign-in-again": "after_reset.sign_in_again", "vpn": "after_reset.vpn", "phone": "after_reset.phone"}


def advice(name: str, section: DirectorySection, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """What people are told after a new password. Raises Mend for what nobody has written."""
    chosen = section.after_reset or otherwise
    if unknown := [which for which in chosen if which not in ADVICE]:
        raise Mend(f"Directory {name}: after_reset knows {', '.join(ADVICE)}, and no {unknown[0]}.")
    return tuple(ADVICE[which] for which in chosen)


def place(name: str, section: DirectorySection) -> Place:
    """Raises Mend, for one, when there are no certificates to check the servers' against."""
    if section.ca_file is None or section.password is None:  # its kind needs both, so the settings have refused it before
        raise Mend(f"Directory {name} needs ca_file and password.")
    made = Place(section.hosts, section.ca_file, section.account, section.password, section.server_name)
    try:
        made.context()
    except OSError as fault:
        raise Mend(f"Directory {name}: {section.ca_file} holds no certificates that can be read.") from fault
    return made


async def health(found: Awaitable[Entry | None], base: str, silent: Mapping[Why, str]) -> Health:
    """`found`: what stands at the base; `silent`: why nobody says so, in a sentence."""
    try:
        there = await found
    except Silent as no:
        return Health(ok=False, detail=silent[no.why])
    return Health(ok=there is not None, detail="" if there else f"There is no {base}, or it can't be read.")
