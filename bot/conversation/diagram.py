"""Which step follows which, read from return annotations alone, and drawn for flows/README.md."""

from collections.abc import Callable, Iterator
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.conversation.step import NAMES, Step

Graph = dict[str, set[str]]
START = "start"


def follows(begin: Callable[..., Any]) -> Graph:
    """The dialog that starts with `begin`; generic sub-dialogs are filled in with where they go back to."""
    graph: Graph = {START: set()}
    todo = [(START, n) for n in _ends(get_type_hints(begin)["return"], {})]
    while todo:
        came_from, hint = todo.pop()
        graph[came_from].add(title(hint))
        if title(hint) in graph:
            continue
        graph[title(hint)] = set()
        cls = get_origin(hint) or hint
        bound = dict(zip(getattr(cls, "__parameters__", ()), get_args(hint), strict=False))
        for method in ("answer", "look"):
            if run := getattr(cls, method, None):
                todo += [(title(hint), n) for n in _ends(get_type_hints(run)["return"], bound)]
    return graph


def mermaid(graph: Graph) -> str:
    """As a state diagram. The last word is drawn as the end."""
    names = {name: f"s{number}" for number, name in enumerate(sorted(graph)) if name not in (START, "closed")}
    lines = [f'    state "{name}" as {short}' for name, short in names.items()]
    arrows = sorted((came_from, to) for came_from, ends in graph.items() for to in ends)
    return "\n".join(["stateDiagram-v2", *lines, *(f"    {names.get(a, '[*]')} --> {names.get(b, '[*]')}" for a, b in arrows)])


def _ends(hint: Any, bound: dict[Any, Any]) -> Iterator[Any]:
    """The single steps in an annotation, its type variables filled in. `Step` itself (back to wherever) is left out."""
    if isinstance(hint, TypeVar):
        yield from _ends(bound[hint], {}) if hint in bound else ()
    elif get_origin(hint) in (Union, UnionType):
        for one in get_args(hint):
            yield from _ends(one, bound)
    elif params := getattr(hint, "__parameters__", ()):
        yield hint[tuple(bound[p] for p in params)] if get_args(hint) else hint
    elif hint is not Step:
        yield hint


def title(hint: Any) -> str:
    """`verify.how → reset.new`: a sub-dialog is drawn once for each place that it goes back to."""
    then = sorted({title(n) for a in get_args(hint) for n in _ends(a, {})})
    return NAMES[get_origin(hint) or hint] + (f" → {' or '.join(then)}" if then else "")
