"""All signed sets of a store: added up, looked at, taken over after an upgrade, signed anew by a newer key."""

from pathlib import Path

from sqlalchemy import delete, update

from bot.audit.set_record import SetRecord
from bot.platform.keyring import Keys
from bot.platform.set_seals import SetSeals, Surveyed, account_of
from store.open import Store, open_store
from store.tables import METHOD, SET_SEAL
from tests.contracts.test_store_records import method
from tests.kit.kinds import SMS
from tests.kit.tiny import ANA


async def registered(store: Store) -> None:
    """Two changes of one account, and one of the policy."""
    await store.records.register(method("m-1"))
    await store.records.register(method("m-2", kind=SMS))
    await store.policies.save("{}", "demo:adam", 0)


async def seen(store: Store) -> dict[str, Surveyed]:
    return {each.name.owner or each.name.kind: each async for each in store.survey.all()}


async def wrong(store: Store) -> list[str]:
    """As `unlatch audit verify` finds it."""
    record = SetRecord((await store.audit.head())[0])
    sets = list((await seen(store)).values())
    async for row in store.audit.rows():
        record.see(row)
    return record.wrong(sets)


async def test_versions_are_told_by_the_audit_and_added_up(store: Store) -> None:
    await registered(store)
    assert await store.survey.total() == 3
    assert {name: (each.seal.version, each.fits) for name, each in (await seen(store)).items()} == {
        ANA: (2, True),
        "policy": (1, True),
    }
    assert await wrong(store) == []


async def test_an_older_set_a_forged_and_a_missing_one_are_found_by_the_audit(store: Store) -> None:
    await registered(store)
    async with store.database.write("by hand") as conn:
        await conn.execute(update(SET_SEAL).where(SET_SEAL.c.owner == ANA).values(version=1, audit=1))
        await conn.execute(delete(SET_SEAL).where(SET_SEAL.c.owner == ""))
    assert await wrong(store) == [
        "The set account demo:ana: its rows or its seal aren't as they were written.",
        "The set policy: its rows or its seal aren't as they were written.",
    ]


async def test_a_whole_older_state_that_fits_in_itself_is_found_by_the_audit(store: Store, database_url: str, keys: Keys) -> None:
    await store.records.register(method("m-1"))
    async with store.database.read() as conn:
        before = (await conn.execute(SET_SEAL.select())).one()._asdict()
    await store.records.register(method("m-2", kind=SMS))
    async with store.database.write("by hand") as conn:
        await conn.execute(delete(METHOD).where(METHOD.c.id == "m-2"))
        await conn.execute(update(SET_SEAL).values(before))
    fresh = await open_store(database_url, store.records.world, keys)
    assert len(await fresh.records.methods(ANA)) == 1  # who has just begun knows no newer one
    assert await wrong(fresh) == ["The set account demo:ana: it is at version 1, and row 2 of the audit tells of version 2."]
    await fresh.close()


async def test_a_set_without_a_trace_is_found_by_the_audit(store: Store) -> None:
    await registered(store)
    async with store.database.write("by hand") as conn:
        await conn.execute(delete(METHOD))
        await conn.execute(delete(SET_SEAL).where(SET_SEAL.c.owner == ANA))
    assert await wrong(store) == ["The set account demo:ana: all of it is missing; row 2 tells of it."]


async def test_what_is_written_while_it_is_looked_at_is_not_wrong(store: Store) -> None:
    await registered(store)
    record = SetRecord((await store.audit.head())[0])
    await store.records.register(method("m-3"))
    sets = list((await seen(store)).values())
    await store.records.register(method("m-4"))
    async for row in store.audit.rows():
        record.see(row)
    assert record.wrong(sets) == []


async def test_what_was_there_before_sets_were_signed_is_taken_over_once(store: Store, database_url: str, keys: Keys) -> None:
    await registered(store)
    async with store.database.write("as before the upgrade") as conn:
        await conn.execute(delete(SET_SEAL))
    fresh = await open_store(database_url, store.records.world, keys)
    assert await fresh.survey.adopt() == 2
    assert len(await fresh.records.methods(ANA)) == 2
    async with fresh.database.write("by hand") as conn:
        await conn.execute(delete(SET_SEAL).where(SET_SEAL.c.owner == ANA))
    assert await fresh.survey.adopt() == 0
    assert await fresh.records.methods(ANA) == []
    await fresh.close()


async def test_a_rotation_signs_anew_what_fits_and_a_key_that_is_taken_out_makes_the_rest_void(
    store: Store, database_url: str, keys: Keys, tmp_path: Path
) -> None:
    await registered(store)
    older, newer = keys.current, Keys.rotate(tmp_path / "ring.json")
    async with store.database.write("by hand") as conn:
        await conn.execute(update(SET_SEAL).where(SET_SEAL.c.owner == "").values(mac="00"))
    assert await store.survey.sign_again(newer) == 1
    assert await store.survey.sign_again(newer) == 0
    now = await seen(store)
    assert (now[ANA].seal.key, now[ANA].seal.version, now[ANA].fits) == (newer.current, 2, True)
    assert (now["policy"].seal.key, now["policy"].fits) == (older, False)
    other = SetSeals(Keys.create(tmp_path / "other.json"))
    assert not other.fits(account_of(ANA), now[ANA].seal, [])


async def test_a_set_that_was_written_by_hand_begins_anew_for_everybody_when_an_operator_says_so(
    store: Store, database_url: str, keys: Keys
) -> None:
    await registered(store)
    assert len(await store.records.methods(ANA)) == 2
    async with store.database.write("by hand") as conn:
        await conn.execute(update(SET_SEAL).where(SET_SEAL.c.owner == ANA).values(version=1))
    operator = await open_store(database_url, store.records.world, keys)
    assert await operator.survey.renew(account_of(ANA)) == 2
    await operator.close()
    assert (await store.records.frozen(ANA), await store.records.methods(ANA)) == (0.0, [])
    await store.records.register(method("m-3"))
    assert [m.id for m in await store.records.methods(ANA)] == ["m-3"]
    assert await wrong(store) == []
