"""What Slack really sends: again, from shared channels, from a Grid organisation, of guests, by shortcuts; hand-written and signed."""

from typing import Any

import pytest

from adapters.slack.installations import Installation
from bot.model.facts import Audited
from bot.platform.secret import Secret
from tests.kit.slack import BOT, TEAM, SlackChat, event, ids
from tests.kit.town import Town

IM: dict[str, Any] = {"type": "message", "channel_type": "im", "channel": "DUANA", "user": "UANA", "text": "I forgot my password"}


async def opened(town: Town) -> int:
    async with town.app.store.database.read() as conn:
        return int((await conn.exec_driver_sql("select count(*) from conversation")).scalar_one())


async def test_the_same_event_sent_again_is_taken_once(town: Town, ana: SlackChat) -> None:
    again = event(IM)
    for _ in range(4):
        assert await ana.posts(again) == 200
    assert await opened(town) == 1
    assert town.slack.calls.count("chat.postMessage") == 1


async def test_a_typed_answer_sent_again_is_counted_once(town: Town) -> None:
    ben = SlackChat(town, "ben")
    await ben.says("unlock my account")
    label = next(label for label in await ben.offered() if label.startswith("Text message"))
    await ben.says(label)
    assert (await ben.at()).startswith("method.sms.ask")
    wrong = event({**IM, "user": ben.user, "channel": "DUBEN", "text": "000000"})
    for _ in range(5):  # one more than a code allows
        assert await ben.posts(wrong) == 200
    assert (await ben.at()).startswith("method.sms.ask")


async def test_a_click_sent_again_runs_once(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    (_, press), *_ = ana._buttons()
    for _ in range(3):
        assert await ana.posts_form(press) == 200
    assert (await town.tags()).count("page:link:offered") <= 1
    assert await ana.at() != "menu"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"is_restricted": True}, "Guests"),
        ({"is_ultra_restricted": True}, "Guests"),
        ({"is_stranger": True}, "another organisation"),
        ({"team_id": "T9OTHER"}, "another organisation"),
        ({"deleted": True}, "deactivated"),
    ],
    ids=["guest", "single-channel guest", "stranger", "of another team", "left"],
)
async def test_who_is_not_of_the_house_is_turned_away_kindly(
    town: Town, ana: SlackChat, said: dict[str, Any], sentence: str
) -> None:
    town.slack.person("UANA", **said)
    await ana.types("I forgot my password")
    assert await opened(town) == 0
    assert sentence in await ana.hears()
    await town.passes(61)
    await town.app.store.audit.sweep_refusals()
    assert [tag for tag in await town.tags() if "refused:chat" in tag] or str(await town.audit()).count("chat.")


@pytest.mark.parametrize("said", [{"is_bot": True}, {"is_workflow_bot": True}])
async def test_a_robot_is_told_nothing(town: Town, ana: SlackChat, said: dict[str, Any]) -> None:
    town.slack.person("UANA", **said)
    await ana.types("I forgot my password")
    assert (await opened(town), town.slack.messages) == (0, {})


