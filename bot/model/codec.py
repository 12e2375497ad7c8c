"""How a step and its parts are kept in one row, by names of their own, and read back; `Secret` and plain `str` are refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Mapping
from enum import StrEnum
from types import NoneType, UnionType
from typing import (
    Any,
    NewType,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

Part = TypeVar("Part")
PARTS: dict[str, type[Any]] = {}
NAMES: dict[type[Any], str] = {}
FORMER: dict[str, tuple[type[Any], Mapping[str, str]]] = {}  # names of before, and what such a row leaves unsaid
CLOSED: dict[Any, Container[Any]] = {}  # of which new types only these values are known
_READERS: dict[type[Any], dict[str, Callable[[Any], Any]]] = {}


class UnknownPart(Exception):  # noqa: N818 - no fault: a newer replica wrote this row, leave it alone
    """A newer replica wrote this. Leave the row alone."""


@dataclass_transform(frozen_default=True)
def kept(name: str) -> Callable[[type[Part]], type[Part]]:
    """A frozen dataclass that may be a field of a step: a goal, an option. Raises TypeError for what may not be kept."""

    def register(cls: type[Part]) -> type[Part]:
        made: Any = dataclasses.dataclass(frozen=True, slots=True)(cls)
        hints = get_type_hints(made)
        readers = {f.name: _reader(hints[f.name], f"{name}.{f.name}") for f in dataclasses.fields(made)}
        if name in PARTS:
            raise TypeError(f"two parts are called {name}")
        PARTS[name], NAMES[made], _READERS[made] = made, name, readers
        return made  # type: ignore[no-any-return]  # the decorated class, made anew with slots

    return register


@dataclass_transform(frozen_default=True)
def step(name: str, formerly: str = "", **unsaid: str) -> Callable[[type[Part]], type[Part]]:
    """A class that a conversation can stand at. `formerly` is how it was called one lifetime ago, and `unsaid` what it hadn't to say then."""

    def register(cls: type[Part]) -> type[Part]:
        if not hasattr(cls, "ask"):
            raise TypeError(f"{name} asks nothing")
        made = kept(name)(cls)
        if formerly:
            FORMER[formerly] = made, unsaid
        return made

    return register


def _reader(hint: Any, where: str) -> Callable[[Any], Any]:
    """How a field is read back. Refuses, when the class is defined, what must not or can't be kept."""
    if isinstance(hint, NewType):
        return _known(hint)
    if hint in (int, bool):
        return _exactly(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _one_of(hint)
    if hint in _READERS or isinstance(hint, TypeVar) or getattr(get_origin(hint) or hint, "_is_protocol", False):
        return load
    match get_origin(hint), get_args(hint):
        case (o, (item, e)) if o is tuple and e is Ellipsis:
            return _tuple_of(_reader(item, where))
        case (o, (some, none)) if o in (Union, UnionType) and none is NoneType:
            read = _reader(some, where)
            return lambda raw: None if raw is None else read(raw)
    raise TypeError(f"{where}: {hint} may not be kept in a conversation")


def _known(name: Any) -> Callable[[Any], Any]:
    def read(raw: Any) -> Any:
        if type(raw) is not name.__supertype__ or raw not in CLOSED.get(name, (raw,)):
            raise UnknownPart(f"no {name.__name__} that is known here")
        return raw

    return read


def _exactly(kind: Any) -> Callable[[Any], Any]:
    def read(raw: Any) -> Any:
        if type(raw) is not kind:
            raise UnknownPart(f"not a {kind.__name__}")
        return raw

    return read


def _one_of(kind: type[StrEnum]) -> Callable[[Any], Any]:
    def read(raw: Any) -> Any:
        try:
            return kind(raw)
        except ValueError as unknown:
            raise UnknownPart(kind.__name__) from unknown

    return read


def _tuple_of(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read_all(raw: Any) -> Any:
        if type(raw) is not list:
            raise UnknownPart("not a list")
        return tuple(read(r) for r in raw)

    return read_all


def dump(part: Any) -> Any:
    """Plain JSON, every part under its name."""
    if type(part) in _READERS:
        return {"part": NAMES[type(part)], **{n: dump(getattr(part, n)) for n in _READERS[type(part)]}}
    return [dump(p) for p in part] if isinstance(part, tuple) else part


def load(raw: Any) -> Any:
    """Inverse of `dump`. A missing field takes its default; a field or part that isn't ours is a newer replica's."""
    if not isinstance(raw, dict):
        raise UnknownPart("no part")
    name = raw.get("part", "")
    if name in FORMER:
        now, unsaid = FORMER[name]
        return load({**unsaid, **raw, "part": NAMES[now]})
    cls = PARTS.get(name)
    if cls is None or not raw.keys() - {"part"} <= _READERS[cls].keys():
        raise UnknownPart(str(raw.get("part")))
    try:
        return cls(**{n: read(raw[n]) for n, read in _READERS[cls].items() if n in raw})
    except TypeError as missing:
        raise UnknownPart(str(raw["part"])) from missing
