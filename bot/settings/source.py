"""Where settings come from: unlatch.toml, over it the environment, secrets from files of their own; and what is said when they're wrong."""

import difflib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.platform.errors import OperatorError
from bot.settings.demo import demo_settings, with_premises
from bot.settings.sections import FILE
from bot.settings.settings import SQLITE, Settings
from bot.settings.table import NAME, KnownSetting, known

NAMES = (Path("unlatch.toml"), Path("/etc/unlatch/unlatch.toml"))
OURS = {"UNLATCH_CONFIG", "UNLATCH_DATA"}  # read by the command line, and no settings


class _Layered(Settings, BaseSettings):
    """The same with the environment laid over what is given."""

    model_config = SettingsConfigDict(
        env_prefix="UNLATCH_", env_nested_delimiter="_", env_nested_max_split=1, env_ignore_empty=True, enable_decoding=False
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library names these, and passes all of them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - so that no file is read unasked
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - secrets have files of their own
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def resolve(config: Path | None = None) -> Settings:
    """For every command but `demo`: a file, or the environment alone, or else the demo in this folder. Raises OperatorError."""
    if file := find(config):
        return load(file)
    if os.environ.get("UNLATCH_BASE_URL"):
        return load(None)
    demo = demo_settings()
    if demo.keys.ring_file.exists() and demo.sqlite and demo.sqlite.exists():
        return with_premises(demo)
    looked = " nor at ".join(str(name) for name in NAMES)
    raise OperatorError(
        f"There is no settings file at {looked}. `unlatch init` writes one; `unlatch demo` shows Unlatch without any."
    )


def find(config: Path | None) -> Path | None:
    """--config, else UNLATCH_CONFIG, else the first that is there. Raises OperatorError when one that was named isn't there."""
    named = config or (Path(given) if (given := os.environ.get("UNLATCH_CONFIG")) else None)
    if named and not named.is_file():
        raise OperatorError(f"There is no settings file at {named}. Name another with --config, or let `unlatch init` write it.")
    return named or next((name for name in NAMES if name.is_file()), None)


def load(file: Path | None) -> Settings:
    """One sentence for each thing that is wrong. Relative paths start at the file's folder. Raises OperatorError."""
    folder = file.absolute().parent if file else Path.cwd()
    return checked(_parsed(file) if file else {}, str(file or "The environment"), folder)


def checked(given: dict[str, Any], where: str, folder: Path) -> Settings:
    """What a settings file in `folder` holds, made into settings. Raises OperatorError."""
    if literal := [one for one, section in _sections(given) if one.secret and one.name in section]:
        raise OperatorError("\n".join(_literal(one, where) for one in literal))
    _anchor(given, folder)
    try:
        return _Layered(**given)
    except ValidationError as wrong:
        raise OperatorError(
            "\n".join(_sentence(one, where) for one in wrong.errors(include_url=False, include_input=False))
        ) from None


def unknown_variables() -> list[str]:
    """Variables that look like ours and are no settings: misspelt, or put there by a container platform."""
    patterns = [one.variable.split(NAME) for one in known()]
    return sorted(
        name
        for name in os.environ
        if name.startswith("UNLATCH_") and name not in OURS and not any(_fits(name, pattern) for pattern in patterns)
    )


def _fits(name: str, pattern: list[str]) -> bool:
    return name == pattern[0] if len(pattern) == 1 else name.startswith(pattern[0]) and name.endswith(pattern[1])


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise OperatorError(f"{file} isn't TOML: {wrong}.") from None
    except (OSError, UnicodeDecodeError):
        raise OperatorError(f"{file} can't be read; check that it is text in UTF-8 and that this account may read it.") from None


def _sections(given: dict[str, Any]) -> Iterator[tuple[KnownSetting, dict[str, Any]]]:
    """Every known setting with each table of the file that it could stand in."""
    for one in known():
        tables: list[object] = [given]
        for name in one.section:
            inner = [table for table in tables if isinstance(table, dict)]
            tables = [deep for table in inner for deep in (table.values() if name == NAME else [table.get(name)])]
        yield from ((one, table) for table in tables if isinstance(table, dict))


def _anchor(given: dict[str, Any], folder: Path) -> None:
    """Make relative paths absolute, those that nobody gave included."""
    given.setdefault("database", Settings.model_fields["database"].default)
    if isinstance(given.setdefault("keys", {}), dict):
        given["keys"].setdefault("ring_file", "unlatch.keys")
    for one, section in _sections(given):
        if one.path and isinstance(section.get(one.name), str):
            section[one.name] = str(folder / section[one.name])
    if str(given["database"]).startswith(SQLITE):
        given["database"] = SQLITE + str(folder / given["database"].removeprefix(SQLITE))


def _literal(one: KnownSetting, where: str) -> str:
    return (
        f"{where}: {_named((*one.section, one.name))} is a secret, and secrets don't belong in this file. Put it in a file of its own"
        f' and say {one.name}{FILE} = "path", or set {one.variable}.'
    )


def _sentence(wrong: ErrorDetails, where: str) -> str:
    place = tuple(part for part in wrong["loc"] if isinstance(part, str))  # numbers count within a list
    if (variable := "_".join(("UNLATCH", *place)).upper()) in os.environ:
        where = variable
    match wrong["type"]:
        case "extra_forbidden":
            return f"{where}: {_named(place)} isn't a setting{_meant(place)}"
        case "missing" if place == ("base_url",):
            return f'{where}: base_url is missing; it is the address that people reach Unlatch at, such as "https://unlatch.example.com".'
        case "missing" if place == ("directories",):
            return f'{where}: there is no directory; say [directories.main] and kind = "embedded".'
        case "missing":
            return f"{where}: {_named(place)} is missing."
        case _:
            return ": ".join((where, *([_named(place)] if place else []), wrong["msg"].removeprefix("Value error, ") + "."))


def _named(place: tuple[str, ...]) -> str:
    *section, name = place
    return f"[{'.'.join(section)}] {name}" if section else name


def _meant(place: tuple[str, ...]) -> str:
    *section, name = place
    names = {one.name for one in known() if len(one.section) == len(section) and one.section[:1] == place[: len(one.section[:1])]}
    sections = {one.section[0] for one in known() if one.section}
    near = difflib.get_close_matches(name, names if section else names | sections, n=1)
    return f"; did you mean {near[0]}?" if near else "; docs/settings.md lists all there are."
