"""Every setting there is, for the table in docs/settings.md and for finding the one that was meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from bot.platform.secret import Secret
from bot.settings.sections import Section
from bot.settings.settings import Settings

NAME = "NAME"  # stands for the name of a directory


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """One setting, for the table and for finding a misspelt one."""

    section: tuple[str, ...]
    name: str
    default: object
    description: str
    path: bool
    secret: bool

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return "_".join(("unlatch", *self.section, self.name)).upper()


def known(model: type[BaseModel] = Settings, section: tuple[str, ...] = ()) -> Iterator[KnownSetting]:
    """Every setting there is, in the order of the file."""
    for name, field in model.model_fields.items():
        types = (field.annotation, *get_args(field.annotation))
        inner = next((one for one in types if isinstance(one, type) and issubclass(one, Section)), None)
        if inner:
            yield from known(inner, (name, NAME) if dict in types or name == "directories" else (name,))
        else:
            written = str(field.validation_alias or name)
            default = None if field.is_required() else field.default
            yield KnownSetting(section, written, default, field.description or "", Path in types, Secret in types)


def table() -> str:
    """Markdown; docs/settings.md has to hold it as it is."""
    head = ("| section | setting | default | environment | what it is |", "|---|---|---|---|---|")
    return "\n".join((*head, *(_line(one) for one in known() if not one.secret), *(_line(one) for one in known() if one.secret)))


def _line(one: KnownSetting) -> str:
    section = f"`[{'.'.join(one.section)}]`" if one.section else "top"
    setting = "in the environment only" if one.secret else f"`{one.name}`"
    return f"| {section} | {setting} | {_default(one.default)} | `{one.variable}` | {one.description} |"


def _default(value: object) -> str:
    match value:
        case None | "" | ():
            return ""
        case tuple():
            return f"`{list(value)}`".replace("'", '"')
        case int() | float():
            return f"`{value}`"
        case _:
            return f'`"{value}"`'
