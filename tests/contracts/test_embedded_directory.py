"""What the embedded directory does beyond the contract: time passes, guesses race, and hashes stay off the loop."""

import asyncio
import threading
import time
from typing import ClassVar

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.directory.administration import NewAccount
from bot.directory.interfaces import Rejected, SignIn, Unreachable
from bot.platform.clock import World
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from store.argon2_hash import Hasher
from store.directory_admin import AdministeredDirectory
from store.directory_rows import AccountPolicy
from store.directory_statements import FOUND
from store.open import Store
from tests.kit.directories import fast
from tests.kit.stores import Clock

OLD, NEW, WRONG = Secret("Old-Horse-7-Battery"), Secret("New-Lemon-4-Orbit"), Secret("Not-This-1-Either")
DAY = 86_400.0
POLICY = AccountPolicy(tries=3, lock=900.0, history=1, minimum_age=DAY, maximum_age=90 * DAY, complexity=True)


class CountingHasher(Hasher):
    """Counts what is compared."""

    compared = 0

    async def matches(self, password: Secret, *hashes: str) -> bool:
        self.compared += 1
        return await super().matches(password, *hashes)


@pytest_asyncio.fixture
async def directory(store: Store, world: World) -> AdministeredDirectory:
    return AdministeredDirectory("demo", store.database, world, CountingHasher(world, memory_kib=8, passes=1), POLICY)


@pytest_asyncio.fixture
async def ana(directory: AdministeredDirectory, clock: Clock) -> SubjectId:
    return await directory.create(NewAccount("ana", "Ana Ferreira", OLD, changed_at=clock.now - 2 * DAY))


# ------------------------------------------------ time


async def test_a_lock_ends_by_itself_and_the_count_begins_anew(
    directory: AdministeredDirectory, ana: SubjectId, clock: Clock
) -> None:
    for _ in range(3):
        await directory.sign_in(ana, WRONG)
    clock.passes(POLICY.lock - 1)
    assert await directory.sign_in(ana, OLD) is SignIn.LOCKED
    clock.passes(1)
    assert not (await directory.state(ana)).locked
    assert await directory.bad_tries_left(ana) == 3
    assert await directory.sign_in(ana, WRONG) is SignIn.WRONG
    assert await directory.bad_tries_left(ana) == 2
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_wrong_passwords_far_apart_never_lock(directory: AdministeredDirectory, ana: SubjectId, clock: Clock) -> None:
    for _ in range(6):
        assert await directory.sign_in(ana, WRONG) is SignIn.WRONG
        assert not (await directory.state(ana)).locked
        clock.passes(POLICY.lock)
    assert await directory.bad_tries_left(ana) == 3


async def test_a_lock_without_end_stays_until_it_is_taken_off(
    directory: AdministeredDirectory, ana: SubjectId, clock: Clock
) -> None:
    await directory.lock(ana)
    clock.passes(3650 * DAY)
    assert (await directory.state(ana)).locked
    await directory.unlock(ana)
    assert not (await directory.state(ana)).locked


async def test_a_young_password_stays_for_its_minimum_age(directory: AdministeredDirectory, ana: SubjectId, clock: Clock) -> None:
    await directory.reset(ana, NEW)
    assert (await directory.rules(ana)).may_change_at == clock.now + DAY
    clock.passes(DAY - 61)
    with pytest.raises(Rejected) as no:
        await directory.reset(ana, OLD)
    assert (no.value.words, no.value.args_) == ("password.too_young", (("minutes", "2"),))
    clock.passes(61)
    await directory.reset(ana, OLD)


async def test_a_password_that_must_be_changed_may_be_however_young(directory: AdministeredDirectory) -> None:
    new = await directory.create(NewAccount("zoe", "Zoe Person", OLD, must_change=True))
    assert (await directory.rules(new)).may_change_at == 0.0
    await directory.reset(new, NEW)


