"""What Teams really sends: again, under a new id, from channels and groups, of guests, and presses of old cards."""

import re
from typing import Any

import pytest

from tests.kit.attackers import two_codes
from tests.kit.cards import executes, parts, read
from tests.kit.kinds import SMS
from tests.kit.microsoft import APP, TENANT, Answered, ids
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.teams import TeamsChat
from tests.kit.town import LEASE, Killed, Town

AT = "<at>Password Help</at>"
MENTION = {"type": "mention", "text": AT, "mentioned": {"id": f"28:{APP}", "name": "Password Help"}}


async def opened(town: Town) -> int:
    async with town.app.store.database.read() as conn:
        return int((await conn.exec_driver_sql("select count(*) from conversation")).scalar_one())


def in_channel(ana: TeamsChat, words: str) -> dict[str, Any]:
    where = {"id": "19:general@thread.tacv2;messageid=1", "conversationType": "channel", "isGroup": True, "tenantId": TENANT}
    data = {"tenant": {"id": TENANT}, "team": {"id": "19:team@thread.tacv2"}, "channel": {"id": "19:general@thread.tacv2"}}
    return ana.activity(text=f"{AT} {words}", entities=[MENTION], conversation=where, channelData=data)


async def test_the_same_message_sent_again_is_taken_once(town: Town, ana: TeamsChat) -> None:
    again = ana.activity(text="I forgot my password")
    for _ in range(4):
        assert await ana.sends(again) == 200
    assert (await opened(town), town.teams.calls.count("say")) == (1, 1)


async def test_a_typed_code_sent_again_under_a_new_id_counts_once(town: Town) -> None:
    ben = TeamsChat(town, "ben")
    await ben.says("unlock my account")
    await ben.says(next(label for label in await ben.offered() if label.startswith("Text message")))
    assert (await ben.at()).startswith("method.sms.ask")
    for _ in range(6):  # more than a code allows
        again = ben.activity(text="000000", localTimestamp="2026-11-25T10:00:00.1234567+01:00", id=f"new-{next(ids)}")
        assert await ben.sends(again) == 200
    assert (await ben.at()).startswith("method.sms.ask")


async def test_a_stamp_to_the_second_makes_no_two_messages_one(town: Town, ana: TeamsChat) -> None:
    await ana.types("hello", localTimestamp="2026-11-25T10:00:00+01:00")
    await ana.types("I forgot my password", localTimestamp="2026-11-25T10:00:00+01:00")
    assert await ana.at() == "page.open"


async def test_a_press_is_answered_with_the_card_that_follows(town: Town, ana: TeamsChat) -> None:
    await ana.says("hello")
    first = ana.buttons()[0]
    press = ana.press(first)
    assert await ana.sends(press) == 200
    assert ana.newest is not None
    assert ana.answered == ana.newest["card"]
    assert len(town.teams.messages) == 1
    before = ana.answered
    for id in (press["id"], "f:new"):  # again, and under a new id
        assert await ana.sends({**press, "id": id}) == 200
        assert ana.answered == before
    assert (await town.tags()).count("page:link:offered") <= 1


async def test_an_unlock_takes_its_code_in_the_card(town: Town) -> None:
    ben = TeamsChat(town, "ben")
    await ben.says("unlock my account")
    await ben.says(next(label for label in await ben.offered() if label.startswith("Text message")))
    await ben.fills_in("nonsense")
    assert "digits" in read(ben.answered)
    await town.settle()
    await ben.fills_in(await town.code("ben", SMS))
    await town.settle()
    assert not await town.locked("ben")
    assert executes((ben.newest or {})["card"]) == []


async def test_the_dialog_is_one_card_and_its_end_has_no_button(town: Town, ana: TeamsChat) -> None:
    await ana.says("I forgot my password")
    page = Browser(town)
    await page.lands(await ana.link(), "Authenticator app")
    assert "Firefox on Windows" in await ana.hears()
    await two_codes(town, page, "ana")
    await page.types(GOOD)
    await town.settle()
    assert len(town.teams.messages) == 1
    assert executes((ana.newest or {})["card"]) == []
    assert await ana.link() == ""


async def test_typed_words_are_answered_below_and_the_card_above_loses_its_buttons(town: Town, ana: TeamsChat) -> None:
    await ana.says("hello")
    await ana.types("I forgot my password")
    old, new = [m["card"] for m in town.teams.messages.values()]
    assert executes(old) == []
    assert executes(new)


async def test_a_foreign_hand_presses_nothing(town: Town, ana: TeamsChat) -> None:
    await ana.says("hello")
    before, (first, *_) = await ana.at(), ana.buttons()
    mallory = TeamsChat(town, "ben")
    assert await mallory.sends(mallory.press(first)) == 200
    assert executes(mallory.answered) == []
    assert await ana.at() == before


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"userRole": "guest"}, "Guests"),
        ({"userPrincipalName": "ana_elsewhere.example#EXT#@contoso.example"}, "Guests"),
        ({"tenantId": "99999999-aaaa-4bbb-8ccc-000000000009"}, "another organisation"),
        ({"tenantId": None}, "another organisation"),
        ({"userRole": "anonymous"}, "another organisation"),
        ({"aadObjectId": "0"}, "can't find out who you are"),
        ({"userRole": None, "userPrincipalName": None}, "can't find out who you are"),
    ],
    ids=str,
)
async def test_who_is_not_of_the_house_is_turned_away_kindly(
    town: Town, ana: TeamsChat, said: dict[str, Any], sentence: str
) -> None:
    town.teams.person(ana.user, ana.person, **said)
    await ana.types("I forgot my password")
    assert await opened(town) == 0
    assert sentence in await ana.hears()
    action = {"verb": "pick", "data": {"token": "x", "option": "reset"}}
    assert await ana.sends(ana.press(action)) == 200
    assert sentence in read(ana.answered)


