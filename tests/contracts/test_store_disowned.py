"""What "this wasn't me" asks of a store: what was done with a grant, what may be written once, and who may take a method off."""

from dataclasses import replace

import pytest

from bot.accounts.interfaces import Outcome
from bot.conversation.interfaces import Lost
from bot.identity.registered import NEVER, sealed_as
from bot.model.facts import Added, Audited, Confirmed, Granted, Once, Removed, Restarted
from bot.platform.ids import Action, GrantId, MethodId
from bot.platform.keyring import Keys
from store.open import Store
from tests.kit.kinds import EMAIL
from tests.kit.stores import Clock
from tests.kit.tiny import ANA, CONVERSATION, claimed, granted, idle, settled

G, M = GrantId("g-1"), MethodId("m-new")
KEY = Once("not-me:g-1", 60.0)


def right(action: Action) -> Granted:
    return replace(granted(), action=action)


async def test_a_grant_tells_what_was_done_with_it_and_when_its_conversation_began(store: Store, clock: Clock) -> None:
    began = clock.now
    await idle(store)
    clock.passes(5)
    await settled(store, granted())
    cause = await store.operations.cause(G)
    assert cause is not None
    assert (cause.granted, cause.began, cause.operation, cause.at) == (granted(), began, None, began)
    clock.passes(5)
    made = await store.operations.intend(G, Action.RESET, ANA, await claimed(store), "pwd:1", [])
    assert made
    await store.operations.conclude(made, Outcome.CHANGED, [], "pwd:2")
    cause = await store.operations.cause(G)
    assert cause is not None
    assert cause.operation == await store.operations.operation(G)
    assert (cause.operation and cause.operation.after, cause.at) == ("pwd:2", began + 10)
    assert await store.operations.cause(GrantId("g-2")) is None


async def test_a_void_grant_still_tells(store: Store) -> None:
    await idle(store)
    await settled(store, granted())
    await settled(store, Restarted(CONVERSATION, unbind=False))
    assert await store.records.grant(G) is None
    assert await store.operations.cause(G) is not None


async def test_what_may_be_written_once_loses_the_second_turn_with_all_that_was_in_it(store: Store, clock: Clock) -> None:
    await idle(store)
    assert await store.records.counted(KEY.key) == 0
    await settled(store, KEY)
    assert await store.records.counted(KEY.key) == 1
    with pytest.raises(Lost):
        await settled(store, Audited("identity:change:disowned", ANA), KEY)
    assert (await store.audit.head())[0] == 0
    clock.passes(61)
    assert await store.records.counted(KEY.key) == 0


async def test_what_is_only_written_down_loses_no_turn_and_stops_what_waits_for_it(store: Store, clock: Clock) -> None:
    noted = replace(KEY, alone=False)
    await idle(store)
    for turn in range(1, 3):
        await settled(store, noted, Audited("account:copy:followed", ANA))
        assert (await store.audit.head())[0] == turn
    assert not await store.records.once(KEY.key, 60.0, Audited("account:copy:behind", ANA))
    with pytest.raises(Lost):
        await settled(store, KEY)
    clock.passes(61)
    assert await store.records.once(KEY.key, 60.0, Audited("account:copy:behind", ANA))


@pytest.mark.parametrize("action", Action)
async def test_a_method_is_taken_off_by_a_grant_to_register_or_to_disown_alone(store: Store, keys: Keys, action: Action) -> None:
    sealed = keys.seal(sealed_as(M, ANA, EMAIL, NEVER), b"ana@home.example")
    await idle(store)
    await settled(store, right(action), Added(M, ANA, EMAIL, sealed, 1_800_000_000.0))
    if action in (Action.REGISTER, Action.DISOWN):
        await settled(store, Removed(M, ANA, G))
        assert await store.records.methods(ANA) == []
    else:
        with pytest.raises(Lost):
            await settled(store, Removed(M, ANA, G))


async def test_a_grant_to_disown_confirms_no_method(store: Store, keys: Keys) -> None:
    sealed = keys.seal(sealed_as(M, ANA, EMAIL, NEVER), b"ana@home.example")
    await idle(store)
    await settled(store, right(Action.DISOWN), Added(M, ANA, EMAIL, sealed, 1_800_000_000.0))
    with pytest.raises(Lost):
        await settled(store, Confirmed(M, ANA, sealed, 1_800_000_000.0, 1_800_000_000.0, 0, G))
