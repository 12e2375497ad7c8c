"""After a rotation of the key ring: everything that an older key sealed is sealed anew by the current one."""

from collections.abc import Callable

from sqlalchemy import Table, bindparam, select, update

from bot.identity.registered import sealed_as
from bot.platform.keyring import Keys
from store.database import AnyRow, Database
from store.tables import METHOD, SEALED
from store.vault import vault_row

BATCH = 100  # rows in one transaction, since the others wait


async def reseal(database: Database, keys: Keys) -> int:
    """Returns how many rows were sealed anew. May run beside everything else, and again after it was killed."""
    methods = await _reseal(database, keys, METHOD, "secret", lambda r: sealed_as(r.id, r.subject, r.kind, r.usable_from))
    documents = await _reseal(database, keys, SEALED, "document", lambda r: vault_row(r.folder, r.name))
    return methods + documents


async def _reseal(database: Database, keys: Keys, table: Table, column: str, name: Callable[[AnyRow], str]) -> int:
    async with database.read() as conn:
        rows = [row for row in await conn.execute(select(table)) if not keys.sealed_with_current(getattr(row, column))]
    # Only what is still as it was read: whoever wrote meanwhile used the current key.
    anew = update(table).where(*(c == bindparam(f"{c.name}_") for c in table.primary_key), table.c[column] == bindparam("old_"))
    for start in range(0, len(rows), BATCH):
        async with database.write("reseal") as conn:
            for row in rows[start : start + BATCH]:
                old = getattr(row, column)
                given = {f"{c.name}_": getattr(row, c.name) for c in table.primary_key}
                await conn.execute(anew.values({column: keys.seal(name(row), keys.open(name(row), old))}), {**given, "old_": old})
    return len(rows)
