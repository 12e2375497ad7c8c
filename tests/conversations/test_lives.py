"""The main stories in three lives each: one process, a new one for every turn, and killed before and after whatever it writes."""

from collections import Counter

import pytest

from bot.audit.chain import AuditEntry
from tests.conversations.conftest import Call
from tests.kit.callers import Channel
from tests.kit.lives import STORIES, Person, play
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

pytestmark = pytest.mark.whole

# How many durable points a story has at most. A test holds that this is enough and not far too much.
POINTS = {
    ("reset", Channel.TERMINAL): 46,
    ("reset", Channel.DEMO): 46,
    ("reset", Channel.PORTAL): 62,
    ("reset", Channel.SLACK): 70,
    ("unlock", Channel.TERMINAL): 52,
    ("unlock", Channel.DEMO): 52,
    ("unlock", Channel.PORTAL): 60,
    ("unlock", Channel.SLACK): 78,
    ("change", Channel.TERMINAL): 50,
    ("change", Channel.DEMO): 50,
    ("change", Channel.PORTAL): 68,
    ("change", Channel.SLACK): 74,
    ("reset", Channel.TEAMS): 70,
    ("unlock", Channel.TEAMS): 78,
    ("change", Channel.TEAMS): 74,
}
SPARE = 6
# Points come in pairs, before and after a write. Chats of one sort have the very same ones, so one of the two dies at each, and the
# portal besides.
SORTS = ({Channel.TERMINAL, Channel.DEMO}, {Channel.SLACK, Channel.TEAMS}, {Channel.PORTAL})
DIES = {  # at point n, by what is left of n when it is divided by four
    Channel.TERMINAL: {0, 1},
    Channel.DEMO: {2, 3},
    Channel.SLACK: {0, 1},
    Channel.TEAMS: {2, 3},
    Channel.PORTAL: {0, 1, 2, 3},
}
KILLED = [(story, channel, n) for (story, channel), most in POINTS.items() for n in range(1, most + 1) if n % 4 in DIES[channel]]

story_names = pytest.mark.parametrize("name", STORIES)


@story_names
async def test_in_one_process(town: Town, call: Call, channel: Channel, name: str) -> None:
    story = STORIES[name]
    played = await play(town, Person(story, call(story.login)))
    await happened_once(town, name)
    assert played.deaths == 0
    assert POINTS[name, channel] - SPARE <= played.points <= POINTS[name, channel], played.trace


@story_names
async def test_in_a_new_process_for_every_turn(town: Town, call: Call, name: str) -> None:
    story = STORIES[name]
    await play(town, Person(story, call(story.login)), anew=True)
    await happened_once(town, name)


@story_names
@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: "-".join(sorted(sort)))
def test_at_every_point_of_a_story_somebody_dies_in_chats_of_each_sort(name: str, sort: set[Channel]) -> None:
    met = [n for story, channel, n in KILLED if story == name and channel in sort]
    assert sorted(met) == [*range(1, max(POINTS[name, channel] for channel in sort) + 1)]


@pytest.mark.parametrize(("name", "channel", "n"), KILLED)
async def test_killed_on_the_way(town: Town, call: Call, name: str, n: int) -> None:
    story = STORIES[name]
    town.life.dies_at = n
    played = await play(town, Person(story, call(story.login)))
    await happened_once(town, name)
    assert played.deaths == 1 or played.points < n


async def happened_once(town: Town, name: str) -> None:
    """Neither lost nor done twice, in the directory, in the audit and in the post."""
    story = STORIES[name]
    if name == "unlock":
        assert not await town.locked(story.login)
        assert await town.signs_in(story.login, OLD) == "right"
    else:
        assert (await town.signs_in(story.login, GOOD), await town.signs_in(story.login, OLD)) == ("right", "wrong")
    rows = await town.audit()
    ours = {
        f"account:{name}:changed",
        *(["account:unlock:moved"] if name == "unlock" else []),
    }  # a lock doesn't say who took it off
    (changed,) = [row for row in rows if row.tag in ours]
    grants = Counter(conversation(row) for row in rows if row.tag == f"identity:grant:{name}")
    assert set(grants.values()) == {1}
    assert grants[conversation(changed)] == 1
    notices = Counter(to for to, subject in await town.subjects_of_mail(story.login) if "was " in subject)
    assert set(notices.values()) == {1}
    assert len(notices) == 3


def conversation(row: AuditEntry) -> str:
    return dict(row.detail)["conversation"]
