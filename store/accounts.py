"""Accounts as their directories last told them, and how many of them are alike to the rules."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select

from bot.coverage.interfaces import Counted, CoverageQuestion, GroupSize, Transition
from bot.coverage.lacks import Alike
from bot.directory.interfaces import Changes, Directory, Person
from bot.helpdesk.caller_search import Listed
from bot.identity.directory_contacts import ContactData
from bot.identity.registered import NEVER
from bot.platform.clock import World
from bot.platform.ids import Kind, SubjectId
from bot.platform.keyring import Keys
from bot.policy.policy import MOST_GROUPS, AdminState, ContactRule, Policy, ScopeState
from bot.policy.scope import Barred
from store import account_statements as sql
from store.contact_methods import follow
from store.database import AnyRow, Database
from store.directory_rows import storable
from store.signed_sets import SignedSets

PAGE = 500  # accounts in one transaction
FIRST = ""  # the mark before there is any
NOTHING = ContactData()


@dataclass(frozen=True)
class StoredAccounts:
    """Accounts as directories told them, kept and counted for coverage."""

    database: Database
    world: World
    keys: Keys
    sets: SignedSets

    async def sync(self, directory: Directory, contacts: ContactData = NOTHING) -> int:
        """Another replica that is at it, or ahead, is left to it."""
        since = await self._since(directory.name, contacts.rule)
        count = 0
        while True:
            changes = await directory.changes(since, PAGE)
            changes = await self._with_missing(directory.name, changes)
            told = len(changes.persons) + len(changes.gone)
            if not told and changes.next == since:
                return count
            if not await self._take_over(directory.name, since or FIRST, changes, contacts):
                return count
            count, since = count + told, changes.next
            if told < PAGE:
                return count

    async def count(self, question: CoverageQuestion, groups: int, smallest: int) -> Sequence[Counted]:
        given = {**self._given(question), "limit_": groups, "smallest_": smallest}
        async with self.database.survey() as conn:
            return [Counted(row.name, _alike(row), row.n) for row in await conn.execute(sql.COUNT, given)]

    async def transitions(
        self, before: CoverageQuestion, after: CoverageQuestion, groups: int = 0, smallest: int = 0
    ) -> Sequence[Transition]:
        then = {f"{name}{sql.NEW}": value for name, value in self._given(after).items()}
        given = {**then, **self._given(before), "limit_": groups, "smallest_": smallest}
        ends = _counts_contacts(before) and not _counts_contacts(after)
        async with self.database.survey() as conn:
            rows = (await conn.execute(sql.WITHOUT_CONTACT_DATA if ends else sql.TRANSITIONS, given)).all()
        return [Transition(_alike(r), _alike_then(r), r.n, r.name) for r in rows]

    async def largest_groups(self, directories: Sequence[str], limit: int) -> Sequence[GroupSize]:
        return await self._sizes(sql.LARGEST, directories, limit_=limit)

    async def group_sizes(self, directories: Sequence[str], names: Sequence[str]) -> Sequence[GroupSize]:
        return await self._sizes(sql.SIZES, directories, names_=_folded(names))

    async def each(self, question: CoverageQuestion) -> AsyncIterator[tuple[str, str, Alike]]:
        given = {**self._given(question), "login_": "", "subject_": "", "page_": PAGE}
        while True:
            async with self.database.survey() as conn:
                page = (await conn.execute(sql.EACH, given)).all()
            for row in page:
                yield row.login, row.name, _alike(row)
            if len(page) < PAGE:
                return
            given |= {"login_": page[-1].login, "subject_": page[-1].subject}

    async def named(self, directories: Sequence[str], parts: Sequence[str], most: int) -> Sequence[Listed]:
        """The port of bot/helpdesk/caller_search.py."""
        given = {"directories_": list(directories), "most_": most}
        async with self.database.read() as conn:
            rows = await conn.execute(sql.named(parts), given)
            return [Listed(SubjectId(row.subject), row.login, row.name) for row in rows]

    async def _sizes(
        self, statement: Select[*tuple[Any, ...]], directories: Sequence[str], **given: object
    ) -> Sequence[GroupSize]:
        async with self.database.survey() as conn:
            return [GroupSize(r.name, r.n) for r in await conn.execute(statement, {"directories_": list(directories), **given})]

    async def _since(self, directory: str, rule: str) -> str | None:
        """The mark; None where nothing was told yet, or by other rules."""
        async with self.database.read() as conn:
            found = (await conn.execute(sql.MARK, {"directory_": directory})).first()
        if found is None or found.contacts == rule:
            return (found.mark or None) if found else None
        async with self.database.write("accounts anew") as conn:
            await conn.execute(sql.ANEW, {"directory_": directory, "since_": found.mark, "rule_": rule})
        return None

    async def _with_missing(self, directory: str, changes: Changes) -> Changes:
        """Where everybody was told, whoever is on file and wasn't is gone."""
        if not changes.whole:
            return changes
        async with self.database.read() as conn:
            known = set(await conn.scalars(sql.KNOWN, {"directory_": directory}))
        missing = known - {storable(person.subject) for person in changes.persons}
        return replace(changes, gone=[*changes.gone, *map(SubjectId, sorted(missing))])

    async def _take_over(self, directory: str, since: str, changes: Changes, contacts: ContactData) -> bool:
        """A directory that doesn't page tells everything at once; even so no transaction is long, and the mark moves in the last."""
        many = max(len(changes.persons), len(changes.gone), 1)
        for start in range(0, many, PAGE):
            mark = changes.next if start + PAGE >= many else since
            persons, gone = changes.persons[start : start + PAGE], changes.gone[start : start + PAGE]
            moved = {"directory": directory, "mark": mark, "contacts": contacts.rule, "since_": since}
            if not await self._written(moved, persons, gone, contacts):
                return False
        return True

    async def _written(
        self, moved: Mapping[str, str], persons: Sequence[Person], gone: Sequence[SubjectId], contacts: ContactData
    ) -> bool:
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
            await follow(conn, self.keys, self.sets, contacts, persons, gone, self.world.now())
        return True

    def _given(self, question: CoverageQuestion) -> dict[str, Any]:
        scope = question.policy.scope
        return {
            "directories_": question.directories,
            "no_smart_cards_": not scope.smart_card,
            "no_admins_": question.policy.admins.state is AdminState.OFF,
            "nobody_": scope.state is ScopeState.NONE,
            "selected_": scope.state is ScopeState.SELECTED,
            "groups_": _folded(scope.groups),
            "except_": _folded(scope.except_),
            "roles_": _folded(question.roles.groups.values()),
            "ruled_": bool(question.policy.groups),
            **{f"ruled{place}_": _folded(names) for place, names in enumerate(_ruled(question.policy))},
            "now_": self.world.now(),
            "never_": NEVER,
        }


