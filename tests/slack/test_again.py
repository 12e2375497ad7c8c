"""What comes twice: a press, a word, an edited mention, a guest's question, whatever other replicas do meanwhile; each is taken once."""

from typing import Any

from adapters.slack.installations import FOLDER, Installation
from bot.platform.secret import Secret
from tests.kit.slack import BOT, TEAM, SlackChat, event
from tests.kit.town import Town


async def test_a_press_sent_again_leaves_the_next_question_its_buttons(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    (_, press), *_ = ana._buttons()
    await ana.posts_form(press)
    now = str(town.slack.newest("DUANA"))
    assert await ana.offered()
    assert await ana.posts_form(press) == 200
    assert str(town.slack.newest("DUANA")) == now


async def test_a_press_sent_again_leaves_the_last_word_to_be_read(town: Town, ana: SlackChat) -> None:
    await ana.says("I forgot my password")
    press = next(press for label, press in ana._buttons() if "Cancel" in label)
    await ana.posts_form(press)
    last = await ana.hears()
    await ana.posts_form(press)
    assert await ana.hears() == last


async def test_a_conversation_of_a_newer_replica_keeps_its_buttons(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    (_, press), *_ = ana._buttons()
    now = str(town.slack.newest("DUANA"))
    async with town.app.store.database.write("by a newer one") as conn:
        await conn.exec_driver_sql("""update conversation set step = '{"part": "of.tomorrow"}'""")
    assert await ana.posts_form(press) == 200
    assert now in [str(m) for m in town.slack.messages.values()]
    assert "newer" in await ana.hears() or "updated" in await ana.hears()


async def test_a_word_that_fits_nothing_is_remarked_on_once(town: Town, ana: SlackChat) -> None:
    await ana.says("hello")
    again = event({"type": "message", "channel_type": "im", "channel": "DUANA", "user": "UANA", "text": "qqq zzz"})
    await ana.posts(again)
    said = len(town.slack.messages)
    for _ in range(3):
        assert await ana.posts(again) == 200
    assert len(town.slack.messages) == said


async def test_a_guest_is_turned_away_once_for_each_question(town: Town, ana: SlackChat) -> None:
    town.slack.person("UANA", is_restricted=True)
    again = event({"type": "message", "channel_type": "im", "channel": "DUANA", "user": "UANA", "text": "hello"})
    for _ in range(3):
        assert await ana.posts(again) == 200
    assert len(town.slack.messages) == 1


async def test_a_mention_that_was_edited_is_the_same_mention(town: Town, ana: SlackChat) -> None:
    """Slack sends it as a new event."""
    await ana._known()
    mention: dict[str, Any] = {"type": "app_mention", "channel": "C1", "user": "UANA", "ts": "1800000000.000100", "team": TEAM}
    await ana.posts(event({**mention, "text": f"<@{BOT}> <@UBEN> I forgot my password"}))
    asked = len(town.slack.messages), len(town.slack.whispers)
    edited = {"edited": {"user": "UANA", "ts": "1800000009.000000"}, "text": f"<@{BOT}> I forgot my password!"}
    assert await ana.posts(event(mention | edited)) == 200
    assert (len(town.slack.messages), len(town.slack.whispers)) == asked


async def test_a_mention_in_the_direct_message_itself_is_heard_once(town: Town, ana: SlackChat) -> None:
    await ana._known()
    said: dict[str, Any] = {
        "user": "UANA",
        "channel": "DUANA",
        "ts": "1800000000.000100",
        "text": f"<@{BOT}> hello",
        "team": TEAM,
    }
    await ana.posts(event(said | {"type": "message", "channel_type": "im"}))
    before = len(town.slack.messages)
    await ana.posts(event(said | {"type": "app_mention"}))
    assert (len(town.slack.messages), town.slack.whispers) == (before, [])


async def test_installed_anew_by_another_replica_it_speaks_with_the_new_token(town: Town, ana: SlackChat) -> None:
    places = town.app.chats["slack"].poster.installations  # type: ignore[attr-defined]  # of this adapter
    places.token, places.allowed = None, frozenset({TEAM})
    await places.keep(Installation(TEAM, "", Secret("xoxb-old"), "B1", BOT))
    await ana.says("hello")
    document = {"enterprise": "", "token": "xoxb-new", "bot_id": "B1", "bot_user": BOT}
    await town.app.store.vault.put(FOLDER, TEAM, document)  # by another replica
    town.slack.dead.add("xoxb-old")
    await ana.types("I forgot my password")
    assert await ana.at() == "page.open"
    assert (await town.app.store.vault.get(FOLDER, TEAM) or {})["token"] == "xoxb-new"


async def test_a_dead_token_takes_a_newer_one_with_it_never(town: Town) -> None:
    from adapters.http.refusals import ApiRefused

    places = town.app.chats["slack"].poster.installations  # type: ignore[attr-defined]  # of this adapter
    places.token, places.allowed = None, frozenset({TEAM})
    old = Installation(TEAM, "", Secret("xoxb-old"), "B1", BOT)
    await places.keep(Installation(TEAM, "", Secret("xoxb-new"), "B1", BOT))
    await places.forget_dead_token(ApiRefused("token_revoked"), old)
    assert await places.installation_at(TEAM)
    await places.forget_dead_token(ApiRefused("token_revoked"), await places.installation_at(TEAM))
    assert await places.installation_at(TEAM) is None


async def test_one_workspace_less_leaves_the_organisation_its_token(town: Town, ana: SlackChat) -> None:
    places = town.app.chats["slack"].poster.installations  # type: ignore[attr-defined]  # of this adapter
    places.token, places.allowed = None, frozenset({"E1ORG", "T2BRANCH"})
    await places.keep(Installation("E1ORG", "E1ORG", Secret("xoxb-org"), "B1", BOT))
    await places.keep(Installation("T2BRANCH", "E1ORG", Secret("xoxb-branch"), "B1", BOT))
    around: dict[str, Any] = {"team_id": "T2BRANCH", "enterprise_id": "E1ORG", "authorizations": []}
    assert await ana.posts(event({"type": "app_uninstalled"}, **around)) == 200
    assert (await places.installation_at("T2BRANCH"), bool(await places.installation_at("E1ORG"))) == (None, True)
    whole = {**around, "authorizations": [{"team_id": None, "enterprise_id": "E1ORG", "is_enterprise_install": True}]}
    assert await ana.posts(event({"type": "tokens_revoked", "tokens": {"bot": [BOT]}}, **whole)) == 200
    assert await places.installation_at("E1ORG") is None


async def test_an_outsider_is_turned_away_where_they_asked(town: Town, ana: SlackChat) -> None:
    """A direct message with somebody of another organisation isn't to be had."""
    mention = {"type": "app_mention", "channel": "C1", "user": "UANA", "text": f"<@{BOT}> reset", "user_team": "T9OTHER"}
    again = event(mention, is_ext_shared_channel=True)
    for _ in range(2):
        assert await ana.posts(again) == 200
    assert [("another organisation" in str(w["blocks"]), w["channel"]) for w in town.slack.whispers] == [(True, "C1")]
    assert town.slack.messages == {}
