"""The App Home: how somebody stands, for their own eyes, with what they could do next."""

from tests.kit.guided import hired
from tests.kit.residents import OLD
from tests.kit.slack import SlackChat, event, ids
from tests.kit.town import Town


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
