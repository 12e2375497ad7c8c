"""Vendors' chats on both databases: what is pressed outlives its process, an event counts once, and what moved is shown."""

import asyncio

from bot.conversation.interfaces import ReplyTo, UnreadEvent
from bot.conversation.lifetimes import LEASE
from bot.model.facts import Audited
from bot.model.turn import ChatAccount, Party, Window
from bot.platform.clock import World
from bot.platform.ids import ConversationId, OptionId, Origin, SubjectId, WindowId
from bot.platform.keyring import Keys
from store.open import Store, open_store
from tests.kit.stores import Clock
from tests.kit.tiny import CHAT, At, idle

PARTY = Party(Origin.STRANGER, None, "en", account=ChatAccount("tiny", "T1/U1", "Ana <@here>"))
WINDOW = Window(WindowId("win-9"), ConversationId("convo-9"), "tiny", "T1/U1")
ANA, TOLD = SubjectId("demo:ana"), Audited("operator:chat:linked", "demo:ana")


async def shown_once(store: Store, clock: Clock) -> None:
    claim = await store.conversations.open_conversation(At(), WINDOW, PARTY, "event-9")
    assert claim
    await store.conversations.settle(claim, At(), None, [], closed=False, wake_in=None)
    (due,) = await store.chat_outbox.lease_due(["tiny"], 9, 30.0)
    await store.chat_outbox.shown(due, {"ts": "1"})


async def test_a_press_is_carried_on_with_when_its_process_dies(store: Store, clock: Clock) -> None:
    await idle(store)
    assert await store.conversations.claim(CHAT, 1, "ana-1", OptionId("yes"))
    clock.passes(LEASE + 1)
    (id,) = await store.conversations.due(9)
    claim = await store.conversations.claim_due(id)
    assert claim
    assert (claim.died, claim.pressed, claim.window and claim.window.id) == (True, "yes", CHAT)
    await store.conversations.settle(claim, At(), None, [], closed=False, wake_in=0)
    again = await store.conversations.claim_due(id)
    assert again
    assert (again.died, again.pressed, again.window) == (False, None, None)


async def test_typed_words_leave_nothing_to_carry_on_with(store: Store, clock: Clock) -> None:
    await idle(store)
    assert await store.conversations.claim(CHAT, 1, "ana-1")
    clock.passes(LEASE + 1)
    (id,) = await store.conversations.due(9)
    claim = await store.conversations.claim_due(id)
    assert claim
    assert (claim.died, claim.pressed) == (True, None)


async def test_of_many_copies_of_an_event_in_two_processes_one_is_taken(
    store: Store, database_url: str, world: World, keys: Keys
) -> None:
    other = await open_store(database_url, world, keys)
    copies = [each.conversations.take_event(f"event-{n}") for n in range(5) for each in (store, other) for _ in range(20)]
    assert sum(await asyncio.gather(*copies)) == 5
    assert not await other.conversations.take_event("event-0")
    await other.close()


async def test_an_unread_event_is_leased_to_one_of_many_until_it_is_understood(store: Store, clock: Clock) -> None:
    for event, place in (
        ("read", ReplyTo("tiny", {})),
        ("unread", ReplyTo("tiny", {"user": "ana"})),
        ("other", ReplyTo("x", {})),
    ):
        assert await store.conversations.take_event(event, place)
    await store.conversations.take_event("a press")
    await store.conversations.understood("read")
    assert await store.conversations.lease_unread(["tiny"], 60.0, 9) == []
    for _ in range(2):  # whoever has it may die as well
        clock.passes(61)
        found = await asyncio.gather(*(store.conversations.lease_unread(["tiny"], 60.0, 9) for _ in range(5)))
        assert [unread for some in found for unread in some] == [UnreadEvent("unread", ReplyTo("tiny", {"user": "ana"}))]
    await store.conversations.understood("unread")
    clock.passes(61)
    assert await store.conversations.lease_unread(["tiny"], 60.0, 9) == []


