"""Methods that come and go: each on the right grant alone, none half, and a freeze that holds; on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.conversation.interfaces import Lost
from bot.identity.registered import NEVER, Registered, sealed_as
from bot.model.facts import Added, Audited, Confirmed, Fact, Frozen, Granted, Removed, Restarted, Worked
from bot.model.suspensions import Suspended
from bot.platform.ids import Action, GrantId, MethodId, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from store.open import Store
from tests.kit.kinds import RECOVERY, SMS, TOTP
from tests.kit.stores import Clock, each
from tests.kit.tiny import ANA, CONVERSATION, At, claimed, granted, idle, settled

BEN = SubjectId("demo:ben")
GRANT, M1, M2 = GrantId("g-1"), MethodId("m-1"), MethodId("m-2")
NOW = 1_800_000_000.0
LATER = NOW + 86_400.0


def right(**changed: object) -> Granted:
    """To register, for ten minutes."""
    return replace(granted(), action=Action.REGISTER, expires=NOW + 600, **changed)  # type: ignore[arg-type]  # fields of its own


def sealed(keys: Keys, usable_from: float, id: MethodId = M1, secret: str = "+4915123456789", subject: SubjectId = ANA) -> bytes:
    return keys.seal(sealed_as(id, subject, SMS, usable_from), secret.encode())


def added(keys: Keys, id: MethodId = M1, subject: SubjectId = ANA) -> Added:
    return Added(id, subject, SMS, sealed(keys, NEVER, id, subject=subject), NOW)


def confirmed(
    keys: Keys, id: MethodId = M1, usable_from: float = LATER, grant: GrantId = GRANT, subject: SubjectId = ANA
) -> Confirmed:
    return Confirmed(id, subject, sealed(keys, usable_from, id, subject=subject), usable_from, NOW + 1, 0, grant)


async def lost(store: Store, *facts: Fact) -> None:
    """These facts lose their turn, and what is written beside them goes with them."""
    before = [(m.id, m.usable_from) for m in await store.records.methods(ANA)]
    claim = await claimed(store)
    beside: list[Fact] = [Audited("identity:method:added", ANA), Sent("notice", ANA, ())]
    with pytest.raises(Lost):
        await store.conversations.settle(claim, At(99), None, [*beside, *facts], closed=False, wake_in=None)
    assert [(m.id, m.usable_from) for m in await store.records.methods(ANA)] == before
    assert await store.jobs.lease_due(each(10), 0) == []
    await store.conversations.release(claim, None)


async def test_a_method_that_is_being_registered_is_kept_and_counts_for_nothing(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, added(keys))
    (found,) = await store.records.methods(ANA)
    assert (found.id, found.kind, found.secret.reveal()) == (M1, SMS, "+4915123456789")
    assert (found.usable_from, found.confirmed, found.registered_at, found.proved_at) == (NEVER, False, NOW, 0.0)


async def test_what_was_begun_before_and_never_tried_is_forgotten(store: Store, keys: Keys) -> None:
    await idle(store)
    other = replace(added(keys, MethodId("m-9"), BEN))
    await settled(store, right(), added(keys), other)
    await settled(store, confirmed(keys))
    await settled(store, added(keys, M2))
    await settled(store, added(keys, MethodId("m-3")))
    assert [m.id for m in await store.records.methods(ANA)] == ["m-1", "m-3"]
    assert [m.id for m in await store.records.methods(BEN)] == ["m-9"]


async def test_the_longer_of_two_suspensions_holds_and_one_that_lasts_is_never_shortened(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, added(keys))
    for ends, holds in ((LATER, LATER), (LATER + 60, LATER + 60), (LATER, LATER + 60), (0.0, 0.0), (LATER, 0.0)):
        await settled(store, Suspended(ANA, (M1,), NOW, ends))
        (found,) = await store.records.methods(ANA)
        assert (found.suspended, found.suspended_until) == (True, holds)


async def test_one_that_was_tried_counts_from_when_it_says(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, right(), added(keys))
    await settled(store, confirmed(keys))
    (found,) = await store.records.methods(ANA)
    assert (found.usable_from, found.confirmed, found.proved_at) == (LATER, True, NOW + 1)
    assert found.secret.reveal() == "+4915123456789"


async def test_a_sheet_is_added_and_put_away_in_one_turn(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, right())
    facts: list[Fact] = []
    for number in range(10):
        id = MethodId(f"sheet.{number}")
        facts.append(Added(id, ANA, RECOVERY, keys.seal(sealed_as(id, ANA, RECOVERY, NEVER), b"mac"), NOW))
        kept = keys.seal(sealed_as(id, ANA, RECOVERY, LATER), b"mac")
        facts.append(Confirmed(id, ANA, kept, LATER, NOW, 0, GRANT))
    await settled(store, *facts)
    assert [(m.id, m.usable_from) for m in await store.records.methods(ANA)] == [(f"sheet.{n}", LATER) for n in range(10)]


async def test_none_is_confirmed_twice(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, right(), added(keys))
    await settled(store, confirmed(keys))
    await lost(store, confirmed(keys, usable_from=NOW))  # out of its quarantine, by a second confirmation


@pytest.mark.parametrize(
    "grant",
    [
        None,
        replace(right(), action=Action.RESET),
        replace(right(), action=Action.DISOWN),
        replace(right(), subject=BEN),
        replace(right(), expires=NOW - 1),
    ],
    ids=["none", "to-reset", "to-disown", "of-another", "over"],
)
async def test_without_the_right_grant_nothing_is_confirmed(store: Store, keys: Keys, grant: Granted | None) -> None:
    await idle(store)
    await settled(store, added(keys), *([grant] if grant else []))
    await lost(store, confirmed(keys))


async def test_a_grant_that_was_voided_confirms_and_removes_nothing(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, right(), added(keys))
    await settled(store, confirmed(keys))
    await settled(store, added(keys, M2), Restarted(CONVERSATION, unbind=False))
    await lost(store, confirmed(keys, M2))
    await lost(store, Removed(M1, ANA, GRANT))


async def test_a_grant_runs_out(store: Store, keys: Keys, clock: Clock) -> None:
    await idle(store)
    await settled(store, right(), added(keys))
    clock.passes(601)
    await lost(store, confirmed(keys))


async def test_one_is_removed_by_its_owners_grant(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, right(), added(keys))
    await settled(store, confirmed(keys))
    await settled(store, Removed(M1, ANA, GRANT))
    assert await store.records.methods(ANA) == []
    await lost(store, Removed(M1, ANA, GRANT))


@pytest.mark.parametrize(
    ("grant", "subject"),
    [(None, ANA), (replace(right(), action=Action.RESET), ANA), (replace(right(), subject=BEN), BEN), (right(), BEN)],
    ids=["no-grant", "to-reset", "of-another", "anothers-method"],
)
async def test_anothers_method_stays(store: Store, keys: Keys, grant: Granted | None, subject: SubjectId) -> None:
    await idle(store)
    await store.records.register(Registered(M1, ANA, SMS, Secret("+4915123456789"), NOW, NOW))
    await settled(store, *([grant] if grant else []))
    await lost(store, Removed(M1, subject, GRANT))
    assert len(await store.records.methods(ANA)) == 1


async def test_a_row_that_was_taken_out_of_its_quarantine_by_hand_does_not_open(store: Store, keys: Keys) -> None:
    await idle(store)
    await settled(store, right(), added(keys))
    await settled(store, confirmed(keys))
    for change in ("usable_from = 0", "usable_from = 0, kind = 'email'", f"usable_from = {LATER}, subject = 'demo:ben'"):
        async with store.database.write("test") as conn:
            await conn.execute(text(f"update method set {change}"))  # noqa: S608 - the lines above
        assert await store.records.methods(BEN if "ben" in change else ANA) == []


async def test_one_that_was_tried_again_has_worked(store: Store) -> None:
    await idle(store)
    await store.records.register(Registered(M1, ANA, TOTP, Secret("JBSW"), NOW, NOW, last_step=5))
    await settled(store, Worked(M1, NOW + 7, 6))
    (found,) = await store.records.methods(ANA)
    assert (found.proved_at, found.last_step) == (NOW + 7, 6)
    await lost(store, Worked(M1, NOW + 8, 6))  # the same code again
    await lost(store, Worked(M2, NOW + 8, 0))  # gone meanwhile


async def test_a_freeze_is_of_one_account_and_the_newest_counts(store: Store) -> None:
    await idle(store)
    assert await store.records.frozen(ANA) == 0.0
    await settled(store, Frozen(ANA, LATER))
    assert (await store.records.frozen(ANA), await store.records.frozen(BEN)) == (LATER, 0.0)
    await settled(store, Frozen(ANA, LATER + 5))
    assert await store.records.frozen(ANA) == LATER + 5