def _counts_contacts(question: CoverageQuestion) -> bool:
    return question.policy.registration.contact_data is ContactRule.COUNT


def _ruled(policy: Policy) -> list[list[str]]:
    """The one group of each place, and none of those that are left."""
    named = [[rules.group] for rules in policy.groups]
    return [*named, *([] for _ in range(MOST_GROUPS - len(named)))]


def _row(person: Person, directory: str) -> dict[str, object]:
    return {
        "subject": storable(person.subject),
        "directory": directory,
        "login": storable(person.login),
        "name": storable(person.name),
        "enabled": person.enabled,
        "admin": person.admin,
        "protected": person.protected,
        "smart_card": person.smart_card,
        "language": person.language,
        "manager": person.manager,
        "department": storable(person.department) if person.department else None,
    }


def _groups(person: Person) -> list[dict[str, str]]:
    named = {storable(name.casefold()): storable(name) for name in sorted(person.groups)}
    return [{"subject": storable(person.subject), "folded": folded, "name": name} for folded, name in named.items()]


def _folded(names: Iterable[str]) -> list[str]:
    return [storable(name.casefold()) for name in names]


def _alike_then(row: AnyRow) -> Alike:
    coming, usable = divmod(row.kinds_then, sql.COMING)
    return Alike(_reason(row.barred_then), bool(row.admin), _kinds(usable), _kinds(coming), int(row.rules_then))


def _alike(row: AnyRow) -> Alike:
    coming, usable = divmod(row.kinds, sql.COMING)
    return Alike(_reason(row.barred), bool(row.admin), _kinds(usable), _kinds(coming), int(row.rules))


def _reason(barred: str) -> Barred | None:
    return Barred(barred) if barred else None


def _kinds(bits: int) -> frozenset[Kind]:
    return frozenset(kind for kind, bit in sql.BITS.items() if bits & bit)