async def test_an_event_that_opened_a_conversation_opens_no_other(store: Store) -> None:
    await store.conversations.open_conversation(At(), WINDOW, PARTY, "event-9")
    elsewhere = Window(WindowId("win-8"), ConversationId("convo-8"), "tiny", "T1/U1")
    assert await store.conversations.open_conversation(At(), elsewhere, PARTY, "event-9") is None
    standing = await store.conversations.standing(WINDOW.id)
    assert standing
    assert standing.party == PARTY


async def test_what_moved_is_shown_once_by_one_of_many(store: Store, clock: Clock) -> None:
    claim = await store.conversations.open_conversation(At(), WINDOW, PARTY, "event-9")
    assert claim
    took = await asyncio.gather(*(store.chat_outbox.lease_due(["tiny"], 9, 30.0) for _ in range(5)))
    (due,) = [showing for some in took for showing in some]
    assert (due.window, due.kind, due.address, due.message, due.below, due.tries) == (WINDOW.id, "tiny", "T1/U1", None, False, 1)
    await store.chat_outbox.shown(due, {"ts": "1"})
    assert await store.chat_outbox.lease_due(["tiny"], 9, 30.0) == []
    await store.conversations.settle(claim, At(), None, [], closed=False, wake_in=None)
    (due,) = await store.chat_outbox.lease_due(["tiny"], 9, 30.0)
    assert due.message == {"ts": "1"}
    assert await store.chat_outbox.lease_due(["other"], 9, 30.0) == []


async def test_what_moves_while_it_is_shown_is_shown_again(store: Store, clock: Clock) -> None:
    await shown_once(store, clock)
    await store.chat_outbox.said_below(WINDOW.id)
    (due,) = await store.chat_outbox.lease_due(["tiny"], 9, 30.0)
    assert due.below
    claim = await store.conversations.claim(WINDOW.id, 1, "T1/U1")
    assert claim
    await store.conversations.settle(claim, At(), None, [], closed=False, wake_in=None)
    await store.chat_outbox.shown(due, {"ts": "2"})
    (due,) = await store.chat_outbox.lease_due(["tiny"], 9, 30.0)
    assert due.message == {"ts": "2"}


async def test_what_nobody_finished_showing_and_what_has_to_wait_come_later(store: Store, clock: Clock) -> None:
    await shown_once(store, clock)
    await store.chat_outbox.said_below(WINDOW.id)
    (due,) = await store.chat_outbox.lease_due(["tiny"], 9, 30.0)
    clock.passes(31)
    (again,) = await store.chat_outbox.lease_due(["tiny"], 9, 30.0)
    assert (again.window, again.tries) == (due.window, 2)
    await store.chat_outbox.postpone(again, 7.0)
    assert await store.chat_outbox.lease_due(["tiny"], 9, 30.0) == []
    clock.passes(8)
    assert len(await store.chat_outbox.lease_due(["tiny"], 9, 30.0)) == 1


async def test_a_terminals_window_is_never_shown_by_us(store: Store) -> None:
    await idle(store)
    await store.chat_outbox.said_below(CHAT)
    assert await store.chat_outbox.lease_due(["terminal", "tiny"], 9, 30.0) == []


async def test_chat_accounts_are_linked_moved_and_taken_off(store: Store, clock: Clock) -> None:
    links = store.chat_links
    assert await links.linked("tiny", "T1/U1") is None
    await links.put("tiny", "T1/U1", ANA, TOLD)
    clock.passes(10)
    await links.put("tiny", "T1/U2", ANA, TOLD)
    assert await links.linked("tiny", "T1/U1") == ANA
    assert await links.accounts_of(ANA) == [("tiny", "T1/U1"), ("tiny", "T1/U2")]
    assert await links.accounts_of(ANA, clock.now) == [("tiny", "T1/U2")]
    assert await links.accounts_of(ANA, before=clock.now) == [("tiny", "T1/U1")]
    await links.put("tiny", "T1/U1", SubjectId("demo:ben"), TOLD)
    assert await links.linked("tiny", "T1/U1") == "demo:ben"
    assert await links.drop("tiny", "T1/U1", TOLD)
    assert not await links.drop("tiny", "T1/U1", TOLD)
    assert await links.linked("tiny", "T1/U1") is None
