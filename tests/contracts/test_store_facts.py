"""What a turn leaves behind is written all or not at all, and a fact that isn't true any more loses the turn."""

import asyncio

import pytest

from bot.conversation.interfaces import Lost
from bot.identity.registered import Registered
from bot.model.facts import Audited, Cleared, Fact, Restarted
from bot.platform.ids import ChallengeId, GrantId, MethodId
from bot.platform.job_outbox import Sent
from bot.platform.secret import Secret
from store.open import Store
from tests.kit.kinds import TOTP
from tests.kit.stores import Clock, each
from tests.kit.tiny import ANA, CHAT, CONVERSATION, At, challenged, chat, claimed, granted, idle, linked, proved, settled

C1, C2 = ChallengeId("ch-1"), ChallengeId("ch-2")


async def lost(store: Store, *facts: Fact) -> None:
    """These facts lose their turn, and what is written beside them goes with them."""
    before = await store.audit.head()
    claim = await claimed(store)
    with pytest.raises(Lost):
        await store.conversations.settle(
            claim, At(99), None, [Audited("a:b:c", ANA), Sent("code", ANA, ()), *facts], closed=False, wake_in=None
        )
    assert await store.audit.head() == before
    assert await store.jobs.lease_due(each(10), 0) == []
    standing = await store.conversations.standing(CHAT)
    assert standing
    assert standing.step != At(99)
    await store.conversations.release(claim, None)


async def totp(store: Store, last_step: int) -> None:
    await store.records.register(Registered(MethodId("m-1"), ANA, TOTP, Secret("JBSW"), 1.0, 2.0, last_step))


