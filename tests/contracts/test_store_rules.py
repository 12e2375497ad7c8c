"""Changes of the rules on disk: one of two that were made over the same version is in force, and a stage is left once."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.conversation.interfaces import Lost
from bot.identity.methods.registry import listable
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.policy.current import FRESH, Policies
from bot.policy.policy import CodesInChat, Policy, Scope, ScopeState, dump
from bot.policy.policy_change import ChangeId, ChangeStage, PolicyChange
from store.open import Store
from tests.kit.stores import Clock

ADAM, BEA = SubjectId("town:adam"), SubjectId("town:bea")
FACT = Audited("policy:change:applied", BEA)
AT_FIRST = json.dumps(dump(Policy(Scope(ScopeState.ALL))))
NEVER = json.dumps(dump(Policy(Scope(ScopeState.ALL), codes_in_chat=CodesInChat.NEVER)))


async def proposed(store: Store, number: int, base: int = 0) -> PolicyChange:
    change = PolicyChange(ChangeId(f"change-{number}"), base, NEVER, ADAM, float(number), ChangeStage.PROPOSED, mac="m")
    await store.policies.add(change, Audited("policy:change:proposed", ADAM))
    return change


def applied(change: PolicyChange) -> PolicyChange:
    return replace(change, stage=ChangeStage.APPLIED, ended_by=BEA, version=change.base + 1)


async def test_a_change_is_kept_as_it_is_and_waits_in_order(store: Store) -> None:
    second, first = await proposed(store, 2), await proposed(store, 1)
    assert await store.policies.change(first.id) == first
    assert await store.policies.proposed() == [first, second]
    assert await store.policies.change(ChangeId("change-9")) is None


async def test_of_many_over_one_version_one_is_in_force_and_the_others_stay_as_they_were(store: Store) -> None:
    made = [await proposed(store, number) for number in range(6)]
    tries = (store.policies.put_in_force(applied(change), ChangeStage.PROPOSED, FACT) for change in made)
    came = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Lost) for each in came) == 5
    winner = made[came.index(None)]
    assert await store.policies.current() == (1, NEVER)
    assert await store.policies.change(winner.id) == applied(winner)
    assert await store.policies.proposed() == [change for change in made if change is not winner]
    assert [row.tag async for row in store.audit.rows()][6:] == ["policy:document:saved", "policy:change:applied"]


async def test_one_change_is_put_in_force_or_withdrawn_and_never_both(store: Store) -> None:
    change = await proposed(store, 1)
    withdrawn = replace(change, stage=ChangeStage.WITHDRAWN, ended_by=ADAM)
    force = store.policies.put_in_force(applied(change), ChangeStage.PROPOSED, FACT)
    both = await asyncio.gather(force, store.policies.move(withdrawn, ChangeStage.PROPOSED, FACT), return_exceptions=True)
    assert sum(isinstance(each, Lost) for each in both) == 1
    kept = await store.policies.change(change.id)
    assert kept is not None
    assert (kept.stage is ChangeStage.APPLIED) == (await store.policies.current() is not None)


async def test_the_history_names_both_admins_where_it_took_two(store: Store) -> None:
    await store.policies.save(AT_FIRST, "operator", 0)
    await store.policies.put_in_force(applied(await proposed(store, 1, 1)), ChangeStage.PROPOSED, FACT)
    own = replace(applied(await proposed(store, 2, 2)), ended_by=ADAM)
    await store.policies.put_in_force(own, ChangeStage.PROPOSED, FACT)
    told = [(v.version, v.by, v.approved_by) for v in await store.policies.history()]
    assert told == [(1, "operator", ""), (2, ADAM, BEA), (3, ADAM, "")]


async def test_another_replica_has_the_new_rules_within_seconds(store: Store, world: World, clock: Clock) -> None:
    await store.policies.save(AT_FIRST, "operator", 0)
    here, there = (Policies(store.policies, world, listable()) for _ in range(2))
    assert {(await each.current()).codes_in_chat for each in (here, there)} == {CodesInChat.UNLOCK}
    await store.policies.put_in_force(applied(await proposed(store, 1, 1)), ChangeStage.PROPOSED, FACT)
    here.forget()
    assert (await here.current()).codes_in_chat is CodesInChat.NEVER
    clock.passes(FRESH)
    assert (await there.current()).codes_in_chat is CodesInChat.NEVER


@pytest.mark.parametrize("was", [ChangeStage.DRAFT, ChangeStage.APPLIED, ChangeStage.WITHDRAWN])
async def test_a_stage_that_it_does_not_stand_at_is_not_left(store: Store, was: ChangeStage) -> None:
    change = await proposed(store, 1)
    with pytest.raises(Lost):
        await store.policies.put_in_force(applied(change), was, FACT)
    with pytest.raises(Lost):
        await store.policies.move(replace(change, stage=ChangeStage.WITHDRAWN), was, FACT)
    assert (await store.policies.current(), await store.policies.change(change.id)) == (None, change)
