"""What adapters remember, sealed under its own name, so that a document moved by hand doesn't open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from bot.platform.clock import World
from bot.platform.keyring import Keys
from store.database import Database, upsert
from store.tables import SEALED

s = SEALED.c
_new = upsert(SEALED)
PUT = _new.on_conflict_do_update(index_elements=["folder", "name"], set_={"document": _new.excluded.document})
GET = select(s.document).where(s.folder == bindparam("folder_"), s.name == bindparam("name_"))
ALL = select(s.name, s.document).where(s.folder == bindparam("folder_")).order_by(s.at, s.name)
DROP = delete(SEALED).where(s.folder == bindparam("folder_"), s.name == bindparam("name_"))


@dataclass(frozen=True)
class StoredVault:
    """The port of bot/platform/vault.py."""

    database: Database
    world: World
    keys: Keys

    async def put(self, folder: str, name: str, document: Mapping[str, object]) -> None:
        sealed = self.keys.seal(vault_row(folder, name), json.dumps(document).encode())
        async with self.database.write("put") as conn:
            await conn.execute(PUT, {"folder": folder, "name": name, "at": self.world.now(), "document": sealed})

    async def get(self, folder: str, name: str) -> Mapping[str, object] | None:
        async with self.database.read() as conn:
            sealed = (await conn.execute(GET, {"folder_": folder, "name_": name})).scalar()
        return self._opened(folder, name, sealed) if sealed is not None else None

    async def all(self, folder: str) -> Mapping[str, Mapping[str, object]]:
        async with self.database.read() as conn:
            rows = (await conn.execute(ALL, {"folder_": folder})).all()
        return {name: self._opened(folder, name, sealed) for name, sealed in rows}

    async def drop(self, folder: str, name: str) -> None:
        async with self.database.write("drop") as conn:
            await conn.execute(DROP, {"folder_": folder, "name_": name})

    def _opened(self, folder: str, name: str, sealed: bytes) -> Mapping[str, object]:
        document: Mapping[str, object] = json.loads(self.keys.open(vault_row(folder, name), sealed))
        return document


def vault_row(folder: str, name: str) -> str:
    """What the seal is bound to."""
    return json.dumps(["vault", folder, name])
