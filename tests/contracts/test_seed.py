"""The demo company is what the demo says it is."""

import base64

import pytest_asyncio

from bot.demo.seed import DEMO_PASSWORD, NOTES, POLICY, WELL_KNOWN, company, residents, welcome
from bot.directory.interfaces import SignIn
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.policy import dump, parse
from store.directory_admin import AdministeredDirectory
from store.open import Store
from tests.kit.directories import fast
from tests.kit.kinds import LISTABLE, TOTP


@pytest_asyncio.fixture
async def demo(store: Store, world: World, keys: Keys) -> AdministeredDirectory:
    directory = AdministeredDirectory("contoso", store.database, world, fast(world))
    await company({"contoso": directory}, store.records, world, keys)
    return directory


async def subject(demo: AdministeredDirectory, login: str) -> SubjectId:
    person = await demo.find(f"{login}@contoso.example")
    assert person is not None
    return person.subject


async def test_everybody_is_there_and_stands_as_the_list_says(demo: AdministeredDirectory, store: Store) -> None:
    people = {person.login: person for person in (await demo.changes(None)).persons}
    assert people.keys() == {resident.login for resident in residents()}
    assert len(people) >= 36
    assert {person.language for person in people.values()} == {"en", "de"}
    addresses: list[str] = []
    for resident in residents():
        person = people[resident.login]
        state, methods = await demo.state(person.subject), await store.records.methods(person.subject)
        assert set(resident.groups) <= person.groups
        assert person.manager == (people[resident.manager].subject if resident.manager != "-" else None)
        assert {method.kind for method in methods} == set(resident.methods)
        assert (state.locked, state.disabled) == ("locked" in resident.stands, "disabled" in resident.stands)
        assert (state.expired, state.must_change) == ("expired" in resident.stands, "must-change" in resident.stands)
        addresses += [method.secret.reveal() for method in methods]
    assert len(set(addresses)) == len(addresses)


async def test_nobody_is_in_quarantine_and_authenticator_keys_are_long_enough(
    demo: AdministeredDirectory, store: Store, world: World
) -> None:
    methods = await store.records.methods(await subject(demo, "ana"))
    (key,) = [method.secret for method in methods if method.kind == TOTP]
    assert all(method.registered_at <= method.usable_from < world.now() for method in methods)
    assert len(base64.b32decode(key.reveal())) == 20


async def test_one_password_opens_every_account_that_can_be_opened(demo: AdministeredDirectory) -> None:
    said = {
        login: await demo.sign_in(await subject(demo, login), Secret(DEMO_PASSWORD))
        for login in (*WELL_KNOWN, "jonas", "kira", "vera")
    }
    assert {login: answer for login, answer in said.items() if answer is not SignIn.RIGHT} == {
        "ben": SignIn.LOCKED,
        "cara": SignIn.LOCKED,
        "jonas": SignIn.MUST_CHANGE,
        "kira": SignIn.EXPIRED,
        "vera": SignIn.DISABLED,
    }


async def test_groups_are_nested_and_the_domain_admin_is_protected(demo: AdministeredDirectory) -> None:
    groups = {login: (await demo.find(login)) for login in ("ana", "lena", "root", "CloudUser", "HybridUser")}
    assert groups["ana"] and groups["ana"].groups == {"Backend", "Engineering", "All-Staff"}
    assert groups["lena"] and {"Helpdesk-Leads", "Helpdesk"} <= groups["lena"].groups
    assert groups["root"] and groups["root"].protected and groups["root"].admin
    assert groups["CloudUser"] and groups["HybridUser"]
    assert "SSPR-Users" in groups["CloudUser"].groups & groups["HybridUser"].groups


def test_the_policy_of_the_demo_can_be_kept_as_a_document() -> None:
    assert parse(dump(POLICY), LISTABLE) == POLICY


def test_the_well_known_ones_are_explained_and_the_password_is_told() -> None:
    assert set(NOTES) == set(WELL_KNOWN) <= {resident.login for resident in residents()}
    told = welcome("http://localhost:8500", 8500)
    assert DEMO_PASSWORD in told
    assert all(f"http://localhost:8500/?as={login}" in told for login in ("ben", "erin", "adam"))
    assert "UNLATCH_PORT=8500 .venv/bin/unlatch chat" in told
    assert "UNLATCH_PORT" not in welcome("http://localhost:8400", 8400)
