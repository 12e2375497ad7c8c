"""Contact data that counts has rows of its own, which come and go with the directory; whoever loses one is told so."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select

import store.accounts as store_accounts
from bot.directory.interfaces import Changes, Contacts, Person
from bot.identity.directory_contacts import ContactData, first_of
from bot.identity.registered import Registered
from bot.platform.clock import World
from bot.platform.ids import MethodId, SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import ContactRule, MethodRules, Policy, RegistrationRules
from store.account_tables import ACCOUNT
from store.directory import EmbeddedDirectory
from store.open import Store
from store.tables import JOB
from tests.kit.directories import fast
from tests.kit.kinds import EMAIL, SMS, TOTP

DAY = 86400.0
COUNTS = ContactData((SMS, EMAIL), "US", DAY)
ANA = Person(SubjectId("town:ana"), "ana@contoso.example", "Ana", frozenset(), department="Sales")
HERS = Contacts("(202) 555-0142", "+1 202 555 0100", ("ana@contoso.example", "ana@home.example"))


@dataclass(frozen=True)
class Telling(EmbeddedDirectory):
    """Tells whom it has: to whoever knows something already only once."""

    persons: list[Person] = field(default_factory=list)
    gone: list[SubjectId] = field(default_factory=list)

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        persons, gone = list(self.persons), list(self.gone)
        if since:
            self.persons.clear()
            self.gone.clear()
        return Changes(persons, gone, f"{int(since or 0) + 1}")


@pytest.fixture
def town(store: Store, world: World) -> Telling:
    return Telling("town", store.database, world, fast(world), persons=[replace(ANA, contacts=HERS)])


async def hers(store: Store) -> list[Registered]:
    return list(await store.records.methods(ANA.subject))


async def tags(store: Store) -> list[str]:
    return [row.tag async for row in store.audit.rows(0)]


async def notices(store: Store) -> Sequence[str]:
    async with store.database.read() as conn:
        return [row.about for row in await conn.execute(select(JOB.c.about).where(JOB.c.kind == "notice"))]


async def test_where_nothing_counts_nothing_is_kept_but_the_department(store: Store, town: Telling) -> None:
    await store.accounts.sync(town)
    assert await hers(store) == []
    async with store.database.read() as conn:
        assert list(await conn.scalars(select(ACCOUNT.c.department))) == ["Sales"]


async def test_a_mobile_number_and_a_private_address_count_after_their_quarantine(
    store: Store, town: Telling, world: World
) -> None:
    await store.accounts.sync(town, COUNTS)
    number, address = sorted(await hers(store), key=lambda method: method.kind, reverse=True)
    assert (number.kind, number.secret.equals(Secret("+12025550142"))) == (SMS, True)
    assert (address.kind, address.secret.equals(Secret("ana@home.example"))) == (EMAIL, True)
    assert all(method.from_directory and method.usable_from >= world.now() + DAY - 1 for method in (number, address))
    assert (await tags(store)).count("identity:contact_data:counted") == 2
    assert await notices(store) == []


async def test_told_again_it_is_the_same_and_keeps_its_age(store: Store, town: Telling) -> None:
    await store.accounts.sync(town, COUNTS)
    before = await hers(store)
    await store.accounts.sync(town, COUNTS)
    assert [(m.id, m.usable_from) for m in await hers(store)] == [(m.id, m.usable_from) for m in before]


async def test_another_number_counts_anew_and_its_owner_is_told_at_the_old_one_too(store: Store, town: Telling) -> None:
    await store.accounts.sync(town, COUNTS)
    before = {method.id for method in await hers(store)}
    town.persons[:] = [replace(ANA, contacts=replace(HERS, mobile="+1 202 555 0199"))]
    await store.accounts.sync(town, COUNTS)
    after = {method.id for method in await hers(store)}
    assert (len(after), len(after & before)) == (2, 1)
    (notice,) = await notices(store)
    assert '"contact"' in notice
    assert '"taken"' in notice
    assert "0142" not in notice
    assert "identity:contact_data:dropped" in await tags(store)


async def test_by_other_rules_everybody_is_told_anew(store: Store, town: Telling) -> None:
    await store.accounts.sync(town)
    await store.accounts.sync(town, COUNTS)
    assert len(await hers(store)) == 2
    await store.accounts.sync(town, replace(COUNTS, kinds=(SMS,)))
    assert [method.kind for method in await hers(store)] == [SMS]
    await store.accounts.sync(town)
    assert await hers(store) == []
    assert len(await notices(store)) == 1  # a rule that no longer counts anything is no change of anybody's


async def test_what_goes_with_its_account_is_told_to_nobody(store: Store, town: Telling) -> None:
    await store.accounts.sync(town, COUNTS)
    town.persons.clear()
    town.gone.append(ANA.subject)
    await store.accounts.sync(town, COUNTS)
    assert await hers(store) == []
    assert await notices(store) == []


async def test_what_somebody_registered_stays_whatever_the_directory_says(store: Store, town: Telling, world: World) -> None:
    own = Registered(MethodId("method-1"), ANA.subject, SMS, Secret("+12025550142"), world.now(), world.now())
    await store.records.register(own)
    await store.accounts.sync(town, COUNTS)
    town.persons[:] = [ANA]
    await store.accounts.sync(town, COUNTS)
    assert [method.id for method in await hers(store)] == ["method-1"]


async def test_many_accounts_take_many_pages(store: Store, town: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_accounts, "PAGE", 3)
    everybody = [
        replace(ANA, subject=SubjectId(f"town:{n}"), login=f"p{n}@contoso.example", contacts=Contacts(f"+1 202 555 01{n:02}"))
        for n in range(10)
    ]
    town.persons[:] = everybody
    await store.accounts.sync(town, COUNTS)
    assert [len(await store.records.methods(person.subject)) for person in everybody] == [1] * 10


@pytest.mark.parametrize(
    ("contacts", "number", "address"),
    [
        (HERS, "+12025550142", "ana@home.example"),
        (Contacts("nobody's business", "+1 202 555 0100"), "+12025550100", ""),
        (Contacts("ext. 17", "+49 30 1234567"), "", ""),  # a fixed line gets no text
        (Contacts(mails=("ana@mail.contoso.example", "no address")), "", ""),  # behind the very password
        (Contacts(), "", ""),
    ],
)
def test_only_what_could_be_registered_is_taken(contacts: Contacts, number: str, address: str) -> None:
    person = replace(ANA, contacts=contacts)
    for kind, expected in ((SMS, number), (EMAIL, address)):
        found = first_of(person, kind, "US")
        assert found is None if not expected else found is not None and found.equals(Secret(expected))


def test_what_counts_is_as_the_rules_say() -> None:
    assert ContactData.of(Policy()) == ContactData()
    counted = RegistrationRules(contact_data=ContactRule.COUNT, country="DE", quarantine_hours=2)
    assert ContactData.of(Policy(registration=counted)) == ContactData((SMS, EMAIL), "DE", 7200.0)
    without = Policy(registration=counted, methods=MethodRules(available=(TOTP, EMAIL)))
    assert ContactData.of(without).kinds == (EMAIL,)
