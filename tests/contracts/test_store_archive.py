"""Old rows of the audit leave the database in signed files, and the whole chain stays one that anybody with the key ring can verify."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete, update

import bot.audit.archive
from bot.audit.archive import AuditArchive, files, read
from bot.audit.chain import GENESIS, AuditEntry, exported
from bot.audit.checkpoints import Checkpoint, checkpoint
from bot.audit.looking import Look
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from store.open import Store
from store.tables import AUDIT
from tests.kit.stores import Clock

DAY = 86400.0


@dataclass
class House:
    store: Store
    archive: AuditArchive
    clock: Clock
    keys: Keys

    async def days(self, many: int) -> None:
        """One row a day."""
        for _ in range(many):
            self.clock.passes(DAY)
            await self.store.audit.write(Audited("account:password:reset:changed", "demo:ana"))

    async def live(self) -> list[int]:
        return [row.seq async for row in self.store.audit.rows()]

    async def looked(self, folder: Path | None = None) -> tuple[str, list[str]]:
        head = await self.store.audit.head()
        look = await Look(lambda: self.keys, [checkpoint(*head, self.clock.now, self.keys)]).whole(
            self.store.audit, folder or self.archive.folder
        )
        return look.said(), look.wrong()

    async def by_hand(self, statement: object) -> None:
        async with self.store.database.write("by hand") as conn:
            await conn.execute(statement)  # type: ignore[call-overload]  # whatever it is


@pytest_asyncio.fixture
async def house(store: Store, tmp_path: Path, keys: Keys, world: World, clock: Clock) -> House:
    made = House(store, AuditArchive(store.audit, tmp_path / "archive", keys, world), clock, keys)
    await made.days(10)
    made.clock.passes(DAY / 2)
    return made


async def test_old_rows_move_and_the_chain_is_whole_with_its_files(house: House) -> None:
    assert (await house.archive.move(5)).count == 5
    assert await house.live() == [6, 7, 8, 9, 10, 11]
    assert [row.tag async for row in house.store.audit.rows(10)] == ["retention:audit:archived"]
    assert await house.looked() == ("11 rows", [])
    assert (await house.archive.move(5)).count == 5  # nothing more is so old
    await house.days(3)
    await house.archive.move(5)
    assert [path.name for path in files(house.archive.folder)] == ["audit-000000000001.jsonl", "audit-000000000006.jsonl"]
    assert await house.looked() == ("15 rows", [])
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files(house.archive.folder))


async def test_it_is_verified_without_the_database_from_files_and_an_export_in_any_order(house: House, tmp_path: Path) -> None:
    await house.archive.move(5)
    rest = tmp_path / "rest.jsonl"
    rest.write_text("".join(f"{exported(row)}\n" for row in [row async for row in house.store.audit.rows()]))
    look = Look(lambda: house.keys, [])
    look.files([rest, *files(house.archive.folder)])
    assert (look.said(), look.wrong()) == ("11 rows", [])


async def test_files_that_are_elsewhere_are_said_to_be_and_the_rest_is_verified_from_their_end(
    house: House, tmp_path: Path
) -> None:
    await house.archive.move(5)
    said, wrong = await house.looked(tmp_path / "nowhere")
    assert said.startswith("6 rows (rows 1 to 5 were archived, and their files aren't here")
    assert wrong == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("demo:ana", "demo:ben", "Row 1: its content isn't what was written."),
        ('"count": 5', '"count": 4', "doesn't end with a signature of this key ring"),
        ('"mac": "', '"mac": "0', "doesn't end with a signature of this key ring"),
    ],
    ids=["row", "end", "signature"],
)
async def test_a_hand_at_a_file_is_found(house: House, old: str, new: str, found: str) -> None:
    await house.archive.move(5)
    path = files(house.archive.folder)[0]
    path.write_text(path.read_text().replace(old, new, 1))
    assert any(found in sentence for sentence in (await house.looked())[1])


async def test_a_file_that_was_cut_or_lost_is_found(house: House) -> None:
    await house.archive.move(7)
    await house.archive.move(5)
    first, second = files(house.archive.folder)
    whole = first.read_text()
    first.write_text("".join(whole.splitlines(keepends=True)[:-2]))
    assert any("doesn't end with a signature" in sentence for sentence in (await house.looked())[1])
    first.unlink()
    assert "Row 1: it and all others before row 4 are missing." in (await house.looked())[1]
    first.write_text(whole)
    second.unlink()
    assert "Row 4: it and all others before row 6 are missing." in (await house.looked())[1]


async def test_rows_that_are_deleted_by_hand_are_not_archived_rows(house: House) -> None:
    """Whoever writes a mark over them has no signature, not even the one of a checkpoint."""
    await house.by_hand(delete(AUDIT).where(AUDIT.c.seq <= 3))
    assert "Row 1: it and all others before row 4 are missing." in (await house.looked())[1]
    row = next(iter([row async for row in house.store.audit.rows()]))
    forged = checkpoint(3, row.previous, house.clock.now, house.keys)
    assert await house.store.audit.left(0, forged, "forged")
    assert "The database's mark of what was archived isn't signed by this key ring." in (await house.looked())[1]
    with pytest.raises(OperatorError, match="isn't signed by this key ring"):
        await house.archive.move(5)


async def test_a_chain_that_somebody_was_at_is_not_signed(house: House) -> None:
    await house.by_hand(update(AUDIT).where(AUDIT.c.seq == 2).values(subject="demo:ben"))
    with pytest.raises(OperatorError, match="Row 2: its content"):
        await house.archive.move(5)
    assert (files(house.archive.folder), len(await house.live())) == ([], 10)
    assert list(house.archive.folder.iterdir()) == []


async def test_whoever_dies_between_file_mark_and_deletion_loses_and_doubles_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dies(BaseException):
        """kill -9."""

    async def dies(*_: object) -> bool:
        raise Dies

    for name in ("left", "drop"):
        with monkeypatch.context() as patched:
            patched.setattr(type(house.store.audit), name, dies)
            with pytest.raises(Dies):
                await house.archive.move(5)
        assert await house.looked() == (f"{await highest(house)} rows", [])
        await house.days(1)
        await house.archive.move(5)
        assert await house.looked() == (f"{await highest(house)} rows", [])
        assert min(await house.live()) == (await house.store.audit.archived() or none()).count + 1


async def highest(house: House) -> int:
    return (await house.store.audit.head())[0]


def none() -> Checkpoint:
    return Checkpoint(0.0, 0, GENESIS, "")


async def test_of_two_replicas_one_moves_whether_they_share_the_folder_or_not(house: House, tmp_path: Path) -> None:
    for other in (house.archive.folder, tmp_path / "other"):
        await house.days(3)
        beside = replace(house.archive, folder=other)
        await asyncio.gather(house.archive.move(5), beside.move(5))
        rows = [line.seq for folder in {house.archive.folder, other} for path in files(folder) for line in entries(path)]
        assert sorted(set(rows)) == list(range(1, min(await house.live())))
        if other == house.archive.folder:
            assert await house.looked() == (f"{await highest(house)} rows", [])


def entries(path: Path) -> list[AuditEntry]:
    return [line for line in read(path) if isinstance(line, AuditEntry)]


async def test_a_file_is_never_longer_than_it_may_be(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.audit.archive, "MOST", 3)
    await house.archive.move(2)
    assert [len(entries(path)) for path in files(house.archive.folder)] == [3, 3, 2]
    assert (await house.looked())[1] == []


async def test_a_strange_file_in_the_way_stops_it(house: House) -> None:
    house.archive.folder.mkdir()
    (house.archive.folder / "audit-000000000001.jsonl").write_text("")
    with pytest.raises(OperatorError, match="is in the way"):
        await house.archive.move(5)
    assert len(await house.live()) == 10
