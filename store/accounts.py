"""Accounts as their directories last told them, and how many of them are alike to the rules."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.accounts.directory import Changes, Directory, Person
from bot.coverage.coverage import Counted, Question
from bot.coverage.lacks import Alike
from bot.identity.registered import NEVER
from bot.ids import Kind, SubjectId
from bot.policy.policy import AdminState, ScopeState
from bot.policy.scope import Barred
from bot.world import World
from store import account_statements as sql
from store.database import AnyRow, Database
from store.directory_rows import storable

PAGE = 500  # accounts in one transaction
FIRST = ""  # the mark before there is any


@dataclass(frozen=True)
class StoredAccounts:
    """The port of coverage."""

    database: Database
    world: World

    async def sync(self, directory: Directory) -> int:
        """Another replica that is at it, or ahead, is left to it."""
        async with self.database.read() as conn:
            since = await conn.scalar(sql.MARK, {"directory_": directory.name})
        count = 0
        while True:
            changes = await self._with_leavers(directory.name, await directory.changes(since, PAGE))
            told = len(changes.persons) + len(changes.gone)
            if not told and changes.next == since:
                return count
            if not await self._take_over(directory.name, since or FIRST, changes):
                return count
            count, since = count + told, changes.next
            if told < PAGE:
                return count

    async def count(self, question: Question, groups: int, smallest: int) -> Sequence[Counted]:
        given = {**self._given(question), "limit_": groups, "smallest_": smallest}
        async with self.database.survey() as conn:
            return [Counted(row.name, _alike(row), row.n) for row in await conn.execute(sql.COUNT, given)]

    async def each(self, question: Question) -> AsyncIterator[tuple[str, str, Alike]]:
        given = {**self._given(question), "login_": "", "subject_": "", "page_": PAGE}
        while True:
            async with self.database.survey() as conn:
                page = (await conn.execute(sql.EACH, given)).all()
            for row in page:
                yield row.login, row.name, _alike(row)
            if len(page) < PAGE:
                return
            given |= {"login_": page[-1].login, "subject_": page[-1].subject}

    async def _with_leavers(self, directory: str, changes: Changes) -> Changes:
        """A directory that tells everybody anew can't know whom we still have on file."""
        if not changes.whole:
            return changes
        there = {storable(person.subject) for person in changes.persons}
        async with self.database.read() as conn:
            known = await conn.scalars(sql.KNOWN, {"directory_": directory})
            return replace(changes, gone=[SubjectId(subject) for subject in known if subject not in there])

    async def _take_over(self, directory: str, since: str, changes: Changes) -> bool:
        """A directory that doesn't page tells everything at once; even so no transaction is long, and the mark moves in the last."""
        many = max(len(changes.persons), len(changes.gone), 1)
        for start in range(0, many, PAGE):
            mark = changes.next if start + PAGE >= many else since
            persons, gone = changes.persons[start : start + PAGE], changes.gone[start : start + PAGE]
            if not await self._written({"directory": directory, "mark": mark, "since_": since}, persons, gone):
                return False
        return True

    async def _written(self, moved: Mapping[str, str], persons: Sequence[Person], gone: Sequence[SubjectId]) -> bool:
        async with self.database.write("accounts") as conn:
            if not (await conn.execute(sql.MOVE, moved)).first():
                return False
            if persons:
                await conn.execute(sql.TELL, [_row(person, moved["directory"]) for person in persons])
                await conn.execute(sql.NO_GROUPS, [{"subject_": storable(person.subject)} for person in persons])
            if groups := [row for person in persons for row in _groups(person)]:
                await conn.execute(sql.JOIN, groups)
            if gone:
                await conn.execute(sql.GONE, [{"subject_": storable(subject)} for subject in gone])
        return True

    def _given(self, question: Question) -> dict[str, Any]:
        scope = question.policy.scope
        return {
            "directories_": question.directories,
            "no_admins_": question.policy.admins.state is AdminState.OFF,
            "nobody_": scope.state is ScopeState.NONE,
            "selected_": scope.state is ScopeState.SELECTED,
            "groups_": _folded(scope.groups),
            "except_": _folded(scope.except_),
            "roles_": _folded(question.roles.groups.values()),
            "now_": self.world.now(),
            "never_": NEVER,
        }


def _row(person: Person, directory: str) -> dict[str, object]:
    return {
        "subject": storable(person.subject),
        "directory": directory,
        "login": storable(person.login),
        "name": storable(person.name),
        "enabled": person.enabled,
        "admin": person.admin,
        "protected": person.protected,
        "language": person.language,
        "manager": person.manager,
    }


def _groups(person: Person) -> list[dict[str, str]]:
    named = {storable(name.casefold()): storable(name) for name in sorted(person.groups)}
    return [{"subject": storable(person.subject), "folded": folded, "name": name} for folded, name in named.items()]


def _folded(names: Iterable[str]) -> list[str]:
    return [storable(name.casefold()) for name in names]


def _alike(row: AnyRow) -> Alike:
    coming, usable = divmod(row.kinds, sql.COMING)
    return Alike(Barred(row.barred) if row.barred else None, bool(row.admin), _kinds(usable), _kinds(coming))


def _kinds(bits: int) -> frozenset[Kind]:
    return frozenset(kind for kind, bit in sql.BITS.items() if bits & bit)
