"""A pass that the directory itself has made: on its way to its owner's page it is a sealed name, and it is kept nowhere else."""

from collections.abc import Mapping

from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Pass, Passes, Rejected
from bot.platform.ids import MethodId, SubjectId, directory_of
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Refuse

SEALED = "sealed~"


def gives_passes(directories: Mapping[str, Directory], subject: SubjectId) -> Passes | None:
    """The directory that makes the passes of this account. None: they are ours."""
    directory = directories[directory_of(subject)]
    return directory if isinstance(directory, Passes) and directory.gives_passes() else None


async def minted_there(directory: Passes, subject: SubjectId) -> Pass:
    """Raises Refuse, kindly. What was made and not seen is void as soon as another is made, and within the hour."""
    try:
        return await asked(directory.mint(subject))
    except Rejected as no:
        raise Refuse(no.words) from None


def sealed_name(keys: Keys, subject: SubjectId, text: Secret) -> MethodId:
    """Opens for this account's page alone."""
    return MethodId(SEALED + keys.seal(_purpose(subject), text.reveal().encode()).hex())


def opened_name(keys: Keys, subject: SubjectId, name: MethodId) -> Secret | None:
    """None: it is one of ours, whose code is derived from its name."""
    if not name.startswith(SEALED):
        return None
    return Secret(keys.open(_purpose(subject), bytes.fromhex(name.removeprefix(SEALED))).decode())


def _purpose(subject: SubjectId) -> str:
    return f"company pass {subject}"
