"""The directory falls silent and comes back: nothing is claimed that it didn't confirm, and nothing happens twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from bot.accounts.late_writes import PAUSE
from bot.conversation.interfaces import Notice
from bot.directory.interfaces import Health, Unreachable
from store.directory import EmbeddedDirectory
from tests.conversations.conftest import Call
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.moods import MoodyDirectory
from tests.kit.people import Browser
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town


async def test_silent_before_the_change_nothing_happens_and_the_person_tries_again(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    town.mood.silent = True
    await ana.types(GOOD)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "accounts.directory_silent")
    town.mood.silent = False
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"
    assert (await town.tags()).count("account:reset:changed") == 1


Deaf = Callable[[], AbstractContextManager[None]]


async def nothing(*_: object) -> None:
    raise Unreachable


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Deaf:
    """For the length of a block it doesn't even say who is who."""

    @contextmanager
    def silent() -> Iterator[None]:
        with monkeypatch.context() as patched:
            patched.setattr(MoodyDirectory, "person", nothing)
            patched.setattr(MoodyDirectory, "find", nothing)
            yield

    return silent


async def test_a_code_that_is_typed_while_it_is_silent_costs_no_try(town: Town, call: Call, deaf: Deaf) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.begins_with(TOTP)
    code = await town.code("ana", TOTP)
    with deaf():
        for _ in range(4):  # one more than a code has tries
            await ana.types(code)
            assert await ana.notice() == "accounts.directory_silent"
    await ana.proves_by(TOTP)
    assert await ana.at() == "reset.new"


async def test_while_it_is_silent_a_code_for_nobody_is_answered_as_one_for_somebody(town: Town, deaf: Deaf) -> None:
    for name in ("ana", "nobody"):
        stranger = Browser(town)
        await stranger.starts("reset")
        await stranger.types(name)
        await stranger.picks("Text message")
        await stranger.types("+12025550199")
        with deaf():
            await stranger.types("123456")
        assert (await stranger.view()).notice == Notice("accounts.directory_silent"), name


async def test_a_change_that_was_made_but_not_confirmed_is_told_as_unknown(town: Town, call: Call) -> None:
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    town.mood.tells_nothing = True
    await ana.types(GOOD)
    assert await ana.at() == "reset.unconfirmed"
    assert "don't know whether the new password is in force" in await ana.page.reads()
    assert "account:reset:unconfirmed" in await town.tags()
    town.mood.silent = False
    assert await town.signs_in("ana", GOOD) == "right"
    await town.settle()
    subjects = {subject for _, subject in await town.subjects_of_mail("ana")}
    assert any("may have been reset" in subject for subject in subjects)


async def test_while_its_only_directory_is_silent_the_service_is_not_ready(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: object) -> Health:
        raise Unreachable

    monkeypatch.setattr("adapters.web.health_check.FRESH", 0)
    assert (await Browser(town).get("/readyz")).status == 200
    monkeypatch.setattr(MoodyDirectory, "health", nothing)
    assert (await Browser(town).get("/readyz")).status == 503


async def test_an_unlock_that_was_not_confirmed_is_tried_again_by_a_button(town: Town, call: Call) -> None:
    ben = call("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    town.mood.tells_nothing = True
    await ben.types(await town.code("ben", SMS))
    town.mood.silent = False
    assert await ben.at() == "unlock.unconfirmed"
    await ben.picks("Try again")
    assert await ben.at() == "unlock.done"
    assert not await town.locked("ben")
    assert await town.signs_in("ben", OLD) == "right"


async def test_an_unlock_that_arrives_after_it_was_given_up_is_on_the_audit_and_told(
    town: Town, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = call("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    with monkeypatch.context() as held:
        held.setattr(MoodyDirectory, "unlock", nothing)
        await ben.types(await town.code("ben", SMS))
    assert await ben.at() == "unlock.unconfirmed"
    assert "account:unlock:rejected" not in await town.tags()
    await EmbeddedDirectory.unlock(town.directory, await town.subject("ben"))
    await town.passes(PAUSE)
    tags = await town.tags()
    assert (tags.count("account:unlock:unconfirmed"), tags.count("account:unlock:moved")) == (1, 1)
    subjects = [subject for _, subject in await town.subjects_of_mail("ben")]
    assert any("was changed" in subject for subject in subjects)
    assert await ben.at() == "unlock.done"


async def test_silent_while_an_unlock_looks_the_person_is_told_that_nothing_was_changed(town: Town, call: Call) -> None:
    ben = call("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    code = await town.code("ben", SMS)
    town.mood.silent = True
    await ben.types(code)
    town.mood.silent = False
    assert await ben.at() == "accounts.directory_silent"
    assert await town.locked("ben")


async def test_a_silent_directory_is_no_answer_to_a_wrong_password(town: Town, call: Call) -> None:
    cara = call("cara")
    await cara.wants("change")
    await cara.opens()
    town.mood.silent = True
    await cara.types(OLD)
    if not cara.chat:  # of a stranger it is taken, and with the rest it isn't enough; he hears no more than that
        town.mood.silent = False
        await cara.adds_to_it(EMAIL)
        assert await cara.notice() == "verify.not_taken"
        return
    assert (await cara.at(), await cara.notice()) == ("method.password.ask", "accounts.directory_silent")
    town.mood.silent = False
    await cara.types(OLD)
    await cara.types(GOOD)
    assert await cara.at() == "change.done"
