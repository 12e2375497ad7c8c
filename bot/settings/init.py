"""`unlatch init`: a settings file from at most eight answers, and the key ring beside it. Never writes over anything."""

import json
import os
import socket
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.settings.sections import listed
from bot.settings.source import checked

RING = "unlatch.keys"
LISTS = {"languages"}


@dataclass(frozen=True, slots=True)
class InitQuestion:
    """One answer is one setting; an empty one leaves the setting out."""

    setting: str  # "section.name", or a name at the top
    text: str
    default: str = ""


def questions() -> Sequence[InitQuestion]:
    """In the order they are asked."""
    return (
        InitQuestion("base_url", "Address that people will reach Unlatch at", f"https://{socket.gethostname().lower()}"),
        InitQuestion("company", "Name of your company", "Your company"),
        InitQuestion("languages", "Languages, with commas between", "en"),
        InitQuestion("database", "Database: sqlite:///path or postgresql://user@host/name", "sqlite:///data/unlatch.sqlite3"),
        InitQuestion("roles.admin", "Directory group of Unlatch's admins", "Unlatch-Admins"),
        InitQuestion("roles.helpdesk", "Directory group of the helpdesk", "Helpdesk"),
        InitQuestion("smtp.host", "Mail server (empty: no mail)"),
        InitQuestion("smtp.from", "Address that mail comes from"),
    )


def begin(config: Path) -> None:
    """Raises OperatorError when there is something that would be written over; asked before anybody answers questions."""
    for path in (config, config.with_name(RING)):
        if path.exists():
            raise OperatorError(
                f"{path} is there already, and is never written over. Change it by hand, or name another with --config."
            )
    if not config.absolute().parent.is_dir():
        raise OperatorError(f"There is no folder {config.absolute().parent}; make it first.")


def write(config: Path, answers: Mapping[str, str]) -> Path:
    """Settings file and key ring; where the ring is. Raises OperatorError, and then leaves neither behind."""
    begin(config)
    text = document(answers)
    settings = checked(_parsed(text), "These answers", config.absolute().parent)
    ring = config.with_name(RING)
    Keys.create(ring)
    try:
        _new(config, text)
    except OSError as error:
        ring.unlink()
        raise OperatorError(f"{config} can't be written: {error.strerror}.") from None
    if settings.sqlite:
        settings.sqlite.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return ring


def _parsed(text: str) -> dict[str, Any]:
    try:
        text.encode()
        return tomllib.loads(text)
    except ValueError:
        raise OperatorError("One of these answers holds a character that can't stand in a settings file; leave it out.") from None


def document(answers: Mapping[str, str]) -> str:
    """The settings file. JSON's texts and lists are TOML's as well."""
    top = [_line(name, value) for name, value in answers.items() if "." not in name and value]
    lines = ["# How this machine is wired. `unlatch doctor` checks it; docs/settings.md lists all settings.", *top]
    for section in ("keys", "roles", "directories.main", "smtp"):
        given = {**answers, "keys.ring_file": RING, "directories.main.kind": "embedded"}
        named = {
            name.removeprefix(f"{section}."): value for name, value in given.items() if name.startswith(f"{section}.") and value
        }
        if named:
            lines += ["", f"[{section}]", *(_line(name, value) for name, value in named.items())]
    if answers.get("smtp.host"):
        lines.append(
            '# username = "", and password_file = "path" (or UNLATCH_SMTP_PASSWORD); a secret never stands in this file.'
        )
    return "\n".join(lines) + "\n"


def _line(name: str, value: str) -> str:
    return f"{name} = {json.dumps(listed(value) if name in LISTS else value, ensure_ascii=False)}"


def _new(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="utf-8") as file:
        file.write(text)
