"""What a hybrid does beyond the contract: who owns which password, whose rules count, and when the cloud has followed."""

from base64 import b64encode
from uuid import UUID  # noqa: TID251 - the id that Active Directory's documentation shows

import pytest
import pytest_asyncio

from adapters.directories.hybrid.anchors import anchor_of_guid, guid_of_anchor
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Follows, Person, Rejected, SignIn
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from tests.kit.directories import ANA, NEW, OLD
from tests.kit.graph.tenant import GLOBAL_ADMIN, HELPDESK_ADMIN
from tests.kit.hybrid_directory import FurnishedHybrid
from tests.kit.network_and_cloud import ours

UNICODE = Secret("Grüße-aus-Köln-7")


@pytest_asyncio.fixture
async def ana(corp: FurnishedHybrid) -> SubjectId:
    """On premises, and synced."""
    return await corp.create(ANA)


def test_an_anchor_is_the_base64_of_the_guid_as_it_lies_in_the_directory() -> None:
    guid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
    assert anchor_of_guid(guid) == b64encode(UUID(guid).bytes_le).decode() == "4AQlP4lP0xGaDAMF6CwzAQ=="
    assert guid_of_anchor("4AQlP4lP0xGaDAMF6CwzAQ==") == guid
    for odd in ("", "x", "YW5h", "ana@contoso.example"):
        with pytest.raises(ValueError, match=r"GUID|base64|padding|Invalid|Incorrect|Only"):
            guid_of_anchor(odd)


async def test_each_account_goes_to_the_directory_that_owns_its_password(
    corp: FurnishedHybrid, ana: SubjectId, clara: SubjectId
) -> None:
    assert corp.sky is not None
    for subject in (ana, clara):
        await corp.reset(subject, NEW)
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT
    assert await corp.sky.tried(SubjectId(f"cloud:{corp.twin(ana)}"), NEW) is SignIn.WRONG
    assert await corp.sky.tried(SubjectId(clara.removeprefix("corp:")), NEW) is SignIn.RIGHT
    patched = [path for method, path, _ in corp.sky.wire.asked if method == "PATCH"]
    assert patched == [f"/v1.0/users/{clara.rpartition(':')[2]}"]


async def test_a_synced_account_is_matched_by_its_anchor_and_never_by_its_name(corp: FurnishedHybrid, ana: SubjectId) -> None:
    corp.tenant.update(corp.twin(ana), userPrincipalName="someone.else@contoso.example")
    found = await corp.find("someone.else@contoso.example")
    assert found is not None and found.subject == ana
    other = ours(await corp.here.create(NewAccount("x", "Same Name", OLD, upn="clara@contoso.example")))
    clara = corp.tenant.add(OLD.reveal(), userPrincipalName="clara@contoso.example", displayName="Clara")
    owner = await corp.person(SubjectId(f"corp:cloud:{clara}"))
    assert owner is not None and owner.subject == f"corp:cloud:{clara}" != other


async def test_the_clouds_id_of_a_synced_account_leads_to_its_owner(corp: FurnishedHybrid, ana: SubjectId) -> None:
    alias = SubjectId(f"corp:cloud:{corp.twin(ana)}")
    for named in (alias, SubjectId(f"corp:{corp.twin(ana)}")):  # the latter as an identity provider says it
        person = await corp.person(named)
        assert person is not None and person.subject == ana
    await corp.reset(alias, NEW)
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT
    for nobody in ("corp:cloud:nobody", f"corp:{'0' * 16}", "corp:elsewhere:1"):
        assert await corp.person(SubjectId(nobody)) is None


async def test_who_lives_on_premises_is_who_they_were_before_there_was_a_hybrid(corp: FurnishedHybrid, ana: SubjectId) -> None:
    """So that methods and links go on counting when a directory becomes the part of a hybrid that has its name."""
    known = await corp.here.find("ana")
    assert known is not None
    assert ana == f"corp:{known.subject.removeprefix('network:')}"


async def test_a_synced_account_that_is_not_known_on_premises_is_left_alone(corp: FurnishedHybrid) -> None:
    id = corp.tenant.add(
        OLD.reveal(),
        userPrincipalName="far@contoso.example",
        displayName="Far Forest",
        onPremisesSyncEnabled=True,
        onPremisesImmutableId="not a guid",
    )
    found = await corp.find("far@contoso.example")
    assert found is not None and found.subject == f"corp:cloud:{id}"
    with pytest.raises(Rejected, match=r"directory\.synced"):
        await corp.reset(found.subject, NEW)


async def test_the_rules_of_both_are_known_before_a_password_is_asked_for(
    corp: FurnishedHybrid, ana: SubjectId, clara: SubjectId
) -> None:
    rules = await corp.rules(ana)
    assert (rules.min_length, rules.history, rules.complexity, rules.ascii_only) == (8, 5, True, True)
    assert (await corp.rules(clara)).history == 0
    with pytest.raises(Rejected, match=r"password\.ascii"):
        await corp.reset(ana, UNICODE)
    assert await corp.sign_in(ana, OLD) is SignIn.RIGHT


