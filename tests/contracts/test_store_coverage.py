"""What SQL counts is what the pure rules say of every single account, by any policy, on both databases."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import insert

from bot.coverage.coverage import REASONS, CoverageReport, Figures, GroupFigures, Reason
from bot.coverage.interfaces import CoverageQuestion
from bot.coverage.lacks import Alike, Lack, lack
from bot.coverage.reports import SMALLEST, Reports, Unable
from bot.directory.interfaces import Changes, Person
from bot.identity.assurance import Need, enough
from bot.identity.methods.registry import METHODS
from bot.identity.registered import FROM_DIRECTORY, NEVER
from bot.platform.clock import World
from bot.platform.ids import Action, Kind, SubjectId
from bot.policy.by_group import place_of, policy_for
from bot.policy.forecast import Forecast
from bot.policy.policy import (
    AdminRules,
    AdminState,
    ContactRule,
    GroupRules,
    MethodRules,
    Policy,
    RegistrationRules,
    Scope,
    ScopeState,
    ThreatLevel,
)
from bot.policy.roles import Role, Roles
from bot.policy.scope import Barred, barred
from store.account_statements import EACH
from store.directory import EmbeddedDirectory
from store.open import Store
from store.tables import FREEZE, METHOD
from tests.kit.directories import fast
from tests.kit.kinds import SMS, UNALIKE
from tests.kit.stores import Clock

KINDS = UNALIKE
ROLES = Roles({Role.HELPDESK: "helpdesk", Role.ADMIN: "Unlatch-Admins"})
GROUPS = ("Staff", "Straße", "Helpdesk")
NAMED = ("STAFF", "strasse", "Nobody-Is-In-It")  # as the policy may name them
NONE, USABLE, COMING, UNTRIED = range(4)


@dataclass(frozen=True)
class Made:
    """An account, and how its method of each kind stands."""

    person: Person
    methods: tuple[int, ...]
    frozen: bool

    def kinds(self, how: int) -> frozenset[Kind]:
        return frozenset(kind for kind, stands in zip(KINDS, self.methods, strict=True) if stands == how)


@dataclass(frozen=True)
class Telling(EmbeddedDirectory):
    """Tells of everybody, once."""

    everybody: Sequence[Person] = field(default=())

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        return Changes([] if since else self.everybody, [], "1")


def accounts() -> Iterator[Made]:
    """Each standing of methods for somebody plain and for an admin; each standing of the account with some of them."""
    both = (False, True)
    for number, (admin, methods) in enumerate(product(both, product((NONE, USABLE, COMING), repeat=len(KINDS)))):
        yield Made(person(f"a{number:04}", {"Staff"}, admin=admin), methods, frozen=False)
    few = [(how,) * len(KINDS) for how in (NONE, USABLE, COMING, UNTRIED)]
    among = [frozenset(some) for many in range(len(GROUPS) + 1) for some in combinations(GROUPS, many)]
    standings = product(both, both, both, both, among, few)
    for number, (enabled, admin, protected, frozen, groups, methods) in enumerate(standings):
        somebody = person(f"b{number:04}", groups, admin=admin, enabled=enabled, protected=protected)
        yield Made(replace(somebody, smart_card=number % 3 == 0), methods, frozen)


def person(login: str, groups: AbstractSet[str], *, admin: bool = False, enabled: bool = True, protected: bool = False) -> Person:
    return Person(SubjectId(f"town:{login}"), login, f"Name {login}", frozenset(groups), enabled, admin, protected)


EVERYBODY = tuple(accounts())


def policies() -> some.SearchStrategy[Policy]:
    among = some.lists(some.sampled_from(NAMED), unique=True).map(tuple)
    scope = some.builds(Scope, some.sampled_from(ScopeState), among, among, some.booleans())
    weak = [kind for kind in KINDS if METHODS[kind].weak]
    methods = some.builds(
        MethodRules,
        required=some.sampled_from((1, 2)),
        available=some.lists(some.sampled_from(KINDS), unique=True).map(tuple),
        alone=some.lists(some.sampled_from(weak), unique=True).map(tuple),
    )
    kinds = some.lists(some.sampled_from(KINDS), unique=True).map(tuple)
    own = some.builds(GroupRules, some.sampled_from(NAMED), some.sampled_from((0, 1, 2)), kinds, some.just(()))
    groups = some.lists(own, unique_by=lambda rules: rules.group.casefold(), max_size=3).map(tuple)
    admins, threat = some.builds(AdminRules, some.sampled_from(AdminState)), some.sampled_from(ThreatLevel)
    return some.builds(Policy, scope=scope, admins=admins, methods=methods, groups=groups, threat=threat)


@dataclass
class InForce:
    """Policies, as a test sets them."""

    policy: Policy = field(default_factory=Policy)

    async def current(self) -> Policy:
        return self.policy


@pytest_asyncio.fixture
async def filled(store: Store, world: World, clock: Clock) -> Store:
    """A store with all accounts taken over, and their methods and freezes."""
    await store.accounts.sync(Telling("town", store.database, world, fast(world), everybody=[m.person for m in EVERYBODY]))
    until = {USABLE: clock.now, COMING: clock.now + 1, UNTRIED: NEVER}
    methods = [
        _method(m.person.subject, kind, number, until[how])
        for m in EVERYBODY
        for kind, how in zip(KINDS, m.methods, strict=True)
        if how != NONE
        for number in range(2)  # a second one of a kind, or another code of a sheet, counts no more than the first
    ]
    frozen = [{"subject": m.person.subject, "until": clock.now + m.frozen} for m in EVERYBODY]
    async with store.database.write("fill") as conn:
        await conn.execute(insert(METHOD), methods)
        await conn.execute(insert(FREEZE), frozen)
    return store


def _method(subject: str, kind: str, number: int, usable_from: float) -> dict[str, Any]:
    row = {"id": f"{subject}-{kind}-{number}", "subject": subject, "kind": kind, "secret": b"", "usable_from": usable_from}
    return row | {"registered_at": 1.0, "last_step": 0, "proved_at": 0.0}


@pytest.mark.long
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(policy=policies(), deliverable=some.sets(some.sampled_from(KINDS)).map(frozenset))
async def test_the_report_is_what_the_rules_say_of_each_account(
    filled: Store, world: World, policy: Policy, deliverable: frozenset[Kind]
) -> None:
    reports = reports_of(filled, world, policy, deliverable)
    assert await reports.coverage(groups=100) == expected(policy, deliverable)
    unable = [one async for one in reports.unable()]
    assert unable == [
        Unable(m.person.login, m.person.name, why)
        for m in sorted(EVERYBODY, key=lambda m: m.person.login)
        if (why := reason(policy, deliverable, m))
    ]


@pytest.mark.long
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=policies(), new=policies(), deliverable=some.sets(some.sampled_from(KINDS)).map(frozenset))
async def test_a_forecast_is_what_both_rules_say_of_each_account(
    filled: Store, world: World, old: Policy, new: Policy, deliverable: frozenset[Kind]
) -> None:
    found = await reports_of(filled, world, Policy(), deliverable).forecast(old, new)
    able = [(reason(old, deliverable, m) is None, reason(new, deliverable, m) is None) for m in EVERYBODY]
    may = [sum(why_barred(policy, m) is None for m in EVERYBODY) for policy in (old, new)]
    could, can = sum(before for before, _ in able), sum(after for _, after in able)
    gain, lose = able.count((False, True)), able.count((True, False))
    assert found == Forecast(len(EVERYBODY), may[0], may[1], could, can, gain, lose)


async def test_a_forecast_knows_each_group_and_leaves_out_contact_data_that_would_not_count(filled: Store, world: World) -> None:
    counts = RegistrationRules(contact_data=ContactRule.COUNT)
    old = Policy(
        Scope(ScopeState.ALL), methods=MethodRules(1, KINDS, tuple(k for k in KINDS if METHODS[k].weak)), registration=counts
    )
    empty = [m for m in EVERYBODY if set(m.methods) == {NONE} and reason(old, frozenset(KINDS), m) is Lack.NO_METHOD]
    told = [_method(m.person.subject, SMS, 0, 0.0) | {"id": f"{FROM_DIRECTORY}{m.person.subject}"} for m in empty]
    async with filled.database.write("contact data") as conn:
        await conn.execute(insert(METHOD), told)
    reports = reports_of(filled, world, old, frozenset(KINDS))
    found = await reports.what_if(replace(old, registration=replace(counts, contact_data=ContactRule.OFFER)), groups=100)
    able = [m for m in empty if not m.person.admin and not set(m.person.groups) & {"Helpdesk"}]
    assert found.lost == ((Lack.NO_METHOD, len(able)),)
    assert (found.forecast.lose, found.forecast.gain) == (len(able), 0)
    hit = Counter(name for m in able for name in m.person.groups)
    assert {group.name: group.lose for group in found.groups} == hit


async def test_groups_are_told_with_their_people_however_they_are_spelled(filled: Store, world: World) -> None:
    reports = reports_of(filled, world, Policy(), frozenset(KINDS))
    counted = {name: sum(name in m.person.groups for m in EVERYBODY) for name in GROUPS}
    largest = await reports.groups(2)
    assert [(g.name, g.accounts) for g in largest] == sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:2]
    assert {g.name: g.accounts for g in await reports.sizes(NAMED)} == {n: counted[n] for n in ("Staff", "Straße")}
    assert await reports.sizes([]) == ()


async def test_who_waits_for_a_new_method_is_capable_when_its_quarantine_is_over(
    filled: Store, world: World, clock: Clock
) -> None:
    policy = Policy(scope=Scope(ScopeState.ALL))
    reports = reports_of(filled, world, policy, frozenset(KINDS))
    before = await reports.coverage()
    clock.passes(1)
    after = await reports.coverage()
    waiting, waits = dict(before.reasons), dict(after.reasons)
    assert waiting[Lack.QUARANTINE] > waits[Lack.QUARANTINE] == 0
    assert waiting[Barred.FROZEN] > waits[Barred.FROZEN] == 0
    assert after.capable >= before.capable + waiting[Lack.QUARANTINE]


def reports_of(store: Store, world: World, policy: Policy, deliverable: frozenset[Kind]) -> Reports:
    town = Telling("town", store.database, world, fast(world))
    rules: Any = InForce(policy)  # stands for Policies, which would read it from the store
    return Reports(store.accounts, {"town": town}, ROLES, rules, deliverable)


def expected(policy: Policy, deliverable: frozenset[Kind]) -> CoverageReport:
    whys = Counter(why for m in EVERYBODY if (why := reason(policy, deliverable, m)))
    all_of = figures(policy, deliverable, EVERYBODY)
    groups = [
        GroupFigures(f.total, f.enabled, f.registered, f.capable, name)
        for name in GROUPS
        if (f := figures(policy, deliverable, [m for m in EVERYBODY if name in m.person.groups])).total >= SMALLEST
    ]
    groups.sort(key=lambda group: (-group.total, group.name))
    reasons = tuple((why, whys[why]) for why in REASONS)
    return CoverageReport(all_of.total, all_of.enabled, all_of.registered, all_of.capable, reasons, tuple(groups))


def figures(policy: Policy, deliverable: frozenset[Kind], those: Sequence[Made]) -> Figures:
    may = [why_barred(policy, m) is None for m in those]
    has = [
        enough(policy_for(policy, m.person), Need(Action.RESET, ROLES.admin(m.person)), m.kinds(USABLE) & deliverable)
        for m in those
    ]
    return Figures(len(those), sum(may), sum(has), sum(a and b for a, b in zip(may, has, strict=True)))


def reason(policy: Policy, deliverable: frozenset[Kind], m: Made) -> Reason | None:
    admin, why = ROLES.admin(m.person), why_barred(policy, m)
    return why or lack(
        policy, deliverable, Alike(None, admin, m.kinds(USABLE), m.kinds(COMING), place_of(policy, m.person.groups))
    )


def why_barred(policy: Policy, m: Made) -> Barred | None:
    return Barred.FROZEN if m.frozen else barred(policy, m.person, admin=ROLES.admin(m.person))


async def test_a_page_of_people_is_read_where_it_stands_in_the_list(store: Store) -> None:
    if store.database.writer.dialect.name != "sqlite":  # PostgreSQL chooses by how many there are
        return
    question = CoverageQuestion(Policy(), Roles(), ("town",))
    given = {**store.accounts._given(question), "never_": 1e99, "login_": "kim", "subject_": "town:1", "page_": 50}
    whole = EACH.params(given)
    looked = whole.compile(store.database.writer, compile_kwargs={"literal_binds": True})
    async with store.database.read() as conn:
        plan = [line.detail for line in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {looked}")]
    assert any("(login,subject)>" in line for line in plan), plan
    assert not any("B-TREE FOR ORDER BY" in line for line in plan), plan
