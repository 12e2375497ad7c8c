"""A case and its caller's conversation are written together, move each other, and are counted."""

import asyncio
from dataclasses import replace

import pytest

from bot.conversation.closed import Closed
from bot.conversation.interfaces import Lost
from bot.conversation.lifetimes import LIFETIME
from bot.helpdesk.cases import FAILED, MOST_OPEN
from bot.helpdesk.interfaces import CaseHistory, Hands
from bot.helpdesk.signals import CaseCounts
from bot.model.asker import Asker
from bot.model.facts import Began, CaseOpened, CaseWatched, PageOffered
from bot.platform.ids import Action, CaseId, ConversationId, Line, Origin, SubjectId, WordsId
from store.open import Store
from tests.kit.stores import Clock
from tests.kit.tiny import ANA, CONVERSATION, At, granted, idle, linked, settled

AGENT, OTHER = SubjectId("demo:erin"), SubjectId("demo:theo")
CASE, CALLER = CaseId("case-1"), ConversationId("convo-caller-1")
DONE, FAIL = Closed(WordsId("reset.done")), Closed(WordsId("verify.too_many_tries"))
HOUR = 3600.0


def case(n: int = 1, agent: SubjectId = AGENT, subject: SubjectId = ANA) -> tuple[CaseOpened, Began]:
    """Number `n`, watched from conversation 1."""
    id, caller = CaseId(f"case-{n}"), ConversationId(f"convo-caller-{n}")
    opened = CaseOpened(id, subject, agent, CONVERSATION, caller, Action.RESET, Line("why"), Line("INC-7"))
    return opened, Began(caller, At(7), subject, "de", Asker(id, agent, "Erin"))


async def moves(store: Store, caller: ConversationId = CALLER, last: Closed | None = None) -> None:
    """The caller's conversation, which is due."""
    claim = await store.conversations.claim_due(caller)
    assert claim
    await store.conversations.settle(claim, last or At(8), None, [], closed=last is not None, wake_in=None)


async def invited(store: Store) -> PageOffered:
    """The caller's conversation has a link."""
    claim = await store.conversations.claim_due(CALLER)
    assert claim
    page = replace(linked(), conversation=CALLER)
    await store.conversations.settle(claim, At(8), None, [page], closed=False, wake_in=None)
    return page


async def history(store: Store, agent: SubjectId = AGENT, clock: Clock | None = None) -> CaseHistory:
    return await store.cases.case_history(agent, ANA, FAILED, (clock.now if clock else 1_800_000_000.0) - HOUR)


