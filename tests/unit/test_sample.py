"""The sample of what is played is the same in every run, and taken together it leaves no channel and no kind of kill point out."""

import ast
from collections import Counter

import pytest

from tests.house.tree import ROOT
from tests.kit.callers import Channel
from tests.kit.sample import MANY, sample

CHANNELS = list(Channel)
CHATS = [Channel.TERMINAL, Channel.DEMO, Channel.SLACK, Channel.TEAMS]
STORIES = [
    f"{path.name}::{defined.name}"
    for path in sorted((ROOT / "tests/conversations").glob("test_*.py"))
    for defined in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(defined, ast.AsyncFunctionDef) and defined.name.startswith("test_")
]


def test_a_story_has_the_same_sample_in_every_run() -> None:
    assert sample("a story", CHANNELS, 2) == [Channel.TEAMS, Channel.TERMINAL]
    assert sample("another one", CHANNELS, 2) == [Channel.TERMINAL, Channel.SLACK]


@pytest.mark.parametrize("choices", [CHANNELS, CHATS], ids=["channels", "chats"])
def test_a_story_is_played_in_two_and_all_stories_together_in_each_about_as_often(choices: list[Channel]) -> None:
    assert len(STORIES) > 100
    played = Counter(channel for story in STORIES for channel in set(sample(story, choices, MANY["channel"](len(choices)))))
    assert played.total() == 2 * len(STORIES)
    assert set(played) == set(choices)
    assert min(played.values()) > played.total() / len(choices) / 2


def test_in_chats_one_is_ours_and_the_other_a_vendors() -> None:
    assert {frozenset(sample(story, CHATS, 2)) for story in STORIES} == {
        frozenset({Channel.TERMINAL, Channel.SLACK}),
        frozenset({Channel.DEMO, Channel.TEAMS}),
    }


@pytest.mark.parametrize("points", [1, 2, 10, 38, 82, 97])
def test_whoever_is_killed_at_some_points_dies_before_and_after_writes_from_beginning_to_end(points: int) -> None:
    for story in STORIES:
        met = sorted(sample(story, range(1, points + 1), MANY["n"](points)))
        assert len(set(met)) == len(met) == -(-points // 5)
        assert all(later - earlier <= 5 for earlier, later in zip(met, [*met[1:], met[0] + points], strict=True))
        assert points < 10 or {n % 2 for n in met} == {0, 1}


def test_every_point_of_a_story_is_met_by_some_name() -> None:
    assert {n for story in STORIES for n in sample(story, range(1, 41), 8)} == {*range(1, 41)}