async def test_an_account_that_is_not_synced_is_held_to_its_own_rules_alone(corp: FurnishedHybrid) -> None:
    only = ours(await corp.here.create(NewAccount("only", "Only Here", OLD)))
    assert not (await corp.rules(only)).ascii_only
    await corp.reset(only, UNICODE)
    assert await corp.sign_in(only, UNICODE) is SignIn.RIGHT
    assert await corp.following(only) is None


async def test_a_role_in_the_cloud_counts_for_whoever_lives_on_premises(corp: FurnishedHybrid, ana: SubjectId) -> None:
    corp.tenant.roles.append((corp.twin(ana), HELPDESK_ADMIN))
    corp.tenant.join(corp.tenant.add_group("Cloud people"), corp.twin(ana))
    person = await corp.person(ana)
    assert person is not None and (person.admin, person.protected, person.groups) == (
        True,
        False,
        frozenset({"Cloud people"}),
    )
    corp.tenant.roles.append((corp.twin(ana), GLOBAL_ADMIN))
    for effect in (corp.reset(ana, NEW), corp.unlock(ana)):
        with pytest.raises(Rejected, match=r"directory\.protected"):
            await effect


async def test_the_cloud_has_followed_when_its_own_mark_has_moved(
    corp: FurnishedHybrid, ana: SubjectId, clara: SubjectId
) -> None:
    assert isinstance(corp, Follows)
    before = await corp.following(ana)
    await corp.reset(ana, NEW)
    assert await corp.following(ana) == before
    corp.syncs(ana, NEW)
    assert await corp.following(ana) != before
    assert await corp.following(clara) is None


async def everything(corp: FurnishedHybrid, since: str | None, limit: int | None) -> tuple[dict[SubjectId, Person], str]:
    """As the store takes it over: page after page, the newest word last."""
    persons: dict[SubjectId, Person] = {}
    while True:
        told = await corp.changes(since, limit)
        for subject in told.gone:
            persons.pop(subject, None)
        persons |= {person.subject: person for person in told.persons}
        since = told.next
        if limit is None or len(told.persons) + len(told.gone) < limit:
            return persons, since


@pytest.mark.parametrize("limit", [None, 1, 2])
async def test_lists_tell_of_everybody_once_and_what_person_tells(
    corp: FurnishedHybrid, ana: SubjectId, clara: SubjectId, limit: int | None
) -> None:
    corp.tenant.roles.append((corp.twin(ana), HELPDESK_ADMIN))
    corp.tenant.join(corp.tenant.add_group("Cloud people"), corp.twin(ana))
    await corp.add_group("Network people")
    await corp.add_member("Network people", ana)
    persons, mark = await everything(corp, None, limit)
    assert persons == {subject: await corp.person(subject) for subject in (ana, clara)}
    assert persons[ana].groups == {"Cloud people", "Network people"}
    assert (await everything(corp, mark, limit))[0] == {}
    await corp.enable(ana, enabled=False)
    corp.tenant.update(clara.rpartition(":")[2], displayName="Clara Clear")
    changed, mark = await everything(corp, mark, limit)
    assert changed == {subject: await corp.person(subject) for subject in (ana, clara)}
    corp.tenant.roles.clear()
    changed, _ = await everything(corp, mark, limit)
    assert changed == {ana: await corp.person(ana)}
    assert not changed[ana].admin


async def test_many_changes_in_the_network_are_not_asked_about_one_by_one(
    corp: FurnishedHybrid, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.directories.hybrid.directory.FEW", 0)
    corp.tenant.join(corp.tenant.add_group("Cloud people"), corp.twin(ana))
    _, mark = await everything(corp, None, None)
    await corp.here.enable(SubjectId(ana.replace("corp:", "network:")), enabled=False)
    changed, _ = await everything(corp, mark, None)
    assert changed == {ana: await corp.person(ana)}


async def test_a_cloud_account_that_comes_to_be_synced_goes_on_as_one_of_the_network(
    corp: FurnishedHybrid, clara: SubjectId
) -> None:
    before = (await corp.changes(None)).next
    here = ours(await corp.here.create(NewAccount("clara", "Clara Cloud", OLD)))
    anchor = corp.anchor_of(here)
    corp.tenant.update(clara.rpartition(":")[2], onPremisesSyncEnabled=True, onPremisesImmutableId=anchor)
    told = await corp.changes(before)
    assert ([person.subject for person in told.persons], list(told.gone)) == ([here], [clara])
    assert await corp.mark(clara, Action.RESET) == await corp.mark(here, Action.RESET)


async def test_it_is_well_when_both_are(corp: FurnishedHybrid) -> None:
    assert (await corp.health()).ok
    corp.tenant.permissions = ()
    assert corp.sky is not None
    corp.sky.graph.tokens.forget()
    health = await corp.health()
    assert not health.ok and "Graph" in health.detail
