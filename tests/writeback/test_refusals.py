"""What an agent refuses by itself, whoever asks: what wasn't signed, not meant for it, too late, seen before, or beyond its own limits."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.writeback.agent_limits import AgentLimits, below
from adapters.writeback.executor import Executor
from adapters.writeback.key_file import KeyFile
from adapters.writeback.messages import LIFE, LONGER, SLACK, AgentAnswer, Envelope, Request, enveloped
from adapters.writeback.request_ledger import RequestLedger
from adapters.writeback.rpc import Verb, patience
from adapters.writeback.sealing import Forged, key_id, public, seal
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Person, SignIn
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from store.directory_admin import AdministeredDirectory
from tests.kit.agents import GENEROUS, Noted
from tests.kit.directories import NEW, OLD
from tests.kit.stores import Clock

BOT = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
THIEF = Ed25519PrivateKey.from_private_bytes(b"t" * 32)


@pytest.fixture
def own(tmp_path: Path, world: World) -> KeyFile:
    fresh = KeyFile.fresh(tmp_path / "agent.keys", "http://localhost", world)
    return replace(fresh, agent="agent-1", directory="demo", bot_key=public(BOT))


@pytest.fixture
def executor(own: KeyFile, directory: AdministeredDirectory, tmp_path: Path, world: World) -> Iterator[Executor]:
    limits = replace(GENEROUS, stop_file=tmp_path / "stop")
    made = Executor(own, directory, limits, RequestLedger(tmp_path / "state", world), world, Noted())
    yield made
    made.ledger.close()


def asked(executor: Executor, subject: str, verb: Verb = Verb.RESET, password: str = NEW.reveal(), **changed: object) -> Request:
    """As the bot would make it, but for what was `changed` before it was sealed."""
    now, sealing = executor.world.now(), public(executor.keys.sealing[0].key)
    id = executor.world.id("request")
    bare = Request(id, "agent-1", "demo", verb, "", subject, now, now + LIFE, key_id(sealing), "")
    bare = replace(bare, **changed)  # type: ignore[arg-type]  # tests change what they like
    return replace(bare, sealed=seal(sealing, bare.about, json.dumps({"password": password})))


async def said(executor: Executor, request: Request, key: Ed25519PrivateKey = BOT) -> str:
    """Outcome and reason; empty when there was no answer at all."""
    answer = await executor.answer(enveloped(request, key))
    if answer is None:
        return ""
    read = answer.read(AgentAnswer, public(executor.keys.identity))
    return f"{read.outcome} {read.words}".strip()


async def unchanged(directory: AdministeredDirectory, subject: SubjectId) -> bool:
    return await directory.sign_in(subject, OLD) is SignIn.RIGHT


def test_when_the_bot_gives_up_no_agent_can_begin_any_more() -> None:
    for verb in (Verb.RESET, Verb.UNLOCK, Verb.SIGN_IN):
        assert patience(verb) + LONGER >= LIFE + SLACK


async def test_a_good_request_is_carried_out_once(executor: Executor, directory: AdministeredDirectory, ana: SubjectId) -> None:
    request = asked(executor, ana)
    assert await said(executor, request) == "done"
    assert await directory.sign_in(ana, NEW) is SignIn.RIGHT
    before = await directory.mark(ana, Action.RESET)
    assert await said(executor, request) == "refused seen before"
    assert await directory.mark(ana, Action.RESET) == before


async def test_a_replay_is_refused_after_a_restart_too(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId, tmp_path: Path, world: World
) -> None:
    request = asked(executor, ana)
    assert await said(executor, request) == "done"
    executor.ledger.close()
    executor.ledger = RequestLedger(tmp_path / "state", world)
    assert await said(executor, request) == "refused seen before"


async def test_whoever_isnt_the_pinned_bot_is_told_nothing(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    assert await said(executor, asked(executor, ana), THIEF) == ""
    assert await unchanged(directory, ana)


@pytest.mark.parametrize("field", ["id", "agent", "directory", "verb", "subject", "expires", "sealed"])
async def test_an_altered_request_is_not_genuine(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId, field: str
) -> None:
    good = enveloped(asked(executor, ana), BOT)
    body = json.loads(good.body)
    body[field] = body[field] + 1 if field == "expires" else f"{body[field]}x"
    assert await executor.answer(Envelope("request", json.dumps(body), good.signature)) is None
    assert await unchanged(directory, ana)


@pytest.mark.parametrize("field", ["id", "subject", "verb", "expires", "issued"])
async def test_a_seal_from_another_request_does_not_open(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId, field: str
) -> None:
    """Even a bot that is made to sign can't move a sealed password to another operation, subject or time."""
    ben = await directory.create(NewAccount("ben", "Ben Okafor", OLD))
    one = asked(executor, ana)
    others: dict[str, Any] = {
        "id": "request-x",
        "subject": ben,
        "verb": "sign_in",
        "expires": one.expires - 1,
        "issued": one.issued + 1,
    }
    assert await said(executor, replace(one, **{field: others[field]})) == "refused Forged"
    assert await unchanged(directory, ana)


