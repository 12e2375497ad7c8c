"""What a doctor sees on the machine itself: the environment, the key ring, and where checkpoints go."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from bot.doctor.finding import Finding, fail, ok, warn
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys, Tampered, UnknownKey
from bot.settings.sections import FILE, secrets_of
from bot.settings.settings import Settings
from bot.settings.source import unknown_variables

PROBE = b"probe"
OTHERS = stat.S_IRWXO | stat.S_IWGRP  # a group may be let read: that is how a vault's sidecar gives files
PRIVATE = frozenset({"certificate_file"})  # holds a private key as well


def environment() -> Finding:
    """Whether a variable was meant for us that we don't know."""
    if unknown := unknown_variables():
        return warn(f"{', '.join(unknown)} in the environment: no such setting.", "Correct the name, or rename what sets it.")
    return ok("The settings can be read.")


def ring(settings: Settings) -> Finding:
    """Whether the key ring can be used, and lies where a copy of the data doesn't hold it."""
    path = settings.keys.ring_file.absolute()
    try:
        keys = Keys.load(path)
        keys.open("doctor", keys.seal("doctor", PROBE))
    except OperatorError as mend:
        return fail(str(mend), "The sentence says it.")
    except (Tampered, UnknownKey):
        return fail(f"The key ring {path} doesn't open what it seals.", "Put its backup in its place.")
    if settings.sqlite and path.parent == settings.sqlite.absolute().parent:
        return fail(f"The key ring {path} lies in the data folder.", "Move it elsewhere, and set [keys] ring_file.")
    return ok(f"The key ring seals and opens; its current key is {keys.current}.")


def archive(settings: Settings) -> Finding:
    """Whether the audit's old rows can move to files."""
    folder = settings.archive
    if not settings.retention.audit:
        return ok("The audit stays in the database.")
    if os.access(folder if folder.exists() else folder.parent, os.W_OK):
        return ok(f"Rows of the audit older than {settings.retention.audit} days move to {folder}.")
    return fail(f"The audit's old rows can't be written to {folder}.", "Set [audit] archive, or the mode of its folder.")


def checkpoints(settings: Settings) -> Finding:
    """Whether the audit's checkpoints can leave the database."""
    path = settings.checkpoints
    if os.access(path if path.exists() else path.parent, os.W_OK):
        return ok(f"The audit's checkpoints go to {path}.")
    return fail(f"The audit's checkpoints can't be written to {path}.", "Set [audit] checkpoints, or the mode of its folder.")


def secret_files(settings: Settings) -> Iterator[Finding]:
    """Whether anybody else on this machine may read what only we should. Every section's files are looked at, by their names."""
    found = list(dict.fromkeys(_kept(settings)))
    well = True
    for path in found:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError as error:
            well = False
            yield fail(
                f"The secret file {path} can't be looked at ({error.strerror}).", "Correct its path, or give it to this user."
            )
            continue
        if mode & OTHERS:
            well = False
            yield fail(f"Others on this machine may read the secret file {path} (mode {mode:04o}).", f"Run `chmod 600 {path}`.")
    if found and well:
        yield ok(f"Nobody else may read the {len(found)} files that hold secrets.")


def _kept(section: BaseModel) -> Iterator[Path]:
    for name in section.__class__.model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _kept(value)
        elif isinstance(value, dict):
            yield from (path for each in value.values() if isinstance(each, BaseModel) for path in _kept(each))
        elif isinstance(value, Path) and (name.removesuffix(FILE) in secrets_of(type(section)) or name in PRIVATE):
            yield value