async def test_an_account_may_have_ages_of_its_own(directory: AdministeredDirectory, clock: Clock) -> None:
    own = await directory.create(NewAccount("own", "Own Ages", OLD, minimum_age=5.0, maximum_age=10.0))
    assert (await directory.rules(own)).may_change_at == clock.now + 5
    assert (await directory.state(own)).expires_at == clock.now + 10


async def test_an_old_password_expires_and_a_reset_cures_it(
    directory: AdministeredDirectory, ana: SubjectId, clock: Clock
) -> None:
    clock.passes(88 * DAY - 1)
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT
    clock.passes(1)
    assert (await directory.state(ana)).expired
    assert await directory.sign_in(ana, OLD) is SignIn.EXPIRED
    await directory.reset(ana, NEW)
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT


# ------------------------------------------------ the directory's own rules


async def test_complexity_is_held_by_the_directory_itself(directory: AdministeredDirectory, ana: SubjectId) -> None:
    for password, broken in (("alllowercaseletters", "password.classes"), ("Banana-Ferry-7", "password.names")):
        with pytest.raises(Rejected, match=broken):
            await directory.reset(ana, Secret(password))


async def test_without_history_the_same_password_may_be_set_again(store: Store, world: World) -> None:
    lax = AdministeredDirectory("lax", store.database, world, fast(world), AccountPolicy(history=0))
    ana = await lax.create(NewAccount("ana", "Ana Ferreira", OLD))
    before = await lax.mark(ana, Action.RESET)
    await lax.reset(ana, OLD)
    assert await lax.mark(ana, Action.RESET) != before


async def test_a_history_made_shorter_counts_at_once(store: Store, world: World) -> None:
    long, short = (AdministeredDirectory("demo", store.database, world, fast(world), AccountPolicy(history=n)) for n in (4, 2))
    ana = await long.create(NewAccount("ana", "Ana Ferreira", OLD))
    for number in range(2):
        await long.reset(ana, Secret(f"Between-Lemon-{number}"))
    with pytest.raises(Rejected, match=r"password\.history"):
        await long.reset(ana, OLD)
    await short.reset(ana, OLD)


async def test_a_reset_that_was_overtaken_says_so_and_changes_nothing(store: Store, world: World) -> None:
    class Overtaken(Hasher):
        """While it hashes, an administrator sets another password."""

        async def hash(self, password: Secret) -> str:
            await other.set_password(ana, WRONG)
            return await super().hash(password)

    other = AdministeredDirectory("demo", store.database, world, fast(world))
    slow = AdministeredDirectory("demo", store.database, world, Overtaken(world, memory_kib=8, passes=1))
    ana = await other.create(NewAccount("ana", "Ana Ferreira", OLD))
    with pytest.raises(Rejected, match=r"directory\.overtaken"):
        await slow.reset(ana, NEW)
    assert await other.sign_in(ana, NEW) is SignIn.WRONG
    assert await other.sign_in(ana, WRONG) is SignIn.RIGHT
    with pytest.raises(Rejected, match=r"password\.history"):
        await other.reset(ana, OLD)


async def test_a_password_set_by_an_administrator_asks_no_rule_and_leaves_the_lock(
    directory: AdministeredDirectory, ana: SubjectId
) -> None:
    await directory.lock(ana)
    await directory.set_password(ana, Secret("x"))
    assert (await directory.state(ana)).locked
    await directory.unlock(ana)
    assert await directory.sign_in(ana, Secret("x")) is SignIn.RIGHT


async def test_two_directories_in_one_database_know_nothing_of_each_other(
    directory: AdministeredDirectory, ana: SubjectId, store: Store, world: World
) -> None:
    other = AdministeredDirectory("other", store.database, world, fast(world))
    twin = await other.create(NewAccount("ana", "Other Ana", NEW))
    assert await other.person(ana) is None
    assert await other.sign_in(ana, OLD) is SignIn.WRONG
    assert [person.subject for person in (await other.changes(None)).persons] == [twin]
    assert [person.subject for person in (await directory.changes(None)).persons] == [ana]