async def test_what_is_late_early_or_long_lived_is_refused(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId, clock: Clock
) -> None:
    request, now = asked(executor, ana), executor.world.now()
    assert await said(executor, asked(executor, ana, expires=now + 60)) == "refused not a time that I accept"
    assert await said(executor, asked(executor, ana, issued=now + 10, expires=now + 14)) == "refused not a time that I accept"
    clock.passes(LIFE)
    assert await said(executor, request) == "refused too late"
    executor.ahead = -1.0  # our clock is a second ahead of the bot's: by the bot's own it is still in time
    assert await said(executor, request) == "done"


async def test_a_request_that_waited_is_looked_at_again_before_the_act(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId, clock: Clock
) -> None:
    class Slow(AdministeredDirectory):
        async def person(self, subject: SubjectId) -> Person | None:
            """The look that the limits take."""
            clock.passes(LIFE)
            return await super().person(subject)

    executor.directory = Slow("demo", directory.database, directory.world, directory.hasher, directory.policy)
    assert await said(executor, asked(executor, ana)) == "refused too late"
    assert await unchanged(directory, ana)


async def test_a_request_for_another_agent_or_directory_is_refused(executor: Executor, ana: SubjectId) -> None:
    assert await said(executor, asked(executor, ana, agent="agent-2")) == "refused not for me"
    assert await said(executor, asked(executor, ana, directory="corp")) == "refused not for me"
    assert await said(executor, replace(asked(executor, ana), verb="delete")) == "refused Garbage"


async def test_a_protected_account_is_refused_by_the_agent_itself(executor: Executor, directory: AdministeredDirectory) -> None:
    class Careless(AdministeredDirectory):
        async def reset(self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: object = None) -> None:
            raise AssertionError

    root = await directory.create(NewAccount("root", "Domain Admin", OLD, protected=True))
    executor.directory = Careless("demo", directory.database, directory.world, directory.hasher, directory.policy)
    assert await said(executor, asked(executor, root)) == "rejected directory.protected"
    assert await said(executor, asked(executor, root, Verb.SIGN_IN)) == "refused directory.protected"


