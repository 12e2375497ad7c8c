"""A chat account that is nobody's yet: the page asks for the name, enough proofs serve as ever, and a code typed in that chat links it."""

import re

from bot.model.facts import Audited
from tests.kit.attackers import two_codes
from tests.kit.callers import LABELS
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.slack import SlackChat, event
from tests.kit.town import Town


async def resets(town: Town, chat: SlackChat) -> Browser:
    """Up to the code that the page shows."""
    page = Browser(town)
    await chat.says("I forgot my password")
    assert await chat.at() == "page.open"
    await page.lands(await chat.link())
    assert await page.at() == "find.self"
    await page.types("ana")
    await page.picks(LABELS[TOTP])
    await two_codes(town, page, "ana")
    await page.types(GOOD)
    assert await page.at() == "link.code"
    return page


async def shown(page: Browser) -> str:
    found = re.search(r'<p class="number">(\d{6})</p>', await page.reads())
    assert found
    return found[1]


async def test_a_reset_links_the_chat_that_it_began_in(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    assert await town.signs_in("ana", GOOD) == "right"
    assert "UANA" in await page.reads()  # names the chat account
    await stranger.types(await shown(page))
    assert await stranger.at() == "link.done"
    assert await town.app.store.chat_links.linked("slack", stranger.address) == await town.subject("ana")
    await town.settle()
    assert [subject for _, subject in await town.subjects_of_mail("ana") if "chat account was linked" in subject]


async def test_the_name_is_not_asked_for_in_the_chat(town: Town, stranger: SlackChat) -> None:
    await stranger.says("I forgot my password")
    page = Browser(town)
    await page.lands(await stranger.link())
    await stranger.types("ana")
    assert await page.at() == "find.self"


async def test_the_code_counts_in_that_chat_alone(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    code = await shown(page)
    await page.types(code)
    assert await page.at() == "link.code"
    mallory = SlackChat(town, "ben", linked=False)
    await mallory.types(code)
    assert await page.at() == "link.code"
    assert await town.app.store.chat_links.linked("slack", mallory.address) is None
    assert await town.app.store.chat_links.linked("slack", stranger.address) is None


async def test_whoever_was_lured_to_the_page_links_nobody_by_skipping(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    await page.picks("Skip this")
    assert await page.at() == "reset.done"
    assert await town.app.store.chat_links.linked("slack", stranger.address) is None


async def test_codes_are_not_to_be_guessed(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    right = await shown(page)
    for number in range(4):
        await stranger.types(f"{(int(right) + 1 + number) % 10**6:06}")
    assert await stranger.at() == "link.too_many_tries"
    assert await town.app.store.chat_links.linked("slack", stranger.address) is None


async def test_a_link_is_shown_and_can_be_taken_off(town: Town, ana: SlackChat) -> None:
    await ana.says("link my account")
    assert await ana.at() == "link.linked"
    await ana.says("Unlink it")
    assert await ana.at() == "link.unlinked"
    assert await town.app.store.chat_links.linked("slack", ana.address) is None


async def test_to_link_takes_as_much_as_a_reset(town: Town, stranger: SlackChat) -> None:
    await stranger.says("link my account")
    page = Browser(town)
    await page.lands(await stranger.link())
    await page.types("ana")
    assert await page.at() == "verify.how"
    await page.picks(LABELS[TOTP])
    await two_codes(town, page, "ana")
    assert await page.at() == "link.code"
    await stranger.types(await shown(page))
    assert await stranger.at() == "link.done"


async def test_a_row_written_by_hand_links_nobody(town: Town, ana: SlackChat) -> None:
    await ana._known()
    ben = await town.subject("ben")
    async with town.app.store.database.write("by hand") as conn:
        await conn.exec_driver_sql("update chat_link set subject = ?", (ben,))
    assert await town.app.store.chat_links.linked("slack", ana.address) is None


async def test_that_wasnt_me_takes_the_link_off_as_well(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    await stranger.types(await shown(page))
    await town.settle()
    inbox = await town.app.demo().inbox("ana")
    link = (
        next(m.text for m in reversed(inbox.messages) if "chat account was linked" in m.text)
        .split("http://localhost:8400")[1]
        .split()[0]
    )
    elsewhere = Browser(town)
    await elsewhere.get(link)
    await elsewhere.post(link, not_me="1")
    await town.settle()
    assert await town.app.store.chat_links.linked("slack", stranger.address) is None
    assert await town.signs_in("ana", GOOD) == "wrong"


async def test_whoever_cancels_has_the_new_password_all_the_same(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    await stranger.types("cancel")
    assert await page.at() == "reset.done"
    assert await town.signs_in("ana", GOOD) == "right"


async def test_a_chat_account_that_was_linked_meanwhile_stays_as_it_is(town: Town, stranger: SlackChat) -> None:
    """Two conversations had begun before; the second one was about somebody else's account."""
    page = await resets(town, stranger)
    ben = await town.subject("ben")
    linked = Audited("operator:chat:linked", ben)
    await town.app.store.chat_links.put("slack", stranger.address, ben, linked)
    await stranger.types(await shown(page))
    assert await stranger.at() == "link.over"
    assert await town.app.store.chat_links.linked("slack", stranger.address) == ben


async def test_the_code_is_taken_in_a_thread_and_out_of_a_sentence_of_digits(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    code = await shown(page)
    await stranger.types(f"{code[:3]} {code[3:]}", thread_ts="1800000000.000100")
    assert await stranger.at() == "link.done"


async def test_a_code_is_dead_when_its_time_is_over(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    code = await shown(page)
    await town.passes(901)
    await stranger.types(code)
    assert await town.app.store.chat_links.linked("slack", stranger.address) is None


async def test_a_guest_by_now_links_nothing(town: Town, stranger: SlackChat) -> None:
    page = await resets(town, stranger)
    user = town.slack.person("UANA", is_ultra_restricted=True)
    await stranger.posts(event({"type": "user_change", "user": user}))
    await stranger.types(await shown(page))
    assert await town.app.store.chat_links.linked("slack", stranger.address) is None
