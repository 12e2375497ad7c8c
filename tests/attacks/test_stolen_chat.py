"""ST27, ST28: a stolen chat, a forwarded button and a link that others find are a doorbell and never a key."""

import pytest

from bot.conversation.interfaces import Stale
from bot.conversation.windows import browser_hash
from bot.policy.policy import CodesInChat, MethodRules, Policy, Scope, ScopeState
from tests.kit.attackers import (
    APP,
    FORGOT,
    HIS,
    by_hand,
    count,
    method_of,
    opened,
    proven,
    refusals,
    still_helps_herself,
    unharmed,
)
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import SAFARI, Browser, Terminal
from tests.kit.town import Town


async def thief_first(town: Town) -> tuple[Terminal, Browser]:
    """Ana asks in her chat; whoever reads it too opens the page before her."""
    ana, thief = Terminal(town, "ana"), Browser(town, agent=SAFARI)
    await ana.says(FORGOT)
    await thief.lands(await ana.link(), APP)
    return ana, thief


async def test_st27_what_the_owner_types_in_the_chat_opens_nothing_on_the_thiefs_page(town: Town) -> None:
    ana, thief = await thief_first(town)
    link = await ana.link()
    assert [(await Browser(town).get(link)).status, (await Browser(town).post(link, open="1")).status] == [410, 410]
    await ana.says(await town.code("ana", TOTP))
    assert "Safari on iPhone" in await ana.hears()
    assert (count(town, "proof"), await thief.at()) == (0, "method.totp.ask")
    await thief.types(HIS)
    assert await unharmed(town)


async def test_st27_it_would_work_if_codes_counted_in_the_chat(town: Town) -> None:
    await town.use_policy(Policy(Scope(state=ScopeState.ALL), codes_in_chat=CodesInChat.ALWAYS))
    ana, thief = await thief_first(town)
    await ana.says(await town.code("ana", TOTP))
    await thief.types(HIS)
    assert await town.signs_in("ana", HIS) == "right"


async def test_st27_a_proof_from_the_chat_is_none_for_the_page(town: Town) -> None:
    two = MethodRules(required=2)
    await town.use_policy(Policy(Scope(state=ScopeState.ALL), methods=two, codes_in_chat=CodesInChat.ALWAYS))
    ana, page = await thief_first(town)
    await ana.says(await town.code("ana", TOTP))
    assert count(town, "proof") == 1
    await town.use_policy(Policy(Scope(state=ScopeState.ALL), methods=two))
    await page.picks("Text message")
    await town.settle()
    await page.types(await town.code("ana", SMS))
    assert (await page.at(), count(town, "grant")) == ("verify.how", 0)


async def test_st27_a_thief_with_the_chat_alone_can_only_ask_and_stop(town: Town) -> None:
    _, page = await proven(town)
    thief = Terminal(town, "ana")  # the same chat account at the same place
    for said in (HIS, "123456", "1", FORGOT, "stay"):
        await thief.says(said)
        assert await page.at() in {"reset.new", "opening.leave"}
    assert await unharmed(town)
    await thief.says("cancel")
    assert await page.at() == "engine.cancel"


async def test_st27_moving_to_another_device_takes_every_proof_away(town: Town) -> None:
    ana, page = await proven(town)
    await page.presses("elsewhere")
    thief = Browser(town, agent=SAFARI)
    await thief.lands(await ana.link(), APP)
    assert await thief.at() == "method.totp.ask"
    await page.types(HIS)  # the old page only watches
    await thief.types(HIS)
    assert await unharmed(town)


async def test_st27_a_page_that_only_watches_takes_no_code_and_no_password(town: Town) -> None:
    ana, page = await opened(town, "ana")
    await page.presses("elsewhere")
    await Browser(town, agent=SAFARI).lands(await ana.link(), APP)
    code = await town.code("ana", TOTP)
    answer = await page.post(f"/p/{page.window}", token=(await page.view()).token, said=code)
    assert answer.status == 422
    assert count(town, "proof") == 0


async def test_st28_a_forwarded_button_is_stale_in_a_foreign_hand(town: Town) -> None:
    _, page = await opened(town, "ana")
    token = (await page.view()).token
    mallory = Browser(town, agent=SAFARI)
    await mallory.starts("reset")
    for window in (page.window, mallory.window):
        answer = await mallory.post(f"/p/{window}", token=token, said=await town.code("ana", TOTP))
        assert answer.status in {404, 409}
    for who in ("", "tty-ben", "ana"):
        with pytest.raises(Stale):
            await town.app.engine.take_answer(token, who, option="other")
    assert (await page.at(), count(town, "proof")) == ("method.totp.ask", 0)


async def test_st28_a_foreign_hand_cant_even_divert_or_stop(town: Town) -> None:
    _, page = await opened(town, "ana")
    token = (await page.view()).token
    for option in ("cancel", "start_over", "elsewhere", "not_me"):
        with pytest.raises(Stale):
            await town.app.engine.take_answer(token, "tty-ben", option=option)
    assert await page.at() == "method.totp.ask"


@pytest.mark.parametrize("moved", [False, True], ids=["on the page", "on a page that watches"])
async def test_st39_whoever_finds_the_link_cant_close_the_owners_door(town: Town, *, moved: bool) -> None:
    ana, finder = await thief_first(town)
    if moved:
        await finder.presses("elsewhere")
        await Browser(town).lands(await ana.link(), APP)
    await finder.presses("not_me")
    assert await still_helps_herself(town)


async def test_st39_the_owner_ends_it_from_the_chat_and_is_recorded(town: Town) -> None:
    ana, thief = await thief_first(town)
    await ana.says("That wasn't me")
    assert await thief.at() == "engine.not_me"
    assert "not_me" in " ".join(await refusals(town))


async def test_st28_an_older_button_does_nothing(town: Town) -> None:
    _, page = await opened(town, "ana")
    old = (await page.view()).token
    await page.presses("other")
    assert (await page.presses("totp:none", old)).status == 409
    window, turn = town.app.engine.windows.read_token(old)
    assert await town.app.store.conversations.claim(window, turn, browser_hash(page.cookie)) is None  # nor past the engine


async def test_st07_an_option_that_wasnt_offered_is_refused(town: Town) -> None:
    _, page = await opened(town, "ana")
    await page.presses("other")
    of_ben = by_hand(town, "select id from method where subject = ?", await town.subject("ben"))[0][0]
    for forged in (f"sms:{of_ben}", f"totp:{of_ben}", "password", "sms", "sms:", "", "again"):
        assert (await page.presses(forged)).status == 422
    assert (await page.at(), count(town, "job")) == ("verify.how", 0)


async def test_st07_another_persons_method_isnt_asked_even_past_the_buttons(town: Town) -> None:
    _, page = await opened(town, "ana")
    await page.presses("other")
    ana, ben = await method_of(town, "ana", SMS), await method_of(town, "ben", SMS)
    by_hand(town, "update conversation set step = replace(step, ?, ?)", ana, ben)
    await page.picks("Text message")
    await town.settle()
    assert await page.at() == "method.sms.ask"
    assert (await town.subjects_of_mail("ben"), await town.subjects_of_mail("ana")) == ([], [])
