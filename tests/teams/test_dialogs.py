"""Codes are typed into a dialog: by the person that its card is for, once, and with the same dialog again where one was wrong."""

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio

from tests.kit.cards import executes, parts, read, submits
from tests.kit.kinds import SMS
from tests.kit.microsoft import ids
from tests.kit.teams import TeamsChat
from tests.kit.town import LEASE, Killed, Town
from tests.teams.test_slow import becomes_slow


@pytest_asyncio.fixture
async def ben(town: Town) -> TeamsChat:
    """Locked, and asked for the code of a text message."""
    chat = TeamsChat(town, "ben")
    await chat.says("unlock my account")
    await chat.says(next(label for label in await chat.offered() if label.startswith("Text message")))
    await town.settle()
    assert (await chat.at()).startswith("method.sms.ask")
    return chat


def fields(card: Any) -> list[dict[str, Any]]:
    return [part for part in parts(card) if part["type"] == "Input.Text"]


async def opened(chat: TeamsChat) -> dict[str, Any]:
    """Its dialog's button."""
    (button,) = chat.opens()
    assert await chat.sends(chat.opening(button)) == 200
    assert chat.dialog
    assert len(fields(chat.answered)) == 1
    (action,) = submits(chat.answered)
    return action


async def misses(town: Town) -> int:
    return (await town.tags()).count("conversation:answer:refused:method.sms.wrong")


async def test_the_card_has_a_button_and_the_field_is_in_the_dialog(town: Town, ben: TeamsChat) -> None:
    assert ben.newest is not None
    assert fields(ben.newest["card"]) == []
    await opened(ben)
    assert "•••" in read(ben.answered)  # the question itself
    assert executes(ben.answered) == []
    assert not town.teams.calls.count("say") > 1  # to open it shows nothing anew


async def test_the_right_code_unlocks_and_both_say_so(town: Town, ben: TeamsChat) -> None:
    action = await opened(ben)
    assert await ben.sends(ben.filling(action, await town.code("ben", SMS))) == 200
    await town.settle()
    assert not await town.locked("ben")
    assert (ben.dialog, fields(ben.answered), submits(ben.answered)) == (True, [], [])
    assert await ben.at() == "unlock.done"
    assert ben.opens() == []


async def test_a_wrong_code_opens_the_same_dialog_again_with_what_was_wrong(town: Town, ben: TeamsChat) -> None:
    action = await opened(ben)
    for wrong in (await town.wrong_code("ben", SMS), "12 34", "twelve", ""):
        assert await ben.sends(ben.filling(action, wrong)) == 200
        said = [part["text"] for part in parts(ben.answered) if part["type"] == "TextRun"]
        assert len(fields(ben.answered)) == 1
        assert len(said) == 2  # what was wrong stands above
        (action,) = submits(ben.answered)
    assert await misses(town) == 1  # what is no code at all counts for nothing
    await ben.sends(ben.filling(action, await town.code("ben", SMS)))
    await town.settle()
    assert not await town.locked("ben")


async def test_sent_twice_also_under_a_new_id_it_counts_once(town: Town, ben: TeamsChat) -> None:
    action = await opened(ben)
    filled = ben.filling(action, await town.wrong_code("ben", SMS))
    for number in range(6):  # more than a code allows
        assert await ben.sends({**filled, "id": filled["id"] if number < 2 else f"f:{next(ids)}"}) == 200
        assert len(fields(ben.answered)) == 1
    assert await misses(town) == 1


async def test_at_the_same_moment_it_counts_once(town: Town, ben: TeamsChat) -> None:
    filled = ben.filling(await opened(ben), await town.wrong_code("ben", SMS))
    headers = {"Authorization": f"Bearer {town.teams.token(town.clock.now)}"}
    await asyncio.gather(*(ben.posts(json.dumps(filled).encode(), headers) for _ in range(4)))
    assert await misses(town) == 1


async def test_a_dialog_of_a_question_that_is_over_shows_what_stands_now(town: Town, ben: TeamsChat) -> None:
    (button,) = ben.opens()
    action = await opened(ben)
    await ben.types("cancel")
    for late in (ben.opening(button), ben.filling(action, await town.code("ben", SMS))):
        assert await ben.sends(late) == 200
        assert (ben.dialog, fields(ben.answered)) == (True, [])
        assert "Stopped" in read(ben.answered)
    assert await town.locked("ben")


