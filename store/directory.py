"""The embedded directory: a real small one, for a demo, for tests, and for whoever has no other."""

import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select
from sqlalchemy.exc import DBAPIError

from bot.directory.interfaces import Changes, DirectoryRules, Health, Person, Rejected, SignIn, State, Unreachable, Write
from bot.platform.clock import World
from bot.platform.errors import Unavailable
from bot.platform.ids import Action, GrantId, SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.passwords import demand_directory_rules
from store import directory_statements as sql
from store.argon2_hash import Hasher
from store.database import AnyRow, Database
from store.directory_rows import AccountPolicy, folded, person_of, storable

MINUTE = 60.0


@dataclass(frozen=True)
class EmbeddedDirectory:
    """Implements the port over our own tables."""

    name: str
    database: Database
    world: World
    hasher: Hasher
    policy: AccountPolicy = field(default_factory=AccountPolicy)

    async def find(self, text: str) -> Person | None:
        """Sign-in names before mail addresses; an address that several accounts share finds nobody."""
        key = folded(text)
        found = await self._persons(sql.FOUND, key_=key)
        named = [person for row, person in found if key in (row.login_key, row.upn_key)]
        matches = named or [person for _, person in found]
        return matches[0] if len(matches) == 1 else None

    async def person(self, subject: SubjectId) -> Person | None:
        found = await self._persons(sql.PERSON, subject_=storable(subject))
        return found[0][1] if found else None

    async def state(self, subject: SubjectId) -> State:
        return self.policy.state(await self._standing(subject), self.world.now())

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        return self.policy.rules(await self._standing(subject))

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        row = await self._standing(subject)
        return f"lock:{row.locks}" if action is Action.UNLOCK else _password_mark(row)

    def conditional(self, subject: SubjectId) -> bool:
        """`Conditional`: a compare-and-swap on the mark."""
        return True

    async def owner(self, subject: SubjectId) -> GrantId | None:
        """`Owns`: whoever administers these tables by hand leaves no name."""
        return GrantId((await self._standing(subject)).changed_by) or None

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        row = await self._changeable(subject)
        if write and write.seen != _password_mark(row):
            raise Rejected("directory.overtaken")
        await self._demand(row, password, whatever_age=whatever_age)
        now, given = self.world.now(), self._this(subject)
        new = {
            "hash_": await self.hasher.hash(password),
            "seen_": row.changes,
            "now_": now,
            "by_": write.operation if write else "",
        }
        async with _answering(), self.database.write("directory reset") as conn:
            await conn.execute(sql.REMEMBER, given)
            if not (await conn.execute(sql.RESET, {**given, **new})).rowcount:
                raise Rejected("directory.overtaken")
            await conn.execute(sql.FORGET, {**given, "oldest_": row.changes + 2 - self.policy.history})

    async def unlock(self, subject: SubjectId) -> None:
        await self._changeable(subject)
        async with _answering(), self.database.write("directory unlock") as conn:
            if not (await conn.execute(sql.UNLOCK, {**self._this(subject), "now_": self.world.now()})).rowcount:
                raise Rejected("directory.overtaken")

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        """A try is on disk before it is compared, so parallel ones can't be more than the lockout allows."""
        given = {**self._this(subject), "now_": self.world.now()}
        row = await self._counted(given)
        if row is None:
            return SignIn.LOCKED if await self.person(subject) else SignIn.WRONG
        right = row.tries <= self.policy.tries and row.hash is not None and await self.hasher.matches(password, row.hash)
        async with _answering(), self.database.write("directory sign-in") as conn:
            if not right:
                await conn.execute(
                    sql.LOCK_IF_SPENT, {**given, "limit_": self.policy.tries, "until_": given["now_"] + self.policy.lock}
                )
                return SignIn.WRONG
            if not (await conn.execute(sql.CLEAR, given)).rowcount:
                return SignIn.LOCKED
        return self.policy.said(row, given["now_"])

    async def bad_tries_left(self, subject: SubjectId) -> int:
        return self.policy.tries_left(await self._standing(subject), self.world.now())

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        """A mark that isn't one of ours tells everything. What changes meanwhile is told next time."""
        mark = int(since) if since and since.isascii() and since.isdecimal() else 0
        last = await self._last_usn()
        start = min(mark, last)
        end = last if limit is None else await self._page_end(start, last, limit)
        found = await self._persons(sql.CHANGED, since_=start, until_=end)
        gone = [SubjectId(row.subject) for row, _ in found if row.deleted]
        return Changes([person for row, person in found if not row.deleted], gone, str(end))

    async def health(self) -> Health:
        try:
            await self._last_usn()
        except Unreachable:
            return Health(ok=False, detail="The database doesn't answer.")
        return Health(ok=True)

    def after_reset(self) -> tuple[str, ...]:
        return ("after_reset.sign_in_again",)

    # ------------------------------------------------ what they are made of

    async def _persons(self, statements: tuple[Select[Any], Select[Any]], **which: object) -> list[tuple[AnyRow, Person]]:
        given = {"directory_": self.name, **which}
        async with _answering(), self.database.read() as conn:
            rows = (await conn.execute(statements[0], given)).all()
            groups: dict[str, set[str]] = {}
            for subject, group in await conn.execute(statements[1], given) if rows else ():
                groups.setdefault(subject, set()).add(group)
        return [(row, person_of(row, frozenset(groups.get(row.subject, ())))) for row in rows]

    async def _last_usn(self) -> int:
        async with _answering(), self.database.read() as conn:
            return int((await conn.execute(sql.LAST_USN, {"directory_": self.name})).scalar_one())

    async def _page_end(self, start: int, last: int, limit: int) -> int:
        """The change number of the last account on this page; whoever shares it is on the page as well."""
        async with _answering(), self.database.read() as conn:
            given = {"directory_": self.name, "since_": start, "skip_": limit - 1}
            end: int | None = await conn.scalar(sql.PAGE_END, given)
        return last if end is None else min(end, last)

    async def _standing(self, subject: SubjectId) -> AnyRow:
        async with _answering(), self.database.read() as conn:
            if row := (await conn.execute(sql.STANDING, self._this(subject))).first():
                return row
        raise Unreachable  # gone: nothing can be said of it, and what was done to it last stays open

    async def _changeable(self, subject: SubjectId) -> AnyRow:
        async with _answering(), self.database.read() as conn:
            row = (await conn.execute(sql.STANDING, self._this(subject))).first()
        if row is None:
            raise Rejected("people.gone")
        if row.protected or not row.enabled:
            raise Rejected("directory.protected" if row.protected else "directory.disabled")
        return row

    async def _demand(self, row: AnyRow, password: Secret, *, whatever_age: bool) -> None:
        """Raises Rejected. The dear question comes last, and with no transaction open."""
        rules, now = self.policy.rules(row), self.world.now()
        if rules.may_change_at > now and not whatever_age:
            raise Rejected("password.too_young", args(minutes=math.ceil((rules.may_change_at - now) / MINUTE)))
        demand_directory_rules(password, person_of(row, frozenset()), rules)
        if rules.history and await self.hasher.matches(password, *await self._former(row, rules.history)):
            raise Rejected("password.history", args(count=rules.history))

    async def _former(self, row: AnyRow, count: int) -> list[str]:
        async with _answering(), self.database.read() as conn:
            former = await conn.scalars(sql.FORMER, {"subject_": row.subject, "limit_": count - 1})
            return [kept for kept in (row.hash, *former) if kept is not None]

    async def _counted(self, given: Mapping[str, object]) -> AnyRow | None:
        async with _answering(), self.database.write("directory try") as conn:
            return (await conn.execute(sql.TRY, {**given, "window_": self.policy.lock})).first()

    def _this(self, subject: SubjectId) -> dict[str, Any]:
        return {"directory_": self.name, "subject_": storable(subject)}


def _password_mark(row: AnyRow) -> str:
    return f"pwd:{row.changes}"


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    try:
        yield
    except (Unavailable, DBAPIError) as silent:
        raise Unreachable from silent
