"""The embedded directory in an administrator's hands: seeding and tests make, lock and delete accounts."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.directory.administration import NewAccount
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from store import directory_statements as sql
from store.directory import EmbeddedDirectory
from store.directory_rows import folded

ID = 8  # bytes


class AdministeredDirectory(EmbeddedDirectory):
    """Implements `Administration`. Whatever a Person shows gets a new change number when it changes."""

    async def create(self, account: NewAccount) -> SubjectId:
        subject = SubjectId(f"{self.name}:{self.world.bytes(ID).hex()}")
        kept = await self.hasher.hash(account.password) if account.password else None
        row = self._row(account, subject, kept)
        async with self._changing("create") as (conn, usn):
            for key in {row["login_key"], row["upn_key"]}:
                if (await conn.execute(sql.TAKEN, {"directory_": self.name, "key_": key})).first():
                    raise ValueError(f"{key} is the name of another account")
            await conn.execute(sql.CREATE, {**row, "usn": usn})
        return subject

    async def delete(self, subject: SubjectId) -> None:
        async with self._changing("delete") as (conn, usn):
            await conn.execute(sql.DELETE, {**self._this(subject), "usn_": usn})
            await conn.execute(sql.DELETE_FORMER, {"subject_": subject})
            await conn.execute(sql.DELETE_MEMBER, {"subject_": subject})

    async def enable(self, subject: SubjectId, *, enabled: bool) -> None:
        async with self._changing("enable") as (conn, usn):
            await conn.execute(sql.ENABLE, {**self._this(subject), "enabled_": enabled, "usn_": usn})

    async def set_password(self, subject: SubjectId, password: Secret) -> None:
        given = {**self._this(subject), "hash_": await self.hasher.hash(password), "now_": self.world.now(), "by_": ""}
        async with self.database.write("directory set") as conn:
            await conn.execute(sql.REMEMBER, self._this(subject))
            await conn.execute(sql.SET, given)

    async def lock(self, subject: SubjectId, seconds: float | None = None) -> None:
        now = self.world.now()
        until = math.inf if seconds is None else now + seconds
        async with self.database.write("directory lock") as conn:
            await conn.execute(sql.LOCK, {**self._this(subject), "now_": now, "until_": until})

    async def add_group(self, name: str) -> None:
        row = {"id": self.world.id("group"), "directory": self.name, "name": name, "name_key": folded(name)}
        async with self.database.write("directory group") as conn:
            if await conn.scalar(sql.GROUP_ID, {"directory_": self.name, "key_": row["name_key"]}):
                raise ValueError(f"{name} is the name of another group")
            await conn.execute(sql.ADD_GROUP, row)

    async def add_member(self, group: str, subject: SubjectId) -> None:
        async with self._changing("member") as (conn, usn):
            await self._join(conn, usn, group, subject)

    async def remove_member(self, group: str, subject: SubjectId) -> None:
        async with self._changing("member") as (conn, usn):
            await conn.execute(sql.REMOVE_MEMBER, {"member_": subject, "grp_": await self._group(conn, group)})
            await conn.execute(sql.TOUCH_BELOW, {"member_": subject, "usn_": usn})

    async def nest(self, group: str, inner: str) -> None:
        async with self._changing("nest") as (conn, usn):
            await self._join(conn, usn, group, await self._group(conn, inner))

    async def _join(self, conn: AsyncConnection, usn: int, group: str, member: str) -> None:
        await conn.execute(sql.ADD_MEMBER, {"member": member, "grp": await self._group(conn, group)})
        await conn.execute(sql.TOUCH_BELOW, {"member_": member, "usn_": usn})

    async def _group(self, conn: AsyncConnection, name: str) -> str:
        if id := await conn.scalar(sql.GROUP_ID, {"directory_": self.name, "key_": folded(name)}):
            return str(id)
        raise ValueError(f"there is no group {name}")

    @asynccontextmanager
    async def _changing(self, what: str) -> AsyncIterator[tuple[AsyncConnection, int]]:
        async with self.database.write(f"directory {what}") as conn:
            yield conn, (await conn.execute(sql.NEXT_USN, {"directory_": self.name})).scalar_one()

    def _row(self, account: NewAccount, subject: SubjectId, kept: str | None) -> dict[str, Any]:
        changed_at = self.world.now() if account.changed_at is None else account.changed_at
        return {
            "subject": subject,
            "directory": self.name,
            "login": account.login,
            "login_key": folded(account.login),
            "upn_key": folded(account.upn or account.login),
            "mail": account.mail,
            "mail_key": folded(account.mail) if account.mail else None,
            "name": account.name,
            "language": account.language,
            "manager": account.manager,
            "words": "\n".join(account.words),
            "department": account.department,
            "mobile": account.contacts.mobile,
            "phone": account.contacts.phone,
            "mails": "\n".join(account.contacts.mails),
            "enabled": account.enabled,
            "admin": account.admin,
            "protected": account.protected,
            "hash": kept,
            "changed_at": changed_at if kept else None,
            "changes": 1 if kept else 0,
            "changed_by": "",
            "must_change": account.must_change,
            "minimum_age": account.minimum_age,
            "maximum_age": account.maximum_age,
            "tries": 0,
            "last_try": 0.0,
            "locked_until": 0.0,
            "locks": 0,
            "deleted": False,
        }
