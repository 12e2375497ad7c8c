"""The sections of the settings: what each value means, what it is when nobody says, and which of them are secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.secret import Secret

FILE = "_file"  # `<name>_file` names the file that a secret stands in
HIGHEST = 65535
Port = Annotated[int, Field(ge=0, le=HIGHEST)]


def listed(given: object) -> object:
    """From the environment a list comes as words with commas between."""
    return [word.strip() for word in given.split(",") if word.strip()] if isinstance(given, str) else given


def _kind(given: object) -> object:
    if given != "embedded":
        raise ValueError(f'"{given}" is no kind of directory that this version knows; it knows "embedded"')
    return given


def _hidden(given: object) -> object:
    return Secret(given) if isinstance(given, str) else given


Hidden = Annotated[Secret | None, BeforeValidator(_hidden)]


class Section(BaseModel):
    """Frozen, and strict about what it doesn't know. A secret comes from its file unless it is given."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True, validate_by_name=True
    )

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        named = {name: given.get(name + FILE) for name in secrets_of(cls) if given.get(name) is None}
        return {**given, **{name: _read(Path(str(path))) for name, path in named.items() if path}}


def secrets_of(section: type[BaseModel]) -> list[str]:
    """The fields of a section that are secrets."""
    return [name for name, field in section.model_fields.items() if Secret in get_args(field.annotation)]


def _read(path: Path) -> Secret:
    try:
        return Secret(path.read_text(encoding="utf-8").rstrip("\r\n"))
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the secret can't be read from {path}") from None


class KeysSection(Section):
    """Where the key ring is."""

    ring_file: Path = Field(default=Path("unlatch.keys"), description="The key ring; mode 0600, outside the data folder.")


class RolesSection(Section):
    """Which directory groups hold which role."""

    admin: str = Field(default="", description="Group of those who may change the rules. The first admin is whoever is in it.")
    helpdesk: str = Field(default="", description="Group of those who may open a case for a caller.")
    lead: str = Field(default="", description="Group of those who lead the helpdesk.")
    auditor: str = Field(default="", description="Group of those who may read the audit.")


class DirectorySection(Section):
    """One directory."""

    kind: Annotated[Literal["embedded"], BeforeValidator(_kind)] = Field(description="What it is: `embedded`.")


class SmtpSection(Section):
    """The mail server that codes and notices leave by."""

    host: str = Field(default="", description="Mail server. Without one no e-mail is sent, and codes by e-mail aren't offered.")
    port: Port = Field(default=587, description="Its port.")
    sender: str = Field(default="", validation_alias="from", description="Address that mail comes from.")
    username: str = Field(default="", description="Account there, if it asks for one.")
    password: Hidden = Field(default=None, description="Its password.")
    password_file: Path | None = Field(default=None, description="File that holds its password.")
    tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="`starttls`, `tls`, or `none` (on this machine only)."
    )


class MetricsSection(Section):
    """The listener for /metrics."""

    host: str = Field(default="127.0.0.1", description="Interface of /metrics. Its counters are nobody's business outside.")
    port: Port = Field(default=8401, description="Port of /metrics; 0: none.")


class AuditSection(Section):
    """What leaves the database about the audit."""

    checkpoints: Path | None = Field(
        default=None,
        description="File that a signed checkpoint is added to each minute; `audit.checkpoints` beside the key ring.",
    )


class PolicySection(Section):
    """The first policy."""

    file: Path | None = Field(default=None, description="Policy document that is applied at the first start.")
