"""The main stories in three lives each: one process, a new one for every turn, and killed before and after whatever it writes."""

from collections import Counter

import pytest

from bot.audit.chain import AuditEntry
from tests.conversations.conftest import Call
from tests.kit.callers import Channel
from tests.kit.lives import STORIES, Person, play
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

# How many durable points a story has at most. A test holds that this is enough and not far too much.
POINTS = {
    ("reset", Channel.TERMINAL): 38,
    ("reset", Channel.DEMO): 38,
    ("reset", Channel.PORTAL): 42,
    ("reset", Channel.SLACK): 62,
    ("unlock", Channel.TERMINAL): 44,
    ("unlock", Channel.DEMO): 44,
    ("unlock", Channel.PORTAL): 52,
    ("unlock", Channel.SLACK): 66,
    ("change", Channel.TERMINAL): 44,
    ("change", Channel.DEMO): 44,
    ("change", Channel.PORTAL): 44,
    ("change", Channel.SLACK): 68,
    ("reset", Channel.TEAMS): 62,
    ("unlock", Channel.TEAMS): 66,
    ("change", Channel.TEAMS): 68,
}
SPARE = 4
# Chats of one sort have the very same points, so at every one of them one chat dies, and the portal besides. A vendor's chat has
# more of them; half of these are enough.
EVERY = {
    Channel.TERMINAL: slice(0, None, 2),
    Channel.DEMO: slice(1, None, 2),
    Channel.PORTAL: slice(None),
    Channel.SLACK: slice(1, None, 4),
    Channel.TEAMS: slice(3, None, 4),
}
KILLED = [
    pytest.param(story, channel, n, id=f"{story}-{channel}-{n}")
    for (story, channel), most in POINTS.items()
    for n in range(1, most + 1)[EVERY[channel]]
]

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
    (changed,) = [row for row in rows if row.tag == f"account:{name}:changed"]
    grants = Counter(conversation(row) for row in rows if row.tag == f"identity:grant:{name}")
    assert set(grants.values()) == {1}
    assert grants[conversation(changed)] == 1
    notices = Counter(to for to, subject in await town.subjects_of_mail(story.login) if "was " in subject)
    assert set(notices.values()) == {1}
    assert len(notices) == 3


def conversation(row: AuditEntry) -> str:
    return dict(row.detail)["conversation"]
