"""What Entra does beyond the contract: it throttles, hides its reasons, answers late or not at all, and guards its administrators."""

import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from adapters.directories.entra.tokens import Application
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Rejected, SignIn, Unreachable
from bot.platform.clock import World
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from tests.kit.directories import ANA, NEW, OLD
from tests.kit.entra_directory import FurnishedEntra, application, furnished, opened
from tests.kit.graph import SECRET, cut, refused, throttled
from tests.kit.graph.certificates import certificates
from tests.kit.graph.tenant import GLOBAL_ADMIN, HELPDESK_ADMIN, NEEDED, REVOKE, ROLES
from tests.kit.stores import Clock


@pytest_asyncio.fixture
async def cloud(world: World) -> AsyncIterator[FurnishedEntra]:
    async with opened(world) as directory:
        yield directory


@pytest_asyncio.fixture
async def ana(cloud: FurnishedEntra) -> SubjectId:
    return await cloud.create(ANA)


async def reason(cloud: FurnishedEntra, subject: SubjectId, password: Secret = NEW) -> str:
    with pytest.raises(Rejected) as no:
        await cloud.reset(subject, password)
    return no.value.words


# ------------------------------------------------ who we are to the tenant


@pytest.mark.parametrize("way", ["secret", "certificate", "machine"])
async def test_a_token_is_had_by_secret_by_certificate_and_by_the_machines_identity(
    world: World, cloud: FurnishedEntra, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", cloud.wire.origin)
    who = {
        "secret": application(),
        "certificate": replace(application(), secret=None, certificate=certificates().app),
        "machine": replace(application(), secret=None, managed=True),
    }[way]
    directory = furnished(cloud.wire, world, who)
    assert (await directory.health()).ok
    await directory.close()
    assert cloud.wire.signing.asked == [way]


async def test_a_token_is_kept_until_shortly_before_its_end(cloud: FurnishedEntra, ana: SubjectId, clock: Clock) -> None:
    for _ in range(3):
        await cloud.person(ana)
    assert len(cloud.wire.signing.issued) == 1
    clock.passes(3599 - 301)
    await cloud.person(ana)
    assert len(cloud.wire.signing.issued) == 1
    clock.passes(2)
    await cloud.person(ana)
    assert len(cloud.wire.signing.issued) == 2


async def test_a_token_that_is_not_taken_any_more_is_fetched_anew(cloud: FurnishedEntra, ana: SubjectId) -> None:
    await cloud.person(ana)
    cloud.wire.signing.issued[:] = ["another"]
    assert await cloud.person(ana)
    assert len(cloud.wire.signing.issued) == 2


@pytest.mark.parametrize("who", [Application("other-tenant", "x", Secret("y")), replace(application(), secret=Secret("no"))])
async def test_an_application_that_is_not_known_there_gets_no_answer(
    world: World, cloud: FurnishedEntra, who: Application
) -> None:
    directory = furnished(cloud.wire, world, who)
    with pytest.raises(Unreachable):
        await directory.find("ana@contoso.example")
    assert not (await directory.health()).ok
    await directory.close()


async def test_nothing_secret_is_logged_and_no_long_answer(
    world: World, cloud: FurnishedEntra, ana: SubjectId, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    directory = furnished(cloud.wire, world, replace(application(), secret=Secret("wr0ng-secret")))
    cloud.wire.meets("PATCH", ana.partition(":")[2], refused(400, "Request_BadRequest", f"no {OLD.reveal()}"))
    with capture_logs() as events:
        assert not (await directory.health()).ok
        await directory.close()
        await reason(cloud, ana, OLD)
        await cloud.reset(ana, NEW)
    assert [event["event"] for event in events] == ["entra.no_token", "entra.reset_refused"]
    assert events[0]["because"] == "invalid_client AADSTS7000215"
    said = f"{caplog.text}\n{events}"
    hidden = (*cloud.wire.signing.issued, SECRET, "wr0ng-secret", OLD.reveal(), NEW.reveal(), "x" * 100, "Trace ID")
    assert [text for text in hidden if text in said] == []


async def test_a_server_without_a_good_certificate_is_told_nothing(world: World, cloud: FurnishedEntra) -> None:
    directory = furnished(cloud.wire, world)
    directory.graph.cloud = replace(cloud.wire.cloud, ca_file=None)
    before = cloud.wire.questions()
    with pytest.raises(Unreachable):
        await directory.find("ana@contoso.example")
    assert cloud.wire.questions() == before
    await directory.close()


# ------------------------------------------------ patience


@pytest.mark.parametrize("status", [429, 503])
async def test_throttling_is_waited_out_for_as_long_as_graph_asks(cloud: FurnishedEntra, ana: SubjectId, status: int) -> None:
    cloud.wire.meets("GET", ana.partition(":")[2], throttled("1", status), throttled(None, status))
    began = time.monotonic()
    assert await cloud.person(ana)
    assert time.monotonic() - began >= 1.5
    assert {priority for _, path, priority in cloud.wire.asked if path.startswith("/v1.0")} == {"high"}


async def test_whoever_is_asked_to_wait_too_long_says_so_at_once(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.wire.meets("GET", ana.partition(":")[2], throttled("30"))
    began = time.monotonic()
    with pytest.raises(Unreachable):
        await cloud.person(ana)
    assert time.monotonic() - began < 15  # Graph asked for thirty


async def test_taking_over_accounts_lets_people_pass_first(cloud: FurnishedEntra, ana: SubjectId) -> None:
    await cloud.changes(None)
    assert {priority for _, path, priority in cloud.wire.asked if path.startswith("/v1.0")} == {"low"}


# ------------------------------------------------ a new password


async def test_a_reset_ends_all_sessions(cloud: FurnishedEntra, ana: SubjectId) -> None:
    await cloud.reset(ana, NEW)
    assert cloud.there.ended == [ana.partition(":")[2]]


async def test_a_password_counts_as_set_when_entra_shows_it(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.wire.delay = 0.7
    before = await cloud.mark(ana, Action.RESET)
    await cloud.reset(ana, NEW)
    assert await cloud.mark(ana, Action.RESET) != before


async def test_an_accepted_password_that_never_shows_is_not_confirmed(
    cloud: FurnishedEntra, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.directories.entra.directory.BUDGET", 1.5)
    cloud.wire.delay = -1
    with pytest.raises(Unreachable):
        await cloud.reset(ana, NEW)


@pytest.mark.parametrize("after", [False, True], ids=["before anything", "after everything"])
async def test_a_connection_that_breaks_leaves_it_open_and_the_mark_tells(
    cloud: FurnishedEntra, ana: SubjectId, *, after: bool
) -> None:
    before = await cloud.mark(ana, Action.RESET)
    cloud.wire.meets("PATCH", ana.partition(":")[2], cut(after=after))
    with pytest.raises(Unreachable):
        await cloud.reset(ana, NEW)
    assert (await cloud.mark(ana, Action.RESET) != before) is after
    assert await cloud.tried(ana, NEW) is (SignIn.RIGHT if after else SignIn.WRONG)


async def test_sessions_that_go_on_do_not_make_a_password_undone(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.there.permissions = tuple(right for right in NEEDED if right != REVOKE)
    await cloud.reset(ana, NEW)
    assert cloud.there.ended == []
    assert await cloud.tried(ana, NEW) is SignIn.RIGHT


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (refused(400, "Request_BadRequest", "It does not comply with password complexity requirements."), "directory.too_simple"),
        (refused(400, "Request_BadRequest", "x", innererror={"code": "FuzzyPolicyViolationInvalidPassword"}), "password.known"),
        (refused(400, "Request_BadRequest", "x", details=[{"message": "Choose one that's harder to guess."}]), "password.known"),
        (refused(400, "Request_BadRequest", "for on-premises mastered Directory Sync objects"), "directory.synced"),
        (refused(400, "BadRequest", "Whatever else"), "directory.refused"),
        (refused(403, "Authorization_RequestDenied", "Insufficient privileges"), "directory.not_allowed"),
        (refused(404, "Request_ResourceNotFound", "Resource does not exist"), "people.gone"),
    ],
    ids=["too simple", "banned", "guessable", "synced", "anything", "forbidden", "gone"],
)
async def test_each_refusal_has_words_that_a_person_can_act_on(
    cloud: FurnishedEntra, ana: SubjectId, fault: object, words: str
) -> None:
    cloud.wire.meets("PATCH", ana.partition(":")[2], fault)  # type: ignore[arg-type]  # a Fault, through parametrize
    assert await reason(cloud, ana) == words


async def test_a_banned_password_is_refused_by_entra_itself(cloud: FurnishedEntra, ana: SubjectId) -> None:
    assert await reason(cloud, ana, Secret("Password-2026-Qwertz")) == "password.known"
    assert await cloud.tried(ana, OLD) is SignIn.RIGHT


async def test_a_synced_account_is_refused_and_nothing_is_asked_of_graph(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.there.update(ana.partition(":")[2], onPremisesSyncEnabled=True, onPremisesImmutableId="q83vASNFZ4k=")
    assert await reason(cloud, ana) == "directory.synced"
    assert [method for method, _, _ in cloud.wire.asked if method == "PATCH"] == []


async def test_where_nothing_is_written_back_no_password_is_set(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.writes = False
    assert await reason(cloud, ana) == "directory.no_writing"


# ------------------------------------------------ administrators and guests


@pytest.mark.parametrize(("role", "protected"), [(HELPDESK_ADMIN, False), (GLOBAL_ADMIN, True), ("a-role-of-our-own", True)])
async def test_every_role_makes_an_admin_and_the_powerful_ones_are_protected(
    cloud: FurnishedEntra, ana: SubjectId, role: str, *, protected: bool
) -> None:
    cloud.there.roles.append((ana.partition(":")[2], role))
    person = await cloud.person(ana)
    assert person and (person.admin, person.protected) == (True, protected)
    assert list((await cloud.changes(None)).persons) == [person]
    if protected:
        assert await reason(cloud, ana) == "directory.protected"
    else:
        await cloud.reset(ana, NEW)


async def test_whoever_may_activate_a_role_is_an_admin_already(cloud: FurnishedEntra, ana: SubjectId) -> None:
    cloud.there.eligible = [(ana.partition(":")[2], GLOBAL_ADMIN)]
    person = await cloud.person(ana)
    assert person and person.admin and person.protected
    assert list((await cloud.changes(None)).persons) == [person]
    assert await reason(cloud, ana) == "directory.protected"


async def test_a_group_that_may_hold_a_role_protects_its_members_through_nesting(cloud: FurnishedEntra, ana: SubjectId) -> None:
    outer, inner = cloud.there.add_group("Operators", assignable=True), cloud.there.add_group("Night shift")
    cloud.there.join(outer, inner)
    cloud.there.join(inner, ana.partition(":")[2])
    person = await cloud.person(ana)
    assert person and person.admin and person.protected
    assert person.groups == {"Operators", "Night shift"}
    assert await reason(cloud, ana) == "directory.protected"


async def test_what_graph_refuses_to_tell_is_no_answer(cloud: FurnishedEntra, ana: SubjectId) -> None:
    """Whoever can't see roles mustn't take an administrator for somebody else."""
    cloud.there.permissions = tuple(right for right in NEEDED if right != ROLES)
    with pytest.raises(Unreachable):
        await cloud.person(ana)


async def test_guests_are_nobody_here(cloud: FurnishedEntra, ana: SubjectId) -> None:
    before = (await cloud.changes(None)).next
    cloud.there.update(ana.partition(":")[2], userType="Guest")
    assert await cloud.person(ana) is None
    assert await cloud.find(ANA.upn or "") is None
    assert await reason(cloud, ana) == "people.gone"
    told = await cloud.changes(before)
    assert (list(told.persons), list(told.gone)) == ([], [ana])


async def test_a_quote_in_a_name_is_a_quote(cloud: FurnishedEntra) -> None:
    finn = await cloud.create(NewAccount("o", "Finn O'Hara", OLD, upn="finn.o'hara@contoso.example"))
    person = await cloud.find("finn.o'hara@contoso.example")
    assert person is not None and person.subject == finn
    assert await cloud.find("x' or userType eq 'Member' or mail eq '@") is None
