"""The contract about wrong passwords and the lock, for every directory that can try a password."""

import asyncio

import pytest

from bot.directory.administration import Administration
from bot.directory.interfaces import NOT_LOCKED, Rejected, SignIn
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from tests.kit.directories import MAKERS, OLD, TRIES, WRONG, Able, Maker, params


@pytest.fixture(params=params(*(maker for maker in MAKERS if maker.able.sign_in)))
def maker(request: pytest.FixtureRequest) -> Maker:
    """The others say that they can't, in the general contract."""
    made: Maker = request.param
    return made


async def fail(directory: Administration, subject: SubjectId, times: int) -> None:
    for _ in range(times):
        assert await directory.sign_in(subject, WRONG) is SignIn.WRONG


async def test_wrong_passwords_at_once_are_counted_one_by_one(directory: Administration, ana: SubjectId) -> None:
    said = await asyncio.gather(*(directory.sign_in(ana, WRONG) for _ in range(4 * TRIES)))
    assert set(said) <= {SignIn.WRONG, SignIn.LOCKED}
    assert (await directory.state(ana)).locked
    assert await directory.sign_in(ana, OLD) is SignIn.LOCKED


async def test_wrong_passwords_lock_and_then_the_right_one_does_not_open(directory: Administration, ana: SubjectId) -> None:
    assert await directory.bad_tries_left(ana) == TRIES
    await fail(directory, ana, TRIES - 1)
    assert await directory.bad_tries_left(ana) == 1
    assert not (await directory.state(ana)).locked
    await fail(directory, ana, 1)
    assert await directory.bad_tries_left(ana) == 0
    assert (await directory.state(ana)).locked
    assert await directory.sign_in(ana, OLD) is SignIn.LOCKED


async def test_a_right_password_in_time_begins_the_count_anew(directory: Administration, ana: SubjectId) -> None:
    await fail(directory, ana, TRIES - 1)
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT
    assert await directory.bad_tries_left(ana) == TRIES


async def test_an_unlock_takes_the_lock_off_and_nothing_else(directory: Administration, ana: SubjectId) -> None:
    await fail(directory, ana, TRIES)
    password, lock = await directory.mark(ana, Action.RESET), await directory.mark(ana, Action.UNLOCK)
    await directory.unlock(ana)
    assert await directory.mark(ana, Action.RESET) == password
    assert await directory.mark(ana, Action.UNLOCK) != lock
    assert not (await directory.state(ana)).locked
    assert await directory.bad_tries_left(ana) == TRIES
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_an_unlock_that_is_not_needed_is_no_fault(directory: Administration, ana: SubjectId) -> None:
    said = set[str]()
    for _ in range(2):
        try:
            await directory.unlock(ana)
        except Rejected as no:
            said.add(no.words)
    assert said <= {NOT_LOCKED}
    assert await directory.sign_in(ana, OLD) is SignIn.RIGHT


async def test_a_disabled_account_says_so_to_the_right_password_only(
    directory: Administration, ana: SubjectId, able: Able
) -> None:
    await directory.enable(ana, enabled=False)
    assert await directory.sign_in(ana, WRONG) is (SignIn.WRONG if able.looks_at_disabled else SignIn.DISABLED)
    assert await directory.sign_in(ana, OLD) is SignIn.DISABLED


async def test_an_odd_password_is_a_wrong_one_and_counts(directory: Administration, ana: SubjectId) -> None:
    for odd in ("", "\0", "\ud800", "é" * 5000):
        assert await directory.sign_in(ana, Secret(odd)) is SignIn.WRONG
        assert await directory.bad_tries_left(ana) == TRIES - 1
        assert await directory.sign_in(ana, OLD) is SignIn.RIGHT
