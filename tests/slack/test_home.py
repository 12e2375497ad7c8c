"""The App Home: how somebody stands, for their own eyes, with what they could do next."""

import pytest

from tests.kit.guided import hired
from tests.kit.residents import OLD
from tests.kit.slack import SlackChat, event, ids
from tests.kit.town import Town
from tests.slack.test_linking import resets, shown


async def home(town: Town, chat: SlackChat) -> str:
    await chat.posts(event({"type": "app_home_opened", "user": chat.user, "tab": "home", "channel": f"D{chat.user}"}))
    return str(town.slack.homes[chat.user])


async def test_somebody_who_is_known_sees_their_methods_and_what_to_do(town: Town, ana: SlackChat) -> None:
    await ana._known()
    seen = await home(town, ana)
    assert "Ana" in seen
    assert "uthenticator" in seen
    assert "home0" in seen


async def test_somebody_who_is_unknown_sees_nothing_of_anybody(town: Town, stranger: SlackChat) -> None:
    seen = await home(town, stranger)
    assert "don't know yet whose" in seen
    assert "uthenticator" not in seen


async def test_a_lock_is_shown_and_a_silent_directory_is_said_to_be(town: Town) -> None:
    ben = SlackChat(town, "ben")
    await ben._known()
    assert "locked" in await home(town, ben)
    town.mood.silent = True
    assert "doesn't answer" in await home(town, ben)
    assert OLD not in str(town.slack.homes)


async def test_staff_see_their_doors(town: Town) -> None:
    await hired(town)
    erin, plain = SlackChat(town, "erin"), SlackChat(town, "ana")
    await erin._known()
    await plain._known()
    assert "guided reset" in await home(town, erin)
    assert "guided reset" not in await home(town, plain)


async def test_a_guest_is_told_so(town: Town, ana: SlackChat) -> None:
    town.slack.person("UANA", is_restricted=True)
    assert "Guests" in await home(town, ana)


async def test_a_button_begins_a_conversation_in_direct_messages(town: Town, ana: SlackChat) -> None:
    await ana._known()
    await home(town, ana)
    (buttons,) = [b for b in town.slack.homes["UANA"] if b["type"] == "actions"]
    action = {"action_id": buttons["elements"][0]["action_id"], "value": buttons["elements"][0]["value"], "block_id": "home"}
    pressed = {
        "type": "block_actions",
        "user": {"id": "UANA", "team_id": "T0CONTOSO"},
        "team": {"id": "T0CONTOSO"},
        "trigger_id": f"{next(ids)}.3",
        "container": {"type": "view"},
        "actions": [action],
    }
    assert await ana.posts_form(pressed) == 200
    assert await ana.at() == "page.open"


async def test_slack_that_is_away_breaks_nothing(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["views.publish"] = [(500, {}, {})]
    assert await ana.posts(event({"type": "app_home_opened", "user": "UANA", "tab": "home"})) == 200
    assert town.slack.homes == {}


async def test_what_has_changed_is_shown_at_once(town: Town, stranger: SlackChat) -> None:
    assert "don't know yet whose" in await home(town, stranger)
    page = await resets(town, stranger)
    await stranger.types(await shown(page))
    assert await stranger.at() == "link.done"
    seen = str(town.slack.homes["UANA"])
    assert ("Ana" in seen, "last" in seen.casefold(), "don't know yet whose" in seen) == (True, True, False)


async def test_whoever_becomes_a_guest_sees_nothing_of_it_any_more(town: Town, ana: SlackChat) -> None:
    await ana._known()
    assert "uthenticator" in await home(town, ana)
    user = town.slack.person("UANA", is_restricted=True)
    assert await ana.posts(event({"type": "user_change", "user": user})) == 200
    seen = str(town.slack.homes["UANA"])
    assert ("Guests" in seen, "uthenticator" in seen) == (True, False)


@pytest.mark.parametrize("name", ["<!channel> <@U1> <https://evil.example|x>", "\u202e" + "x" * 4000, "😀" * 2000])
async def test_a_name_is_letters(town: Town, ana: SlackChat, name: str) -> None:
    await ana._known()
    async with town.app.store.database.write("a name") as conn:
        await conn.exec_driver_sql("update directory_account set name = ? where login like 'ana%'", (name,))
    seen = await home(town, ana)  # which is held against Slack's limits
    assert "\u202e" not in seen
    assert "uthenticator" in seen


async def test_slack_that_is_away_for_long_is_no_fault(town: Town, ana: SlackChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.installations.PATIENCE", 0.05)
    town.slack.slow = {"auth.test": 0.3}
    assert await ana.posts(event({"type": "app_home_opened", "user": "UANA", "tab": "home"})) == 503
    town.slack.slow = {}
    assert "home0" in await home(town, ana)
