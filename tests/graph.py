"""Draws who imports whom, folder by folder and from the top down, and finds circles of files; imports for types count."""

import sys
from graphlib import CycleError, TopologicalSorter

import grimp

ROOMS = ("bot", "flows", "adapters", "store")


def files() -> dict[str, set[str]]:
    """Each module of the product, and the modules of the product that it imports."""
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def folders(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same for the folders of `bot`; everything else is one folder for each top-level name."""
    found: dict[str, set[str]] = {}
    for module, targets in imports.items():
        found.setdefault(folder(module), set()).update(map(folder, targets))
    return {name: targets - {name, "bot"} for name, targets in found.items() if name != "bot"}


def folder(module: str) -> str:
    depth = 2 if module.startswith("bot.") else 1
    return ".".join(module.split(".")[:depth])


def circle(imports: dict[str, set[str]]) -> list[str]:
    """One circle, as a path that ends where it begins; empty when there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def main() -> None:
    imports = files()
    rooms = folders(imports)
    order = [*TopologicalSorter({name: {t for t in ts if t.startswith("bot.")} for name, ts in rooms.items()}).static_order()]
    for name in reversed(order):
        size = sum(folder(module) == name for module in imports)
        print(f"{name:18} {size:3} files -> {' '.join(sorted(rooms[name])) or '-'}")
    round_trip = circle(imports)
    print(
        f"{sum(map(len, rooms.values()))} arrows between {len(rooms)} folders; circle of files: {' -> '.join(round_trip) or 'none'}"
    )
    sys.exit(bool(round_trip))


if __name__ == "__main__":
    main()
