"""Two things go wrong at once: a process dies in mid-effect, and before it is looked after somebody else changes the same account."""

import pytest

from bot.accounts.interfaces import Outcome
from bot.directory.interfaces import NOT_LOCKED, Rejected, Unreachable
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from store.argon2_hash import Hasher
from store.directory import EmbeddedDirectory
from store.directory_admin import AdministeredDirectory
from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import SMS, TOTP
from tests.kit.moods import MoodyDirectory
from tests.kit.residents import GOOD, OLD
from tests.kit.town import LEASE, Killed, Town

ANOTHER, BY_HAND = "Gravel-Tunic-52-Almond", "Copper-Lantern-88-Fjord"


async def proven(town: Town, caller: Caller) -> Caller:
    """At the page where a new password is chosen."""
    await town.passes(60)  # each by a code of its own
    await caller.wants("reset")
    await caller.proves_by(TOTP)
    assert await caller.at() == "reset.new"
    return caller


async def killed(town: Town, caller: Caller, after: str, password: str = GOOD) -> None:
    """The process that was setting it is no more; another one is there, and the lease still stands."""
    town.life.dies_at = after
    with pytest.raises(Killed):
        await caller.types(password)
    await town.replica()


async def test_killed_in_mid_effect_while_she_resets_elsewhere_nothing_is_claimed_twice(town: Town, call: Call) -> None:
    elsewhere = await proven(town, Caller(town, "ana", Channel.PORTAL))
    ana = await proven(town, call("ana"))
    await killed(town, ana, "after intend")
    await elsewhere.types(ANOTHER)
    assert await elsewhere.at() == "reset.done"
    await town.passes(LEASE)
    assert await ana.at() == "reset.moved"
    assert [await town.signs_in("ana", password) for password in (ANOTHER, GOOD, OLD)] == ["right", "wrong", "wrong"]
    tags = await town.tags()
    assert (tags.count("account:reset:changed"), tags.count("account:reset:moved")) == (1, 1)


async def test_killed_in_mid_effect_while_an_admin_sets_it_by_hand_it_isnt_called_hers(town: Town, call: Call) -> None:
    ana = await proven(town, call("ana"))
    await killed(town, ana, "after intend")
    hands = AdministeredDirectory("contoso", town.app.store.database, town.app.world, Hasher(town.app.world))
    await hands.set_password(await town.subject("ana"), Secret(BY_HAND))
    await town.passes(LEASE)
    assert await ana.at() == "reset.moved"
    assert "account:reset:changed" not in await town.tags()
    await ana.types(GOOD)
    assert await ana.at() == "reset.done"


async def test_killed_before_anything_was_sent_it_is_watched_and_then_told_that_nothing_came(town: Town, call: Call) -> None:
    ana = await proven(town, call("ana"))
    await killed(town, ana, "after intend")
    await town.passes(LEASE)
    assert await ana.at() == "reset.unconfirmed"
    for _ in range(8):
        await town.passes(20)
    assert "account:reset:never_seen" in await town.tags()
    assert await ana.at() == "reset.new"
    assert await town.signs_in("ana", OLD) == "right"


async def test_killed_after_the_directory_said_yes_it_is_done_since_the_directory_knows_whose_it_is(
    town: Town, call: Call
) -> None:
    ana = await proven(town, call("ana"))
    await killed(town, ana, "after directory reset")
    await town.passes(LEASE)
    assert await ana.at() == "reset.done"
    assert (await town.tags()).count("account:reset:changed") == 1


async def test_killed_while_it_takes_a_lock_off_and_another_was_first_it_isnt_called_its_own(town: Town) -> None:
    ben = Caller(town, "ben", Channel.PORTAL)
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    await killed(town, ben, "after intend", await town.code("ben", SMS))
    await EmbeddedDirectory.unlock(town.directory, await town.subject("ben"))
    await town.passes(LEASE)
    assert await ben.at() == "unlock.done"
    tags = await town.tags()
    assert (tags.count("account:unlock:changed"), tags.count("account:unlock:moved")) == (0, 1)


async def test_killed_in_the_second_try_at_a_lock_nothing_stays_open(
    town: Town, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = call("ben")
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    with monkeypatch.context() as silent:
        silent.setattr(MoodyDirectory, "unlock", nothing)
        await ben.types(await town.code("ben", SMS))
    town.life.dies_at = "after intend"
    with pytest.raises(Killed):
        await ben.picks("Try again")
    await town.replica()
    await EmbeddedDirectory.unlock(town.directory, await town.subject("ben"))
    await town.passes(LEASE)
    assert await ben.at() == "unlock.done"
    operation = await town.app.store.operations.last(await town.subject("ben"), Action.UNLOCK)
    assert operation
    assert operation.outcome is Outcome.MOVED


async def test_two_take_one_lock_off_and_one_alone_calls_it_its_own(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one's look was older than the first one's hand."""
    ben = Caller(town, "ben", Channel.PORTAL)
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    code = await town.code("ben", SMS)

    async def seen_too_late(self: MoodyDirectory, subject: SubjectId) -> None:
        await EmbeddedDirectory.unlock(self, subject)
        raise Rejected(NOT_LOCKED)

    monkeypatch.setattr(MoodyDirectory, "unlock", seen_too_late)
    await ben.types(code)
    await town.settle()
    assert await ben.at() == "unlock.done"
    assert [tag for tag in await town.tags() if tag.startswith("account:unlock:")] == [
        "account:unlock:intended",
        "account:unlock:moved",
    ]


async def test_an_unlock_of_a_dead_process_that_arrives_late_is_reported(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held up on its way while its conversation was left: nobody takes the lock off a second time."""
    ben = Caller(town, "ben", Channel.PORTAL)
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    await killed(town, ben, "after intend", await town.code("ben", SMS))
    with monkeypatch.context() as silent:
        silent.setattr(MoodyDirectory, "state", nothing)
        await town.passes(LEASE)
    assert await ben.at() == "unlock.unconfirmed"
    await EmbeddedDirectory.unlock(town.directory, await town.subject("ben"))
    await town.passes(20)
    assert "account:unlock:moved" in await town.tags()
    assert await ben.at() == "unlock.done"


async def nothing(*_: object) -> None:
    raise Unreachable
