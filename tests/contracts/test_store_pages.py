"""One link, one browser: binding a page, what a busy conversation learns of it, and when links die."""

import asyncio

from bot.conversation.lifetimes import LIFETIME
from bot.model.facts import Restarted
from bot.model.turn import WATCH
from bot.platform.ids import WindowId
from store.open import Store
from tests.kit.stores import Clock
from tests.kit.tiny import BROWSER, CHAT, CONVERSATION, OTHER, PAGE, PARTY, At, chat, claimed, idle, linked, settled


async def tags(store: Store) -> list[str]:
    return [row.tag async for row in store.audit.rows()]


async def offered(store: Store) -> None:
    await idle(store)
    await settled(store, linked())


async def test_the_first_browser_has_the_page_and_the_turn(store: Store, clock: Clock) -> None:
    await offered(store)
    mine, claim = await store.conversations.bind(PAGE, BROWSER, "Firefox on Windows")
    assert mine
    assert claim
    assert claim.window == claim.sealed
    assert claim.window
    assert (claim.window.browser, claim.window.label, claim.window.bound_at) == (BROWSER, "Firefox on Windows", clock.now)
    await store.conversations.settle(claim, At(3), None, [], closed=False, wake_in=None)
    chat_sees = await store.conversations.standing(CHAT)
    page_sees = await store.conversations.standing(PAGE)
    assert chat_sees
    assert page_sees
    assert (chat_sees.window, chat_sees.sealed) == (chat(), claim.window)
    assert page_sees.window == claim.window
    assert (await claimed(store)).sealed == claim.window


async def test_of_many_browsers_one_is_first(store: Store) -> None:
    await offered(store)
    tries = await asyncio.gather(*(store.conversations.bind(PAGE, f"browser-{n}", "Firefox") for n in range(10)))
    assert sum(mine for mine, _ in tries) == 1
    assert sum(claim is not None for _, claim in tries) == 1
    assert sorted(await tags(store)) == ["page:link:opened"] + ["page:link:taken"] * 9


async def test_the_same_browser_may_come_again_and_disturbs_nothing(store: Store) -> None:
    await offered(store)
    _, claim = await store.conversations.bind(PAGE, BROWSER, "Firefox")
    assert claim
    assert await store.conversations.bind(PAGE, BROWSER, "Firefox") == (True, None)
    await store.conversations.settle(claim, At(3), None, [], closed=False, wake_in=None)
    assert await store.conversations.bind(PAGE, BROWSER, "Firefox") == (True, None)
    assert await store.conversations.due(10) == []
    assert await tags(store) == ["page:link:opened"]


async def test_the_same_browser_takes_what_is_due_along(store: Store, clock: Clock) -> None:
    await offered(store)
    _, claim = await store.conversations.bind(PAGE, BROWSER, "Firefox")
    assert claim
    await store.conversations.settle(claim, At(3), None, [], closed=False, wake_in=1.0)
    clock.passes(1)
    mine, due = await store.conversations.bind(PAGE, BROWSER, "Firefox")
    assert mine
    assert due
    assert due.window == due.sealed


async def test_the_bound_browser_alone_answers_on_the_page(store: Store) -> None:
    await offered(store)
    _, claim = await store.conversations.bind(PAGE, BROWSER, "Firefox")
    assert claim
    await store.conversations.settle(claim, At(3), None, [], closed=False, wake_in=None)
    assert await store.conversations.claim(PAGE, 3, OTHER) is None
    assert await store.conversations.claim(PAGE, 3, "") is None
    taken = await store.conversations.claim(PAGE, 3, BROWSER)
    assert taken
    assert taken.window == taken.sealed


async def test_nobody_answers_on_a_page_that_nobody_has_opened(store: Store) -> None:
    await offered(store)
    assert await store.conversations.claim(PAGE, 2, "") is None


async def test_a_binding_while_busy_is_a_nudge_that_is_not_lost(store: Store, clock: Clock) -> None:
    await offered(store)
    busy = await claimed(store)
    assert await store.conversations.bind(PAGE, BROWSER, "Firefox") == (True, None)
    assert await store.conversations.claim_due(CONVERSATION) is None  # the lease holds
    await store.conversations.release(busy, None)
    assert await store.conversations.due(10) == [CONVERSATION]
    look = await store.conversations.claim_due(CONVERSATION)
    assert look
    assert look.nudges > busy.nudges
    await store.conversations.settle(look, At(3), None, [], closed=False, wake_in=None)
    assert await store.conversations.due(10) == []