async def test_a_case_begins_its_callers_conversation_which_is_due_at_once(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    assert await store.conversations.due(10) == [CALLER]
    claim = await store.conversations.claim_due(CALLER)
    assert claim
    assert claim.step == claim.first == At(7)
    assert (claim.party.origin, claim.party.subject, claim.party.language) == (Origin.CASE, ANA, "de")
    assert claim.party.asker == Asker(CASE, AGENT, "Erin")
    assert await history(store) == CaseHistory(1, CASE, others=False, failed=False)
    assert await history(store, OTHER) == CaseHistory(0, None, others=True, failed=False)


async def test_a_lost_turn_leaves_neither(store: Store) -> None:
    await idle(store)
    with pytest.raises(Lost):
        await settled(store, *case(), granted("p-unknown"))
    assert await store.conversations.due(10) == []
    assert (await history(store)).open == 0
    assert await store.cases.progress(CASE) is None


async def test_whenever_the_caller_moves_the_agent_is_nudged_with_it(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    await moves(store)
    assert await store.conversations.due(10) == [CONVERSATION]


async def test_opening_the_page_nudges_the_agent(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    page = await invited(store)
    agents = await store.conversations.claim_due(CONVERSATION)
    assert agents
    await store.conversations.release(agents, None)
    assert CONVERSATION not in await store.conversations.due(10)
    assert (await store.conversations.bind(page.window, "b" * 64, "Firefox"))[0]
    assert CONVERSATION in await store.conversations.due(10)
    seen = await store.cases.progress(CASE)
    assert seen
    assert (seen.opened, seen.proved, seen.granted, seen.ended) == ("Firefox", (), False, "")


async def test_the_end_is_on_record_with_its_words_and_told_in_the_audit(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    await moves(store, last=DONE)
    seen = await store.cases.progress(CASE)
    assert seen
    assert seen.ended == "reset.done"
    assert (await history(store)).open == 0
    (row,) = [row async for row in store.audit.rows(0)]
    assert (row.tag, row.subject) == ("helpdesk:case:ended", ANA)
    assert dict(row.detail) == {"case": CASE, "agent": AGENT, "how": "reset.done"}


async def test_a_failed_case_counts_for_an_hour(store: Store, clock: Clock) -> None:
    await idle(store)
    await settled(store, *case())
    await moves(store, last=FAIL)
    clock.passes(HOUR - 1)
    assert (await history(store, OTHER, clock)).failed
    clock.passes(1)
    assert not (await history(store, OTHER, clock)).failed


async def test_one_more_than_an_agent_may_have_open_is_lost(store: Store) -> None:
    await idle(store)
    for n in range(1, MOST_OPEN + 1):
        await settled(store, *case(n, subject=SubjectId(f"demo:{n}")))
    await idle(store, 2)
    with pytest.raises(Lost):
        await settled(store, *case(MOST_OPEN + 1), n=2)
    await settled(store, *case(MOST_OPEN + 2, agent=OTHER))
    assert (await history(store)).open == MOST_OPEN


async def at_once(store: Store, *cases: tuple[CaseOpened, Began]) -> list[BaseException]:
    """Each by a turn of its own, watched from nowhere in common. Returns what went wrong."""
    for n in range(1, len(cases) + 1):
        await idle(store, n)
    turns = [
        settled(store, replace(opened, watcher=ConversationId(f"watcher-{n}")), began, n=n)
        for n, (opened, began) in enumerate(cases, 1)
    ]
    said = await asyncio.gather(*turns, return_exceptions=True)
    return [wrong for wrong in said if wrong is not None]


async def test_of_two_agents_at_once_one_opens_a_case_for_an_account(store: Store) -> None:
    (wrong,) = await at_once(store, case(1), case(2, agent=OTHER))
    assert isinstance(wrong, Lost)


async def test_an_account_whose_case_has_ended_may_have_another_one(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    await moves(store, last=DONE)
    await settled(store, *case(2))
    assert (await history(store)).open == 1


async def test_an_agent_who_opens_many_at_once_has_no_more_than_they_may(store: Store) -> None:
    many = [case(n, subject=SubjectId(f"demo:{n}")) for n in range(1, MOST_OPEN + 3)]
    assert [type(wrong) for wrong in await at_once(store, *many)] == [Lost, Lost]
    assert (await history(store)).open == MOST_OPEN


async def test_the_agents_conversation_outlives_the_callers(store: Store, clock: Clock) -> None:
    await idle(store)
    clock.passes(LIFETIME - 10)
    await settled(store, *case())
    clock.passes(LIFETIME)
    callers, agents = await store.conversations.claim_due(CALLER), await store.conversations.claim_due(CONVERSATION)
    assert callers
    assert agents
    assert (callers.expired, agents.expired) == (True, False)


async def test_watched_from_another_conversation_that_one_is_nudged_from_then_on(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    await idle(store, 2)
    await settled(store, CaseWatched(CASE, ConversationId("convo-2")), n=2)
    assert set(await store.conversations.due(10)) == {CALLER, "convo-2"}  # it looks once, for what it has missed
    agents = await store.conversations.claim_due(ConversationId("convo-2"))
    assert agents
    await store.conversations.release(agents, None)
    await moves(store)
    assert await store.conversations.due(10) == ["convo-2"]


async def test_a_case_that_has_ended_is_watched_no_more(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    await moves(store, last=DONE)
    await idle(store, 2)
    with pytest.raises(Lost):
        await settled(store, CaseWatched(CASE, ConversationId("convo-2")), n=2)


async def test_hanging_up_ends_the_callers_conversation_and_its_link(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    page = await invited(store)
    await store.cases.hang_up(CASE, AGENT, Closed(WordsId("case.hung_up_on")))
    assert await store.conversations.claim_due(CALLER) is None
    assert await store.conversations.standing(page.window) is None
    seen = await store.cases.progress(CASE)
    assert seen
    assert seen.ended == "case.hung_up_on"
    await store.cases.hang_up(CASE, AGENT, DONE)
    assert [row.tag async for row in store.audit.rows(0)] == ["helpdesk:case:ended"]


async def test_nobody_else_hangs_up(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    await store.cases.hang_up(CASE, OTHER, DONE)
    await store.cases.end_for_caller(CASE, OTHER, DONE)
    assert await store.conversations.due(10) == [CALLER]


async def passed_on(store: Store, to: SubjectId, was: SubjectId = AGENT) -> bool:
    return await store.cases.pass_on(CASE, was, Asker(CASE, to, "Theo"), CONVERSATION, Hands.TAKEN_OVER)


async def test_in_other_hands_it_is_theirs_and_so_is_what_its_caller_does_from_then_on(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    assert await passed_on(store, OTHER)
    claim = await store.conversations.claim_due(CALLER)
    assert claim
    assert claim.party.asker == Asker(CASE, OTHER, "Theo")
    assert not await passed_on(store, OTHER, AGENT)
    await store.conversations.release(claim, 0.0)
    await moves(store, last=DONE)
    assert not await passed_on(store, AGENT, OTHER)


async def test_of_two_at_once_one_takes_it_over(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    takers = [SubjectId(f"demo:taker-{n}") for n in range(4)]
    took = await asyncio.gather(*(passed_on(store, taker) for taker in takers))
    assert took.count(True) == 1
    assert [row.tag async for row in store.audit.rows(0)] == ["helpdesk:case:taken_over"]


async def test_nobody_is_given_more_than_they_may_have_open_and_no_turn_is_overtaken(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    claim = await store.conversations.claim_due(CALLER)
    assert claim
    assert not await passed_on(store, OTHER)
    await store.conversations.release(claim, None)
    for n in range(2, MOST_OPEN + 2):
        await idle(store, n)
        await settled(store, *case(n, OTHER, SubjectId(f"demo:{n}")), n=n)
    assert not await passed_on(store, OTHER)
    assert (await history(store)).mine == CASE


async def test_what_was_opened_before_is_counted_for_an_account_and_for_an_agent(store: Store, clock: Clock) -> None:
    for n, (agent, subject) in enumerate([(AGENT, ANA), (AGENT, SubjectId("demo:2")), (OTHER, SubjectId("demo:3"))], 1):
        await idle(store, n)
        await settled(store, *case(n, agent, subject), n=n)
    assert await store.cases.counts(AGENT, ANA, CASE, clock.now) == CaseCounts(for_one=0, targets=1)
    assert await store.cases.counts(AGENT, ANA, None, clock.now) == CaseCounts(for_one=1, targets=1)
    clock.passes(HOUR + 1)
    assert await store.cases.counts(AGENT, ANA, None, clock.now) == CaseCounts(for_one=1, targets=0)


async def test_a_turn_that_is_being_run_is_left_to_tell_what_became_of_it(store: Store) -> None:
    await idle(store)
    await settled(store, *case())
    claim = await store.conversations.claim_due(CALLER)
    assert claim
    await store.cases.hang_up(CASE, AGENT, DONE)
    await store.conversations.settle(claim, At(8), None, [], closed=False, wake_in=None)
    seen = await store.cases.progress(CASE)
    assert seen
    assert seen.ended == ""


async def test_any_other_conversation_belongs_to_no_case(store: Store) -> None:
    await idle(store)
    claim = await store.conversations.claim_due(CONVERSATION)
    assert claim is None
    await settled(store, closed=True)
    assert [row.tag async for row in store.audit.rows(0)] == []
