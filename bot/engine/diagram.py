"""Which step follows which, read from return annotations alone, and drawn for flows/README.md."""

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.model.codec import NAMES
from bot.model.step import Step

Graph = dict[str, set[str]]
START, END = "start", "closed"
INTRODUCTION = """# The conversations

Drawn from the return annotations of the steps by `python -m bot.conversation.diagram flows.door > flows/README.md`; a test
holds it true. `verify.how → reset.new` is a step of a sub-dialog, and where that dialog goes back to in the end. What one
diagram shows isn't repeated in the next. No arrow leads back to "whatever was asked before" (`opening.leave`), and none stands
for cancel, start over, another device, a person and time running out, which the engine knows everywhere.
"""


def follows(begin: Callable[..., Any]) -> Graph:
    """The dialog that starts with `begin`; generic sub-dialogs are filled in with where they go back to.

    Raises ValueError when two different dialogs would have the same title, since one would hide the other's arrows.
    """
    graph: Graph = {START: set()}
    drawn: dict[str, Any] = {}
    todo = [(START, n) for n in _ends(get_type_hints(begin)["return"], {})]
    while todo:
        came_from, hint = todo.pop()
        graph[came_from].add(title(hint))
        if drawn.setdefault(title(hint), hint) != hint:
            raise ValueError(title(hint))
        if title(hint) in graph:
            continue
        cls = get_origin(hint) or hint
        bound = dict(zip(getattr(cls, "__parameters__", ()), get_args(hint), strict=False))
        runs = [run for method in ("answer", "look") if (run := getattr(cls, method, None))]
        graph[title(hint)] = set()
        if not runs and title(hint) != END:  # a last word of its own
            graph[title(hint)].add(END)
            graph.setdefault(END, set())
        for run in runs:
            todo += [(title(hint), n) for n in _ends(get_type_hints(run)["return"], bound)]
    return graph


def mermaid(graph: Graph) -> str:
    """As a state diagram. The last word is drawn as the end."""
    steps = set(graph).union(*graph.values()) - {START, END}
    names = {name: f"s{number}" for number, name in enumerate(sorted(steps))}
    lines = [f'    state "{name}" as {short}' for name, short in names.items()]
    arrows = sorted((came_from, to) for came_from, ends in graph.items() for to in ends)
    return "\n".join(["stateDiagram-v2", *lines, *(f"    {names.get(a, '[*]')} --> {names.get(b, '[*]')}" for a, b in arrows)])


def page(dialogs: Mapping[str, Callable[..., Any]]) -> str:
    """All of them, one below the other; what was drawn before isn't drawn again."""
    parts, drawn = [INTRODUCTION], set[str]()
    for name, begin in dialogs.items():
        graph = {step: ends for step, ends in follows(begin).items() if step == START or step not in drawn}
        drawn |= set(graph)
        parts.append(f"## {name}\n\n```mermaid\n{mermaid(graph)}\n```\n")
    return "\n".join(parts)


def _ends(hint: Any, bound: dict[Any, Any]) -> Iterator[Any]:
    """The single steps in an annotation, its type variables filled in. `Step` itself, and what leads to it, is left out."""
    if isinstance(hint, TypeVar):
        yield from _ends(bound[hint], {}) if hint in bound else ()
    elif get_origin(hint) in (Union, UnionType):
        for one in get_args(hint):
            yield from _ends(one, bound)
    elif params := getattr(hint, "__parameters__", ()):
        yield hint[tuple(bound[p] for p in params)] if get_args(hint) else hint
    elif hint is not Step and get_args(hint) != (Step,):
        yield hint


def title(hint: Any) -> str:
    """`verify.how → reset.new`: a step of a sub-dialog is drawn once for each place that its dialog goes back to in the end.

    That it may also end everything there isn't said: no such end is a place.
    """
    name = NAMES[get_origin(hint) or hint]
    return f"{name} → {' or '.join(sorted(_goals(hint) - {END} or {END}))}" if get_args(hint) else name


def _goals(hint: Any) -> set[str]:
    """Where a dialog goes back to, past all other sub-dialogs on the way."""
    if not get_args(hint):
        return {NAMES[hint]}
    return {goal for a in get_args(hint) for end in _ends(a, {}) for goal in _goals(end)}


if __name__ == "__main__":
    sys.stdout.write(page(import_module(sys.argv[1]).DIALOGS))
