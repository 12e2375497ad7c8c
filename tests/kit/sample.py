"""A fixed sample of a story's channels and kill points: the main stories are played in all of them, the rest in these."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
# By what a story is multiplied, and how many of so many are played.
MANY: Mapping[str, Callable[[int], int]] = {
    "channel": lambda channels: min(channels, 2),
    "chat": lambda chats: min(chats, 2),
    "n": lambda points: -(-points // 5),
}


def sample(story: str, choices: Sequence[T], many: int) -> list[T]:
    """So many, evenly spread. The story's name says where they begin: each run plays the same ones, and another story others."""
    first = int.from_bytes(hashlib.sha256(story.encode()).digest()[:8])
    return [choices[(first + number * len(choices) // many) % len(choices)] for number in range(many)]


def left_out(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Those that aren't in their story's sample, which is taken of what was asked for: a single one is always played."""
    sampled = [item for item in items if _is_sampled(item)]
    choices: dict[tuple[str, str], set[int]] = defaultdict(set)
    for item in sampled:
        for multiplied, index in _multiplied(item).items():
            choices[_story(item), multiplied].add(index)
    played = {
        (story, multiplied): sample(f"{story} {multiplied}", sorted(among), MANY[multiplied](len(among)))
        for (story, multiplied), among in choices.items()
    }
    return [
        item
        for item in sampled
        if any(index not in played[_story(item), multiplied] for multiplied, index in _multiplied(item).items())
    ]


def _is_sampled(item: pytest.Item) -> bool:
    """Only what happens in a town is a story."""
    return isinstance(item, pytest.Function) and "town" in item.fixturenames and not item.get_closest_marker("whole")


def _story(item: pytest.Item) -> str:
    """The test, with whatever else it is given."""
    return f"{item.nodeid.partition('[')[0]} {[index for name, index in _given(item).items() if name not in MANY]}"


def _multiplied(item: pytest.Item) -> Mapping[str, int]:
    return {name: index for name, index in _given(item).items() if name in MANY}


def _given(item: pytest.Item) -> Mapping[str, int]:
    """Which one of its choices each argument is."""
    return item.callspec.indices if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