async def test_an_old_button_opens_the_question_that_stands_now(town: Town, ben: TeamsChat) -> None:
    (button,) = ben.opens()
    await ben.types("000000")
    assert await ben.sends(ben.opening(button)) == 200
    (action,) = submits(ben.answered)
    assert action["data"]["token"] != button["data"]["token"]


async def test_nobody_else_opens_it_or_fills_it_in(town: Town, ben: TeamsChat) -> None:
    (button,) = ben.opens()
    action, code = await opened(ben), await town.code("ben", SMS)
    for other in (TeamsChat(town, "ana"), TeamsChat(town, "cleo", linked=False)):
        for tried in (other.opening(button), other.filling(action, code)):
            assert await other.sends(tried) == 200
            assert (other.dialog, fields(other.answered), submits(other.answered)) == (True, [], [])
            assert "•••" not in read(other.answered)
    assert await town.locked("ben")
    assert await misses(town) == 0
    await ben.sends(ben.filling(action, code))
    await town.settle()
    assert not await town.locked("ben")


async def test_a_guest_is_turned_away_in_it(town: Town, ben: TeamsChat) -> None:
    (button,) = ben.opens()
    town.clock.passes(301)
    town.teams.person(ben.user, ben.person, userRole="guest")
    assert await ben.sends(ben.opening(button)) == 200
    assert "Guests" in read(ben.answered)
    assert fields(ben.answered) == []


@pytest.mark.parametrize("name", ["task/fetch", "task/submit"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        [],
        {},
        {"data": None},
        {"data": "x"},
        {"data": {}},
        {"data": {"token": 1}},
        {"data": {"token": None, "said": "1"}},
    ],
    ids=range(9),
)
async def test_what_is_no_dialog_of_ours_is_400(town: Town, ana: TeamsChat, name: str, value: object) -> None:
    assert await ana.sends(ana.activity(type="invoke", name=name, value=value)) == 400


@pytest.mark.parametrize("said", [None, 7, True, {"a": 1}, ["000000"], "x" * 5000, "\x00", "\u202e12345"], ids=range(8))
async def test_an_odd_value_is_asked_for_again(town: Town, ben: TeamsChat, said: object) -> None:
    action = await opened(ben)
    assert await ben.sends(ben.filling(action, said)) == 200
    assert len(fields(ben.answered)) == 1
    assert await misses(town) == 0


@pytest.mark.parametrize("token", ["", "x", "win-1.0~00", "é"])
async def test_a_forged_dialog_opens_nothing(town: Town, ana: TeamsChat, token: str) -> None:
    for forged in (ana.opening({"data": {"token": token}}), ana.filling({"data": {"token": token}}, "000000")):
        assert await ana.sends(forged) == 200
        assert (fields(ana.answered), submits(ana.answered)) == ([], [])


async def test_what_asks_for_the_sealed_page_has_no_dialog(town: Town, ana: TeamsChat) -> None:
    await ana.says("I forgot my password")
    assert await ana.link()
    assert ana.opens() == []
    (button, *_) = ana.buttons()
    assert await ana.sends(ana.opening(button)) == 200
    assert fields(ana.answered) == []


async def test_slow_work_is_answered_in_time_and_shown_in_the_chat(
    town: Town, ben: TeamsChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    action, code = await opened(ben), await town.code("ben", SMS)
    becomes_slow(monkeypatch)
    assert await ben.sends(ben.filling(action, code)) == 200
    assert "One moment" in read(ben.answered)
    assert fields(ben.answered) == []
    await town.settle()
    assert await ben.at() == "unlock.done"


async def test_a_code_is_asked_for_again_when_its_process_dies(town: Town, ben: TeamsChat) -> None:
    action, code = await opened(ben), await town.code("ben", SMS)
    town.life.points, town.life.dies_at = 0, 2
    with pytest.raises(Killed):
        await ben.sends(ben.filling(action, code))
    await town.replica()
    await town.passes(LEASE)
    assert await ben.at() in {"method.sms.ask.known", "unlock.done"}
    if await town.locked("ben"):
        await ben.fills_in(code)
        await town.settle()
    assert not await town.locked("ben")
    assert (await town.tags()).count("account:unlock:changed") == 1