async def test_a_nudge_that_came_before_an_answer_is_looked_at_after_it(store: Store) -> None:
    await offered(store)
    busy = await claimed(store)
    await store.conversations.bind(PAGE, BROWSER, "Firefox")
    await store.conversations.settle(busy, At(3), None, [], closed=False, wake_in=None)
    answer = await claimed(store)
    await store.conversations.settle(answer, At(4), None, [], closed=False, wake_in=None)
    assert await store.conversations.due(10) == [CONVERSATION]


async def test_a_closed_conversation_is_not_woken_by_a_nudge(store: Store) -> None:
    await offered(store)
    busy = await claimed(store)
    await store.conversations.bind(PAGE, BROWSER, "Firefox")
    await store.conversations.settle(busy, At(3), None, [], closed=True, wake_in=None)
    assert await store.conversations.due(10) == []


async def test_a_page_takes_over_from_a_replica_that_died(store: Store, clock: Clock) -> None:
    await offered(store)
    await claimed(store)
    clock.passes(30)
    mine, claim = await store.conversations.bind(PAGE, BROWSER, "Firefox")
    assert mine
    assert claim
    assert claim.died


async def test_a_link_dies_with_its_time(store: Store, clock: Clock) -> None:
    await offered(store)
    clock.passes(600)
    assert await store.conversations.bind(PAGE, BROWSER, "Firefox") == (False, None)
    assert await store.conversations.standing(PAGE) is None


async def test_a_link_dies_with_its_conversations_time(store: Store, clock: Clock) -> None:
    await idle(store)
    clock.passes(LIFETIME - 1)
    await settled(store, linked(expires=clock.now + 600))
    clock.passes(1)
    assert await store.conversations.bind(PAGE, BROWSER, "Firefox") == (False, None)


async def test_a_newer_link_kills_the_older_one_but_no_bound_page(store: Store) -> None:
    await offered(store)
    newer, newest = WindowId("win-newer"), WindowId("win-newest")
    await settled(store, linked(newer))
    assert await store.conversations.standing(PAGE) is None
    _, claim = await store.conversations.bind(newer, BROWSER, "Firefox")
    assert claim
    await store.conversations.settle(claim, At(), None, [linked(newest)], closed=False, wake_in=None)
    standing = await store.conversations.standing(newer)
    assert standing
    assert standing.window.sealed


async def test_links_die_when_a_conversation_closes(store: Store) -> None:
    await offered(store)
    await settled(store, closed=True)
    assert await store.conversations.standing(PAGE) is None
    assert await store.conversations.bind(PAGE, BROWSER, "Firefox") == (False, None)


async def test_going_on_elsewhere_leaves_the_old_page_watching(store: Store) -> None:
    await offered(store)
    _, claim = await store.conversations.bind(PAGE, BROWSER, "Firefox")
    assert claim
    second, third = linked(WindowId("win-second")), linked(WindowId("win-third"))
    await store.conversations.settle(claim, At(), None, [second], closed=False, wake_in=None)
    await settled(store, Restarted(CONVERSATION, unbind=True), third)
    page = await store.conversations.standing(PAGE)
    assert page
    assert (page.window.kind, page.window.sealed, page.sealed, page.moves) == (WATCH, False, None, 1)
    assert await store.conversations.standing(second.window) is None
    assert await store.conversations.bind(PAGE, BROWSER, "Firefox") == (False, None)
    mine, moved = await store.conversations.bind(third.window, OTHER, "Safari")
    assert mine
    assert moved
    assert (moved.moves, moved.sealed == moved.window) == (1, True)


async def test_starting_over_keeps_the_page_and_may_change_what_it_is_about(store: Store) -> None:
    await offered(store)
    _, claim = await store.conversations.bind(PAGE, BROWSER, "Firefox")
    assert claim
    await store.conversations.settle(claim, At(), None, [], closed=False, wake_in=None)
    await settled(store, Restarted(CONVERSATION, unbind=False, first=At(42)))
    page = await store.conversations.standing(PAGE)
    assert page
    assert (page.window.sealed, page.moves, page.first) == (True, 0, At(42))
    assert (await claimed(store)).first == At(42)


async def test_a_conversation_that_begins_on_a_bound_page_is_sealed_at_once(store: Store) -> None:
    window = type(chat())(PAGE, CONVERSATION, "page", "", BROWSER, "Firefox", 1.5)
    claim = await store.conversations.open_conversation(At(), window, PARTY, "event")
    assert claim
    assert claim.window == claim.sealed == window
    standing = await store.conversations.standing(PAGE)
    assert standing
    assert standing.sealed == window
