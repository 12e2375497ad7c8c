"""Reads the rules page's form: the document that it asks for, made over the one that the page showed."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from aiohttp import web

from adapters.http.bodies import form_fields, request_body
from adapters.web.forms import FORM, LARGEST
from adapters.web.rules_fields import control_of
from bot.policy.policy import MOST_GROUPS, Policy, dump
from bot.policy.rule_weights import RULES, value

MOST, DIGITS = 500, 3  # fields, since a policy may name many groups; of a place in an order
ADD = "add"  # the field in which one more group is typed


async def read_form(request: web.Request) -> dict[str, str]:
    """Each field once. Raises HTTPBadRequest, HTTPUnsupportedMediaType."""
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType
    found = form_fields(await request_body(request, LARGEST), MOST)
    if found is None or any("\0" in typed for typed in found.values()):
        raise web.HTTPBadRequest
    return found


def placed(typed: str, was: int | None) -> float:
    """Where something goes that stood at `was`: up, before whoever stands there; down, behind them. Raises HTTPBadRequest for what no browser sends."""
    place = _number(typed)
    return place if place == was else place + (0.5 if was is not None and place > was else -0.5)


def asked_for(base: Policy, form: Mapping[str, str]) -> dict[str, Any]:
    """Plain data for `parse`, which says what can't be. A rule that the form doesn't hold stays as it is."""
    document: dict[str, Any] = dump(base)
    for rule in RULES:
        if rule.path in form:
            *sections, name = rule.path.split(".")
            (document[sections[0]] if sections else document)[name] = _typed(rule.path, form, value(base, rule.path))
    return document


def _typed(path: str, form: Mapping[str, str], before: object) -> object:
    typed = form[path].strip()
    match control_of(path):
        case "kinds":
            return _ticked(path, form)
        case "by_group":
            return _by_group(path, form)
        case "order":
            return _ordered(path, form, before if isinstance(before, tuple) else ())
        case "groups":
            return list(_unlike((*_below(path, form), form.get(f"{path}.{ADD}", ""))))
        case "words":
            return list(_unlike(typed.splitlines()))
    if isinstance(before, bool):
        return {"yes": True, "no": False}.get(typed, typed)
    return int(typed) if isinstance(before, int) and typed.isdecimal() and typed.isascii() else typed


def _by_group(path: str, form: Mapping[str, str]) -> list[dict[str, object]]:
    """Those that name a group and aren't taken off, by their places."""
    kept: list[tuple[float, dict[str, object]]] = []
    for number in range(MOST_GROUPS):
        part, was = f"{path}.{number}", number + 1
        if (name := form.get(f"{part}.group", "").strip()) and f"{part}.gone" not in form:
            rules = {"group": name, "required": _number(form.get(f"{part}.required", "0"))}
            rules |= {key: _ticked(f"{part}.{key}", form) for key in ("available", "alone")}
            kept.append((placed(form.get(f"{part}.place", str(was)), was), rules))
    return [rules for _, rules in sorted(kept, key=itemgetter(0))]


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS):
        raise web.HTTPBadRequest
    return int(typed)


def _ticked(path: str, form: Mapping[str, str]) -> list[str]:
    return [name.removeprefix(f"{path}.") for name in form if name.startswith(f"{path}.")]


def _ordered(path: str, form: Mapping[str, str], before: Sequence[str]) -> list[str]:
    """Those that have a number, by their numbers."""
    numbers = {name.removeprefix(f"{path}."): typed.strip() for name, typed in form.items() if name.startswith(f"{path}.")}
    places = {kind: placed(n, before.index(kind) + 1 if kind in before else None) for kind, n in numbers.items() if n}
    return sorted(places, key=places.__getitem__)


def _below(path: str, form: Mapping[str, str]) -> Iterable[str]:
    return (typed for name, typed in form.items() if name.startswith(f"{path}.") and name != f"{path}.{ADD}")


def _unlike(typed: Iterable[str]) -> Iterable[str]:
    """Each once, however it is spelled."""
    return {name.strip().casefold(): name.strip() for name in typed if name.strip()}.values()