# ------------------------------------------------ guesses


async def test_parallel_guesses_are_compared_no_oftener_than_the_lock_allows(
    directory: AdministeredDirectory, ana: SubjectId
) -> None:
    said = await asyncio.gather(*(directory.sign_in(ana, WRONG) for _ in range(20)))
    assert set(said) <= {SignIn.WRONG, SignIn.LOCKED}
    assert isinstance(directory.hasher, CountingHasher)
    assert directory.hasher.compared == 3


async def test_a_locked_account_compares_nothing(directory: AdministeredDirectory, ana: SubjectId) -> None:
    await directory.lock(ana)
    assert await directory.sign_in(ana, OLD) is SignIn.LOCKED
    assert isinstance(directory.hasher, CountingHasher)
    assert directory.hasher.compared == 0


# ------------------------------------------------ hashes


async def test_hashes_are_argon2id_with_the_stated_cost_and_a_salt_of_their_own(world: World) -> None:
    hasher = Hasher(world)
    first, second = await asyncio.gather(hasher.hash(OLD), hasher.hash(OLD))
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert await hasher.matches(OLD, second, first)
    assert not await hasher.matches(NEW, first, second)


async def test_a_damaged_hash_matches_nothing(world: World) -> None:
    assert not await fast(world).matches(OLD, "", "x", "$argon2id$v=19$m=8,t=1,p=1$")


class WatchedHasher(Hasher):
    """Notes how many work at once, and where."""

    working = 0
    most = 0
    threads: ClassVar[set[str]] = set()

    def _hash(self, password: Secret, salt: bytes) -> str:
        self.working += 1
        self.most = max(self.most, self.working)
        self.threads.add(threading.current_thread().name)
        time.sleep(0.02)
        made = super()._hash(password, salt)
        self.working -= 1
        return made


async def test_at_most_two_passwords_are_hashed_at_once_and_never_on_the_loop(world: World) -> None:
    hasher = WatchedHasher(world, memory_kib=8, passes=1)
    assert len(set(await asyncio.gather(*(hasher.hash(OLD) for _ in range(8))))) == 8
    assert hasher.most == 2
    assert threading.current_thread().name not in hasher.threads


async def test_one_form_of_a_letter_is_as_good_as_another(directory: AdministeredDirectory, ana: SubjectId) -> None:
    await directory.reset(ana, Secret("Pa\u0308sse-7-Lemon"))
    assert await directory.sign_in(ana, Secret("P\u00e4sse-7-Lemon")) is SignIn.RIGHT


# ------------------------------------------------ when the database is gone


async def test_a_database_that_fails_is_unreachable_and_not_well(
    directory: AdministeredDirectory, ana: SubjectId, store: Store
) -> None:
    async with store.database.write("breakdown") as conn:
        for table in ("directory_account", "directory_usn"):
            await conn.execute(text(f"drop table {table}"))
    for asked in (directory.find("ana"), directory.state(ana), directory.sign_in(ana, OLD), directory.reset(ana, NEW)):
        with pytest.raises(Unreachable):
            await asked
    assert not (await directory.health()).ok


async def test_a_name_is_found_without_walking_the_accounts(
    store: Store, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    if store.database.writer.dialect.name != "sqlite":  # PostgreSQL chooses by how many there are
        return
    found, looked = await directory.find("ANA"), FOUND[0].compile(store.database.writer)
    assert found
    assert found.subject == ana
    async with store.database.read() as conn:
        plan = await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {looked}", ("demo", "ana") * 3)
        assert {line.detail.partition("(")[2] for line in plan if "SEARCH" in line.detail} == {
            "directory=? AND login_key=?)",
            "directory=? AND upn_key=?)",
            "directory=? AND mail_key=?)",
        }
