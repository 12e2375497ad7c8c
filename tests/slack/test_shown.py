"""Messages: one for a conversation, edited as it goes on, a new one below what was typed, and no dead button left behind."""

from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.slack import SlackChat
from tests.kit.town import LEASE, Killed, Town


def pressable(town: Town, chat: SlackChat) -> list[str]:
    """The messages that still have buttons."""
    return [
        ts
        for (channel, ts), message in town.slack.messages.items()
        if channel == f"D{chat.user}" and any(block["type"] == "actions" for block in message["blocks"])
    ]


async def test_a_pressed_question_becomes_the_next_one(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    first = pressable(town, ana)
    await ana.says((await ana.offered())[0])
    assert pressable(town, ana) == first
    assert len(town.slack.messages) == 1


async def test_what_was_typed_is_answered_below_and_the_question_above_loses_its_buttons(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    await ana.types("I forgot my password")
    assert len(town.slack.messages) == 2
    (newest,) = pressable(town, ana)
    assert newest == list(town.slack.messages)[-1][1]
    assert "Open the secure page" in str(list(town.slack.messages.values())[-1])


async def test_the_end_leaves_no_button(town: Town, ana: SlackChat) -> None:
    await ana.says("I forgot my password")
    page = Browser(town)
    await page.lands(await ana.link(), "Authenticator app")
    assert "Firefox on Windows" in await ana.hears()
    await page.types(await town.code("ana", TOTP))
    await page.types(GOOD)
    await town.settle()
    assert pressable(town, ana) == []
    assert "has been changed" in await ana.hears() or "new password" in await ana.hears()


async def test_a_dead_button_is_taken_off_when_somebody_presses_it(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    old = dict(town.slack.messages)
    (_, press), *_ = ana._buttons()
    await ana.types("I forgot my password")
    town.slack.messages |= old  # as a phone still shows it
    assert len(pressable(town, ana)) == 2
    assert await ana.posts_form(press) == 200
    assert len(pressable(town, ana)) == 1
    assert await ana.at() == "page.open"


async def test_slack_asks_to_wait_and_is_waited_for(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["chat.postMessage"] = [(429, {"Retry-After": "7"}, {"ok": False, "error": "ratelimited"})]
    await ana.says("hello")
    assert town.slack.messages == {}
    await town.passes(6)
    assert town.slack.messages == {}
    await town.passes(2)
    assert len(town.slack.messages) == 1


async def test_a_message_that_was_deleted_is_written_anew(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    choice = (await ana.offered())[0]
    (_, press), *_ = ana._buttons()
    town.slack.messages.clear()
    await ana.posts_form(press)
    assert len(pressable(town, ana)) == 1, choice


async def test_a_dead_token_stops_nothing_else(town: Town, ana: SlackChat) -> None:
    town.slack.refuses["chat.postMessage"] = [(200, {}, {"ok": False, "error": "token_revoked"})]
    await ana.says("hello")
    ben = SlackChat(town, "ben")
    await ben.says("hello")
    assert await ben.at()
    assert pressable(town, ben)


async def test_a_password_typed_into_the_chat_is_called_spent_and_kept_nowhere(town: Town, ana: SlackChat) -> None:
    town.secrets.add("Winter-Kestrel-2031")
    await ana.says("hello")
    await ana.types("Winter-Kestrel-2031")
    assert any("delete your message" in str(m) for m in town.slack.messages.values())
    fresh = SlackChat(town, "ben")
    await fresh.types("Winter-Kestrel-2031")
    await town.settle()
    assert "delete your message" in await fresh.hears()


async def test_names_bring_no_markup_and_no_mention(town: Town, stranger: SlackChat) -> None:
    town.slack.person("UANA", profile={"display_name": "<!channel> *bold* <https://evil.example|bank>"})
    await stranger.types("link my account")
    page = Browser(town)
    await page.lands(await stranger.link())
    await page.types("ana")
    await page.picks("Authenticator app")
    await page.types(await town.code("ana", TOTP))
    await town.settle()
    newest = town.slack.newest("DUANA")
    assert newest is not None
    assert "<!channel>" not in newest["text"]
    assert all(b["text"]["type"] == "plain_text" for b in newest["blocks"] if "text" in b)


async def test_a_press_is_carried_on_by_another_process_when_the_first_one_dies(town: Town, ana: SlackChat) -> None:
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