async def test_members_of_named_groups_are_never_touched_and_others_only_where_it_is_allowed(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    for group in ("Staff", "Domain Admins"):
        await directory.add_group(group)
    executor.limits = replace(executor.limits, groups=("staff",), never=("domain admins",))
    assert await said(executor, asked(executor, ana)) == "rejected writeback.outside"
    await directory.add_member("Staff", ana)
    assert await said(executor, asked(executor, ana)) == "done"
    await directory.add_member("Domain Admins", ana)
    assert await said(executor, asked(executor, ana, password="Another-Lemon-9-Orbit")) == "rejected writeback.outside"


@pytest.mark.long
async def test_of_five_hundred_resets_the_agent_carries_out_as_many_as_its_own_file_says(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId, clock: Clock, tmp_path: Path, world: World
) -> None:
    executor.limits = replace(executor.limits, a_minute=3, a_day=5)
    answers = [await said(executor, asked(executor, ana, password=f"Raced-Lemon-{number}-Orbit")) for number in range(500)]
    assert (answers.count("done"), answers.count("rejected writeback.too_many")) == (3, 497)
    clock.passes(61)
    executor.ledger.close()
    executor.ledger = RequestLedger(tmp_path / "state", world)  # started anew, it hasn't forgotten
    assert [await said(executor, asked(executor, ana, password=f"Later-Lemon-{n}-Orbit")) for n in range(3)].count("done") == 2
    clock.passes(61)
    assert await said(executor, asked(executor, ana, Verb.UNLOCK)) == "rejected writeback.too_many"
    clock.passes(86400)
    assert await said(executor, asked(executor, ana, Verb.UNLOCK)) == "done"


async def test_unlock_only_means_that(executor: Executor, directory: AdministeredDirectory, ana: SubjectId) -> None:
    executor.limits = replace(executor.limits, unlock_only=True)
    await directory.lock(ana)
    assert await said(executor, asked(executor, ana)) == "rejected writeback.unlock_only"
    assert await said(executor, asked(executor, ana, Verb.UNLOCK)) == "done"
    assert await unchanged(directory, ana)


async def test_the_stop_file_ends_its_work_at_once(executor: Executor, directory: AdministeredDirectory, ana: SubjectId) -> None:
    executor.limits.stop_file.touch()
    for verb in (Verb.RESET, Verb.STATE):
        assert await said(executor, asked(executor, ana, verb)) == "refused stopped"
    executor.limits.stop_file.unlink()
    assert await said(executor, asked(executor, ana)) == "done"


async def test_no_password_and_no_name_stands_in_its_log_or_its_files(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId, tmp_path: Path
) -> None:
    await said(executor, asked(executor, ana))
    await said(executor, asked(executor, ana, Verb.SIGN_IN))
    assert isinstance(executor.agent_log, Noted)
    written = f"{executor.agent_log.lines}{(tmp_path / 'state').read_text(encoding='utf-8')}"
    assert NEW.reveal() not in written
    assert "Ferreira" not in written


async def test_a_replaced_key_opens_for_an_hour_and_no_longer(
    executor: Executor, ana: SubjectId, clock: Clock, world: World
) -> None:
    former = executor.keys.sealing[0].id
    executor.keys = executor.keys.rotated(world)
    executor.keys.sealing_for(former, world.now() + 3600)
    with pytest.raises(Forged):
        executor.keys.sealing_for(former, world.now() + 3601)
    assert len(executor.keys.current(world).sealing) == 2
    clock.passes(3601)
    assert len(executor.keys.current(world).sealing) == 1  # nor does it stay on disk
    clock.passes(31 * 86400)
    assert executor.keys.current(world).sealing[0].id != executor.keys.sealing[0].id


def test_limits_that_allow_nobody_or_can_not_be_held_stop_the_start(directory: AdministeredDirectory) -> None:
    with pytest.raises(OperatorError, match="nobody"):
        AgentLimits().demand_sense(directory)
    with pytest.raises(OperatorError, match="no organisational units"):
        AgentLimits(under=("OU=Staff,DC=corp",)).demand_sense(directory)


async def test_an_organisational_unit_is_looked_up_at_the_moment_of_the_act(
    executor: Executor, directory: AdministeredDirectory, ana: SubjectId
) -> None:
    where = ["CN=Ana,OU=Staff,DC=corp,DC=example"]

    class Tree(AdministeredDirectory):
        async def place(self, subject: SubjectId) -> str | None:
            return where[0]

    executor.directory = Tree("demo", directory.database, directory.world, directory.hasher, directory.policy)
    executor.limits = replace(executor.limits, groups=(), under=("ou=staff, dc=corp,dc=example",))
    executor.limits.demand_sense(executor.directory)
    assert await said(executor, asked(executor, ana)) == "done"
    where[0] = "CN=Ana,OU=Admins,DC=corp,DC=example"
    assert await said(executor, asked(executor, ana, password="Another-Lemon-9-Orbit")) == "rejected writeback.outside"


@pytest.mark.parametrize(
    ("place", "base", "inside"),
    [
        ("CN=A,OU=Staff,DC=c", "OU=Staff,DC=c", True),
        ("cn=a , ou=STAFF,dc=c", "OU=Staff,DC=c", True),
        ("CN=A,OU=Sub,OU=Staff,DC=c", "OU=Staff,DC=c", True),
        ("OU=Staff,DC=c", "OU=Staff,DC=c", False),
        ("CN=A,OU=NotStaff,DC=c", "OU=Staff,DC=c", False),
        (r"CN=A\,OU=Staff,DC=c", "OU=Staff,DC=c", False),  # a name that holds a comma, and stands right below DC=c
        ("CN=A,OU=Staff,DC=c,DC=other", "OU=Staff,DC=c", False),
        ("CN=A,DC=c", "", False),
    ],
)
def test_a_name_is_below_another_part_by_part(place: str, base: str, inside: bool) -> None:
    assert below(place, base) is inside


def test_a_ledger_that_somebody_wrote_into_stops_the_start_and_a_cut_line_does_not(tmp_path: Path, world: World) -> None:
    first = RequestLedger(tmp_path / "state", world)
    assert first.first_time("request-1", world.now() + 5, durable=True)
    first.close()
    with (tmp_path / "state").open("a") as file:
        file.write('["seen", "request-2", 18')
    second = RequestLedger(tmp_path / "state", world)
    assert not second.first_time("request-1", world.now() + 5, durable=True)
    assert second.first_time("request-2", world.now() + 5, durable=True)
    second.close()
    with (tmp_path / "state").open("a") as file:
        file.write("anything\n")
    with pytest.raises(OperatorError, match="line 3"):
        RequestLedger(tmp_path / "state", world)
