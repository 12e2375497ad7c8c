"""ST42: no effect is without its rows, and whoever changes, removes, reorders, cuts or rewrites the chain is found out."""

import pytest

from bot.audit.chain import GENESIS, Wrong, chained, verify
from bot.audit.checkpoints import Checkpoint, checkpoint, genuine
from bot.platform.keyring import Keys
from tests.kit.attackers import by_hand, proven
from tests.kit.residents import GOOD
from tests.kit.town import Town


async def a_reset(town: Town) -> Checkpoint:
    """Something to hide, and what had left the database by then."""
    _, page = await proven(town)
    await page.types(GOOD)
    count, head = await town.app.store.audit.head()
    return checkpoint(count, head, town.world.now(), town.keys)


async def found(town: Town, *outside: Checkpoint) -> set[Wrong]:
    return {finding.wrong for finding in verify(await town.audit(), outside)}


async def test_st42_a_reset_leaves_all_its_rows(town: Town) -> None:
    outside = await a_reset(town)
    tags = await town.tags()
    wanted = ["page:link:opened", "identity:proof:asked", "identity:proof:accepted", "identity:grant:reset"]
    wanted += ["account:reset:intended", "account:reset:changed"]
    assert [tag for tag in tags if tag in wanted] == wanted
    assert await found(town, outside) == set()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("update audit set subject = 'contoso:other' where seq = 3", Wrong.TAMPERED),
        ("update audit set tag = 'account:reset:rejected' where tag = 'account:reset:changed'", Wrong.TAMPERED),
        ("update audit set at = at + 1 where seq = 2", Wrong.TAMPERED),
        ("update audit set detail = '[]' where seq = 2", Wrong.TAMPERED),
        ("update audit set previous = hash where seq = 4", Wrong.TAMPERED),
        ("delete from audit where tag = 'account:reset:changed'", Wrong.CUT),
        ("delete from audit where seq = 3", Wrong.MISSING),
        ("delete from audit where seq < 3", Wrong.MISSING),
        ("delete from audit where seq > 4", Wrong.CUT),
        ("delete from audit", Wrong.CUT),
    ],
)
async def test_st42_a_hand_at_the_chain_is_found(town: Town, change: str, wrong: Wrong) -> None:
    outside = await a_reset(town)
    by_hand(town, change)
    assert wrong in await found(town, outside)


async def test_st42_two_rows_that_changed_places_are_found(town: Town) -> None:
    outside = await a_reset(town)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        by_hand(town, "update audit set seq = ? where seq = ?", new, old)
    assert Wrong.TAMPERED in await found(town, outside)


async def test_st42_a_row_replaced_by_a_sound_one_is_found_by_the_next(town: Town) -> None:
    await a_reset(town)
    rows = await town.audit()
    old = rows[2]
    rows[2] = chained(old.previous, old.seq, old.at, old.tag, "contoso:other", old.detail)
    assert {f.wrong for f in verify(rows)} == {Wrong.TAMPERED}


async def test_st42_a_cut_tail_would_not_be_found_without_the_checkpoint(town: Town) -> None:
    outside = await a_reset(town)
    by_hand(town, "delete from audit where seq > 4")
    assert (await found(town), await found(town, outside)) == (set(), {Wrong.CUT})


async def test_st42_a_whole_new_chain_is_found_by_the_checkpoint(town: Town) -> None:
    outside = await a_reset(town)
    head, made = GENESIS, []
    for row in await town.audit():
        made.append(chained(head, row.seq, row.at, row.tag, "contoso:other", row.detail))
        head = made[-1].hash
    assert {f.wrong for f in verify(made)} == set()
    assert {f.wrong for f in verify(made, [outside])} == {Wrong.REWRITTEN}


async def test_st42_a_checkpoint_that_was_made_up_is_none(town: Town) -> None:
    real = await a_reset(town)
    made_up = Checkpoint(real.at, 1, GENESIS, real.mac)
    foreign = checkpoint(1, GENESIS, real.at, Keys.create(town.folder / "other-ring.json"))
    assert [genuine(one, town.keys) for one in (real, made_up, foreign)] == [True, False, False]


@pytest.mark.both_databases
async def test_st42_nothing_is_done_when_its_rows_cant_be_written(town: Town) -> None:
    _, page = await proven(town)
    by_hand(town, "alter table audit rename to hidden")
    answer = await page.types(GOOD)
    by_hand(town, "alter table hidden rename to audit")
    assert answer.status in {303, 409, 500}
    assert await town.signs_in("ana", GOOD) == "wrong"
