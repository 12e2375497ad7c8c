"""What is true of this store itself: a demo is a property of its data, not a switch."""

from dataclasses import dataclass

from sqlalchemy import insert, literal, select, union_all
from sqlmodel import SQLModel

import store.directory_tables  # noqa: F401 - an embedded directory's accounts are data as well
from bot.platform.clock import World
from store.database import Database, upsert
from store.tables import AUDIT_HEAD, MARK, MIGRATION

DEMO = "demo"
MARKED = select(MARK.c.at).where(MARK.c.name == DEMO)
HELD = union_all(
    *(
        select(literal(table.name)).where(select(table).exists())
        for table in SQLModel.metadata.sorted_tables
        if table not in (AUDIT_HEAD, MARK, MIGRATION)
    )
)

_ready = upsert(MARK)
READY = _ready.on_conflict_do_update(index_elements=["name"], set_={"at": _ready.excluded.at})


class NotEmpty(Exception):  # noqa: N818 - says what was found
    """This store holds data: it can't become a demo any more."""


@dataclass(frozen=True)
class StoreFlags:
    """What a store says of itself: so far, that it is the demo's."""

    database: Database
    world: World

    async def is_demo(self) -> bool:
        """Whether this is a demo's store."""
        async with self.database.read() as conn:
            return (await conn.execute(MARKED)).first() is not None

    async def writable(self) -> None:
        """Raises Unavailable when nothing can be written: a full disk, a database that has become somebody's copy."""
        async with self.database.write("ready") as conn:
            await conn.execute(READY, {"name": "ready", "at": self.world.now()})

    async def mark_demo(self) -> None:
        """Only ever an empty store, or one that is marked already. Raises NotEmpty."""
        async with self.database.write("mark") as conn:
            if (await conn.execute(MARKED)).first():
                return
            if held := sorted(await conn.scalars(HELD)):
                raise NotEmpty(", ".join(held))
            await conn.execute(insert(MARK), {"name": DEMO, "at": self.world.now()})
