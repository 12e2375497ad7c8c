"""The store with the accounts of a large company: read in whole once, and then what is new."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest
from sqlalchemy import text

from bot.directory.interfaces import Changes, Directory, Person
from bot.platform.ids import SubjectId
from store.open import Store

pytestmark = pytest.mark.long
MANY = 50_000


@dataclass
class Company:
    """Tells everybody at once, as servers do that know no pages."""

    name: str = "corp"
    persons: Sequence[Person] = field(default_factory=lambda: [person(number) for number in range(MANY)])
    gone: Sequence[SubjectId] = ()
    mark: str = "1"
    whole: bool = True

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        if since == self.mark:
            return Changes((), (), self.mark)
        return Changes(self.persons, self.gone, self.mark, whole=self.whole)


def person(number: int) -> Person:
    groups = frozenset({"All-Staff", f"Team {number % 500}", f"Site {number % 20}"})
    return Person(SubjectId(f"corp:{number:06}"), f"u{number:06}", f"Person {number}", groups, mail=f"u{number}@corp.example")


async def on_file(store: Store) -> dict[str, str]:
    """Names by subject."""
    async with store.database.read() as conn:
        return {row.subject: row.name for row in await conn.execute(text("select subject, name from account"))}


async def test_everybody_once_and_then_what_is_new(store: Store) -> None:
    company = Company()
    directory = cast("Directory", company)
    assert await store.accounts.sync(directory) == MANY
    assert len(await on_file(store)) == MANY
    assert await store.accounts.sync(directory) == 0
    company.persons, company.gone = [replace(person(7), name="Another Name")], [SubjectId("corp:000008")]
    company.mark, company.whole = "2", False
    assert await store.accounts.sync(directory) == 2
    known = await on_file(store)
    assert (known["corp:000007"], "corp:000008" in known, len(known)) == ("Another Name", False, MANY - 1)