async def test_a_challenge_comes_back_as_it_was_written(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    assert await store.records.challenge(C1) == challenged()
    await settled(store, challenged("ch-2", method=None))
    assert await store.records.challenge(C2) == challenged("ch-2", method=None)


async def test_a_newer_challenge_voids_the_older_one_of_its_conversation_only(store: Store) -> None:
    await idle(store)
    await idle(store, 2)
    other = challenged("ch-other", conversation=chat(2).conversation)
    await settled(store, other, n=2)
    await settled(store, challenged())
    await settled(store, challenged("ch-2"))
    assert await store.records.challenge(C1) is None
    assert await store.records.challenge(C2) == challenged("ch-2")
    assert await store.records.challenge(other.id) == other
    await lost(store, proved(challenge="ch-1"))


async def test_a_proof_uses_its_challenge_up(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    await settled(store, proved())
    assert await store.records.challenge(C1) is None
    assert await store.records.proofs(CONVERSATION) == [proved()]
    await lost(store, proved("p-2"))
    assert await store.records.proofs(CONVERSATION) == [proved()]


async def test_a_proof_without_a_challenge_loses_its_turn(store: Store) -> None:
    await idle(store)
    await lost(store, proved(challenge="ch-none"))


@pytest.mark.parametrize("step", [100, 99])
async def test_a_time_step_that_is_not_newer_loses_its_turn_and_leaves_the_challenge(store: Store, step: int) -> None:
    await idle(store)
    await totp(store, last_step=100)
    await settled(store, challenged())
    await lost(store, proved(step=step))
    assert await store.records.challenge(C1) == challenged()
    assert [m.last_step for m in await store.records.methods(ANA)] == [100]


async def test_a_newer_time_step_is_the_last_one_from_now_on(store: Store) -> None:
    await idle(store)
    await totp(store, last_step=100)
    await settled(store, challenged())
    await settled(store, proved(step=101))
    assert [m.last_step for m in await store.records.methods(ANA)] == [101]
    assert await store.records.proofs(CONVERSATION) == [proved(step=101)]


async def test_one_code_used_in_two_conversations_at_once_proves_once(store: Store) -> None:
    await totp(store, last_step=100)
    await idle(store, 1)
    await idle(store, 2)
    await settled(store, challenged())
    await settled(store, challenged("ch-2", conversation=chat(2).conversation), n=2)
    tries = (settled(store, proved(step=101)), settled(store, proved("p-2", "ch-2", 101), n=2))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["Lost", "NoneType"]


async def test_a_grant_ties_its_proofs_up_and_gives_them_back_in_its_order(store: Store) -> None:
    await idle(store)
    for n in ("1", "2", "3"):
        await settled(store, challenged(f"ch-{n}"))
        await settled(store, proved(f"p-{n}", f"ch-{n}", method="m-1" if n == "1" else None))
    grant = granted("p-3", "p-1", case="case-1")
    await settled(store, grant)
    assert await store.records.grant(GrantId("g-1")) == (
        grant,
        [proved("p-3", "ch-3", method=None), proved("p-1", "ch-1")],
    )
    assert await store.records.proofs(CONVERSATION) == [proved("p-2", "ch-2", method=None)]


@pytest.mark.parametrize("proofs", [("p-1",), ("p-2", "p-1"), ("p-none",), ("p-2", "p-2")], ids=str)
async def test_a_grant_over_a_proof_that_is_tied_or_missing_loses_its_turn(store: Store, proofs: tuple[str, ...]) -> None:
    await idle(store)
    for n in ("1", "2"):
        await settled(store, challenged(f"ch-{n}"))
        await settled(store, proved(f"p-{n}", f"ch-{n}"))
    await settled(store, granted("p-1"))
    await lost(store, granted(*proofs, id="g-2"))
    assert await store.records.grant(GrantId("g-2")) is None
    assert await store.records.proofs(CONVERSATION) == [proved("p-2", "ch-2")]


async def test_there_is_no_grant_before_it_is_written(store: Store) -> None:
    assert await store.records.grant(GrantId("g-1")) is None


@pytest.mark.parametrize("unbind", [True, False], ids=["elsewhere", "over"])
async def test_beginning_again_voids_what_was_proved(store: Store, unbind: bool) -> None:
    await idle(store)
    await settled(store, challenged())
    await settled(store, proved(), granted("p-1"))
    await settled(store, challenged("ch-2"))
    await settled(store, proved("p-2", "ch-2"))
    await settled(store, challenged("ch-3"), linked())
    await settled(store, Restarted(CONVERSATION, unbind=unbind))
    assert await store.records.grant(GrantId("g-1")) is None
    assert await store.records.proofs(CONVERSATION) == []
    assert await store.records.challenge(ChallengeId("ch-3")) is None
    assert (await store.conversations.standing(linked().window) is None) == unbind
    await lost(store, proved("p-3", "ch-3"))
    await lost(store, granted("p-2", id="g-2"))


async def test_what_is_noted_after_beginning_again_stays(store: Store) -> None:
    await idle(store)
    await settled(store, Restarted(CONVERSATION, unbind=True), challenged(), linked())
    assert await store.records.challenge(C1) == challenged()
    assert await store.conversations.standing(linked().window)


async def test_closing_voids_challenges_and_unspent_proofs_but_no_grant(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    await settled(store, proved(), granted("p-1"))
    await settled(store, challenged("ch-2"))
    await settled(store, proved("p-2", "ch-2"), challenged("ch-3"), closed=True)
    assert await store.records.proofs(CONVERSATION) == []
    assert await store.records.challenge(ChallengeId("ch-3")) is None
    assert await store.records.grant(GrantId("g-1")) == (granted("p-1"), [proved()])


async def test_a_turn_leaves_everything_at_once(store: Store, clock: Clock) -> None:
    await idle(store)
    await store.records.exhaust("code:ana", 3, 60.0)
    about = (("challenge", "ch-1"), ("language", "dé"))
    await settled(
        store, challenged(), Sent("code", ANA, about), Sent("notice", ANA, ()), Cleared("code:ana"), Audited("a:b:c", ANA)
    )
    jobs = await store.jobs.lease_due(each(10), 1.0)
    assert [(job.kind, job.to, job.about, job.tries) for job in jobs] == [("code", ANA, about, 1), ("notice", ANA, (), 1)]
    assert (await store.records.hit("code:ana", 3, 60.0)).allowed
    assert (await store.audit.head())[0] == 1
