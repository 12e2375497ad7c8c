"""How a writeback agent's machine is wired, and what it lets itself be asked for: agent.toml, beside the agent's keys."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection
from bot.settings.sections import Section, secrets_of

Count = Annotated[int, Field(ge=0, le=1_000_000)]
DIRECTORY_PATHS = ("ca_file", "certificate_file", "password_file", "client_secret_file")
PATHS = ("keys", "state", "log", "ca_file", "database")
TEMPLATE = """\
# A writeback agent: whom it serves and what it lets itself be asked for. docs/agent.md explains each line.

[limits]
under = []                # distinguished names, as "OU=Staff,DC=corp,DC=example": nobody else is touched. Empty: nobody at all
never = ["Domain Admins"] # members of these groups are never touched, besides those whom the directory itself protects
unlock_only = false       # true: locks are taken off, and no password is ever set
resets_a_minute = 10      # resets and unlocks together, whoever asks
resets_a_day = 200
stop_file = "stop"        # as long as this file exists, the agent does nothing

[directory]
kind = "active-directory"
hosts = ["dc1.corp.example"]
base = "DC=corp,DC=example"
ca_file = "corp-ca.pem"
account = "unlatch@corp.example"
password_file = "directory-password"
"""


class LimitsSection(Section):
    """What the agent does at most, whatever the bot asks of it: its machine has the last word."""

    under: tuple[str, ...] = Field(default=(), description="Distinguished names; accounts below them may be touched.")
    groups: tuple[str, ...] = Field(
        default=(), description='Groups whose members may be touched as well; `["*"]` is everybody that isn\'t protected.'
    )
    never: tuple[str, ...] = Field(default=(), description="Groups whose members are never touched.")
    unlock_only: bool = Field(default=False, description="Whether locks are taken off, and no password is ever set.")
    resets_a_minute: Count = Field(default=10, description="Resets and unlocks together in any minute.")
    resets_a_day: Count = Field(default=200, description="Resets and unlocks together in any 24 hours.")
    tries_a_minute: Count = Field(default=30, description="Passwords tried for people who change theirs, in any minute.")
    stop_file: Path = Field(default=Path("stop"), description="As long as this file exists, the agent does nothing.")


class AgentSettings(Section):
    """The whole settings file of a writeback agent."""

    keys: Path = Field(default=Path("agent.keys"), description="The agent's keys; `unlatch agent enrol` writes them, mode 0600.")
    state: Path = Field(default=Path("agent.state"), description="What it has seen and done; kept for a day.")
    log: Path = Field(
        default=Path("agent.log"), description="Its own log, one JSON object a line; a new file each 10 MB, five kept."
    )
    ca_file: Path | None = Field(
        default=None,
        description="CA certificates (PEM) that the bot's certificate is checked against; the machine's own where unset.",
    )
    database: Path | None = Field(default=None, description="SQLite file of an embedded directory; for a try.")
    limits: LimitsSection
    directory: DirectorySection

    @field_validator("directory")
    @classmethod
    def _at_hand(cls, given: DirectorySection) -> DirectorySection:
        if given.kind in {"agent", "hybrid"}:
            raise ValueError(f"is of kind {given.kind}; an agent serves one directory that it reaches itself")
        return given


def load(file: Path) -> AgentSettings:
    """Relative paths start at the file's folder. One sentence for each thing that is wrong. Raises OperatorError."""
    given = _parsed(file)
    _anchor(given, file.absolute().parent)
    if (directory := given.get("directory")) and (literal := sorted(set(secrets_of(DirectorySection)) & set(directory))):
        raise OperatorError(
            f"{file}: [directory] {literal[0]} is a secret; put it in a file of its own and say {literal[0]}_file."
        )
    try:
        return AgentSettings(**given)
    except ValidationError as wrong:
        raise OperatorError("\n".join(_sentence(file, e["loc"], e["msg"]) for e in wrong.errors(include_input=False))) from None


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperatorError(f"There is no {file}; `unlatch agent enrol` writes one, or --config names another.") from None
    except tomllib.TOMLDecodeError as wrong:
        raise OperatorError(f"{file} isn't TOML: {wrong}.") from None
    except (OSError, UnicodeDecodeError):
        raise OperatorError(f"{file} can't be read; check that it is text in UTF-8 and that this account may read it.") from None


def _anchor(given: dict[str, Any], folder: Path) -> None:
    """Make relative paths absolute, those that nobody gave included."""
    for name in ("keys", "state", "log"):
        given.setdefault(name, str(AgentSettings.model_fields[name].default))
    limits, directory = given.setdefault("limits", {}), given.get("directory")
    if isinstance(limits, dict):
        limits.setdefault("stop_file", str(LimitsSection.model_fields["stop_file"].default))
    for table, names in ((given, PATHS), (limits, ("stop_file",)), (directory, DIRECTORY_PATHS)):
        if isinstance(table, dict):
            table.update({name: str(folder / table[name]) for name in names if isinstance(table.get(name), str)})


def _sentence(file: Path, where: tuple[int | str, ...], said: str) -> str:
    *section, name = [str(part) for part in where if isinstance(part, str)] or ["it"]
    place = f"[{'.'.join(section)}] {name}" if section else f"[{name}]" if name in {"limits", "directory"} else name
    return f"{file}: {place}: {said.removeprefix('Value error, ')}."