async def test_whom_slack_says_nothing_about_is_nobody(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["users.info"] = [(500, {}, {})]
    await ana.types("I forgot my password")
    assert await opened(town) == 0
    assert "can't find out who you are" in await ana.hears()
    await ana.types("I forgot my password")
    assert await opened(town) == 1


async def test_an_outsider_in_a_shared_channel_is_told_from_the_workspace_that_installed_us(town: Town, ana: SlackChat) -> None:
    mention = {
        "type": "app_mention",
        "channel": "C1",
        "user": "UANA",
        "text": f"<@{BOT}> reset",
        "user_team": "T9OTHER",
        "team": "T9OTHER",
    }
    assert await ana.posts(event(mention, is_ext_shared_channel=True)) == 200
    from_grid = {**mention, "user_team": "E9GRID", "team": "E9GRID"}
    assert await ana.posts(event(from_grid, is_ext_shared_channel=True)) == 200
    assert await opened(town) == 0


async def test_a_click_by_somebody_of_another_team_counts_for_nothing(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    before = await ana.at()
    (_, press), *_ = ana._buttons()
    for user in ({"id": "UANA", "team_id": "T9OTHER"}, {"id": "UMALLORY", "team_id": TEAM}):
        town.slack.person("UMALLORY")
        assert await ana.posts_form({**press, "user": user}) == 200
        assert await ana.at() == before


async def test_asked_in_a_channel_it_answers_in_a_direct_message(town: Town, ana: SlackChat) -> None:
    await ana._known()
    mention = {
        "type": "app_mention",
        "channel": "C0GENERAL",
        "user": "UANA",
        "text": f"<@{BOT}> I forgot my password",
        "team": TEAM,
    }
    assert await ana.posts(event(mention)) == 200
    assert await ana.at() == "page.open"
    assert {channel for channel, _ in town.slack.messages} == {"DUANA"}
    assert [(w["channel"], w["user"]) for w in town.slack.whispers] == [("C0GENERAL", "UANA")]


@pytest.mark.parametrize("wish", ["reset", "unlock"])
async def test_a_shortcut_is_a_wish(town: Town, ana: SlackChat, wish: str) -> None:
    await ana._known()
    called = {
        "type": "shortcut",
        "callback_id": wish,
        "trigger_id": f"{next(ids)}.7",
        "user": {"id": "UANA", "team_id": TEAM},
        "team": {"id": TEAM},
    }
    assert await ana.posts_form(called) == 200
    assert await ana.posts_form(called) == 200  # the same again
    assert await opened(town) == 1
    assert await ana.at()


@pytest.mark.parametrize(
    "more", [{"subtype": "message_changed"}, {"subtype": "bot_message"}, {"bot_id": "B1"}, {"channel_type": "channel"}]
)
async def test_what_nobody_typed_to_us_is_not_heard(town: Town, ana: SlackChat, more: dict[str, Any]) -> None:
    assert await ana.posts(event(IM | more)) == 200
    assert await opened(town) == 0


async def test_in_a_grid_organisation_a_person_is_known_by_that(town: Town, ana: SlackChat) -> None:
    places = town.app.chats["slack"].poster.installations  # type: ignore[attr-defined]  # of this adapter
    places.token, places.allowed = None, frozenset({"E1ORG"})
    await places.keep(Installation("E1ORG", "E1ORG", Secret("xoxb-org"), "B1", BOT))
    org = {"team_id": "T2BRANCH", "enterprise_id": "E1ORG", "user_id": BOT, "is_enterprise_install": True}
    around = {"team_id": "T2BRANCH", "enterprise_id": "E1ORG", "authorizations": [org]}
    town.slack.person("UBEN", team_id="T2BRANCH", enterprise_user={"id": "WBEN", "enterprise_id": "E9OTHER"})
    assert await ana.posts(event({**IM, "user": "UBEN"}, **around)) == 200
    assert await opened(town) == 0
    town.slack.person("UANA", team_id="T3MAIN", enterprise_user={"id": "WANA", "enterprise_id": "E1ORG"})
    await ana.posts(event({**IM, "text": "hello"}, **around))
    assert await town.app.engine.store.newest("slack", "E1ORG/WANA")
    (_, press), *_ = ana._buttons()
    elsewhere = {"team": {"id": "T2BRANCH"}, "enterprise": {"id": "E1ORG"}, "is_enterprise_install": True}
    before = str(town.slack.newest("DUANA"))
    assert await ana.posts_form({**press, **elsewhere, "user": {"id": "UANA", "team_id": "T3MAIN"}}) == 200
    assert str(town.slack.newest("DUANA")) != before


async def test_slack_that_is_slow_to_say_who_it_is_holds_nothing_up(
    town: Town, ana: SlackChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.speaker.PATIENCE", 0.3)
    town.slack.slow = {"users.info": 1.0}
    assert await ana.types("I forgot my password") == 200
    assert await opened(town) == 0
    town.slack.slow = {}
    assert await ana.types("I forgot my password") == 200
    assert await opened(town) == 1


async def test_whoever_leaves_loses_the_link_at_once(town: Town, ana: SlackChat) -> None:
    await ana._known()
    user = town.slack.person("UANA", deleted=True)
    assert await ana.posts(event({"type": "user_change", "user": user})) == 200
    assert await town.app.store.chat_links.linked("slack", ana.address) is None
    assert "identity:chat:unlinked" in await town.tags()


async def test_a_new_name_changes_nothing(town: Town, ana: SlackChat) -> None:
    await ana._known()
    user = town.slack.person("UANA", name="ana.married", profile={"display_name": "Ana Married"})
    assert await ana.posts(event({"type": "user_change", "user": user})) == 200
    assert await town.app.store.chat_links.linked("slack", ana.address) == await town.subject("ana")


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ({}, True),
        ({"enterprise_user": {"id": "WANA", "enterprise_id": "E1ORG"}}, True),
        ({"enterprise_user": {"id": "WANA", "enterprise_id": "E9OTHER"}}, False),
        ({"is_stranger": True, "id": "WANA"}, False),
        ({"deleted": True, "enterprise_user": {"id": "WANA", "enterprise_id": "E1ORG"}}, False),
    ],
    ids=["not told", "ours", "another's", "a stranger", "left"],
)
async def test_in_an_organisation_only_what_slack_says_takes_a_link_off(
    town: Town, ana: SlackChat, said: dict[str, Any], stays: bool
) -> None:
    links, subject = town.app.store.chat_links, await town.subject("ana")
    await links.put("slack", "E1ORG/WANA", subject, Audited("operator:chat:linked", subject))
    user = {"id": "WANA", "team_id": "T3MAIN", **said}
    org = {"team_id": None, "enterprise_id": "E1ORG", "user_id": BOT, "is_enterprise_install": True}
    around = {"team_id": "T3MAIN", "enterprise_id": "E1ORG", "authorizations": [org]}
    places = town.app.chats["slack"].poster.installations  # type: ignore[attr-defined]  # of this adapter
    places.token, places.allowed = None, frozenset({"E1ORG"})
    await places.keep(Installation("E1ORG", "E1ORG", Secret("xoxb-org"), "B1", BOT))
    assert await ana.posts(event({"type": "user_change", "user": user}, **around)) == 200
    assert (await links.linked("slack", "E1ORG/WANA") == subject) is stays