async def test_a_refusal_is_told_once_however_often_it_is_sent(town: Town, ana: TeamsChat) -> None:
    town.teams.person(ana.user, ana.person, userRole="guest")
    again = ana.activity(text="I forgot my password")
    for _ in range(3):
        assert await ana.sends(again) == 200
    assert town.teams.calls.count("say") == 1


async def test_whom_teams_says_nothing_about_is_nobody(town: Town, ana: TeamsChat) -> None:
    town.teams.refuses["member"] = [(500, {}, {})]
    await ana.types("I forgot my password")
    assert await opened(town) == 0
    await ana.types("I forgot my password")
    assert await opened(town) == 1


async def test_a_robot_is_told_nothing(town: Town, ana: TeamsChat) -> None:
    sender = {"id": ana.user, "role": "bot", "aadObjectId": ana.person}
    assert await ana.sends(ana.activity(**{"from": sender, "text": "I forgot my password"})) == 200
    assert (await opened(town), town.teams.messages) == (0, {})


async def test_asked_in_a_channel_it_answers_in_the_personal_chat(town: Town, ana: TeamsChat) -> None:
    await ana.known()
    assert await ana.sends(in_channel(ana, "I forgot my password")) == 200
    assert await ana.at() == "page.open"
    assert await ana.link()
    (public,) = [m["card"] for (where, _), m in town.teams.messages.items() if where.startswith("19:")]
    assert "direct message" in read(public)
    assert [part for part in parts(public) if part["type"].startswith("Action")] == []


async def test_in_a_channel_whoever_cant_be_written_to_is_told_where_to_ask(town: Town, ana: TeamsChat) -> None:
    await ana.known()
    no: Answered = (403, {}, {"error": {"code": "ForbiddenOperationException"}})
    town.teams.refuses["open"] = [no] * 3
    assert await ana.sends(in_channel(ana, "I forgot my password")) == 200
    (public,) = town.teams.messages.values()
    assert "Open a chat with me" in read(public["card"])


async def test_whoever_has_the_app_can_be_reached_before_they_write(town: Town, ana: TeamsChat) -> None:
    installed = ana.activity(type="installationUpdate", action="add")
    assert await ana.sends(installed) == 200
    place = await town.app.store.vault.get("teams.places", ana.address)
    assert place == {"service_url": town.teams.service_url, "user": ana.user, "conversation": ana.conversation}
    assert await ana.sends({**installed, "action": "remove"}) == 200
    assert await town.app.store.vault.get("teams.places", ana.address) is None


async def test_names_bring_no_markup(town: Town, stranger: TeamsChat) -> None:
    town.teams.person(stranger.user, stranger.person, name="[bank](https://evil.example) **bold** {{DATE(2026-01-01,SHORT)}}")
    await stranger.types("link my account")
    page = Browser(town)
    await page.lands(await stranger.link())
    await page.types("ana")
    await page.picks("Authenticator app")
    await two_codes(town, page, "ana")
    await town.settle()
    assert stranger.newest is not None
    card = stranger.newest["card"]
    assert "[bank](https://evil.example)" in read(card)  # as a run, in which it means nothing
    assert "[bank]" not in card["fallbackText"]
    assert not [
        part for part in parts(card) if part["type"] == "TextBlock" and "bank" in part["text"]
    ]  # there it would be a link
    assert {part["type"] for part in parts(card)} <= {
        "AdaptiveCard",
        "TextBlock",
        "RichTextBlock",
        "TextRun",
        "ActionSet",
        "Action.Execute",
        "Action.Submit",
        "Action.OpenUrl",
    }


async def test_a_chat_account_is_linked_by_the_code_that_the_page_shows(town: Town, stranger: TeamsChat) -> None:
    await stranger.says("link my account")
    page = Browser(town)
    await page.lands(await stranger.link())
    await page.types("ana")
    await page.picks("Authenticator app")
    await two_codes(town, page, "ana")
    shown = re.search(r'<p class="number">(\d{6})</p>', await page.reads())
    assert shown
    await stranger.fills_in(shown[1])
    assert await stranger.at() == "link.done"
    assert await town.app.store.chat_links.linked("teams", stranger.address) == await town.subject("ana")


async def test_a_press_is_carried_on_by_another_process_when_the_first_one_dies(town: Town, ana: TeamsChat) -> None:
    await ana.says("hello")
    choice = next(label for label in await ana.offered() if "password" in label)
    for dies_at in range(1, 12):
        town.life.points, town.life.dies_at = 0, dies_at
        try:
            await ana.says(choice)
            await town.settle()
        except Killed:
            await town.replica()
            await town.passes(LEASE)
        town.life.dies_at = None
        if await ana.at() == "page.open":
            return
    raise AssertionError(await ana.at())
