"""A hybrid whose one part is silent, and names that both parts know: nobody is taken for less than they are, nor for somebody else."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import cast

import pytest
import pytest_asyncio

from bot.directory.administration import NewAccount
from bot.directory.interfaces import Directory, SignIn, Unreachable
from bot.platform.ids import Action, SubjectId
from tests.kit.directories import ANA, NEW, OLD
from tests.kit.graph import refused
from tests.kit.hybrid_directory import FurnishedHybrid
from tests.kit.network_and_cloud import ours


@pytest_asyncio.fixture
async def ana(corp: FurnishedHybrid) -> SubjectId:
    """On premises, and synced."""
    return await corp.create(ANA)


async def test_while_the_cloud_is_silent_nobody_is_taken_for_less_than_they_are(corp: FurnishedHybrid, ana: SubjectId) -> None:
    assert corp.sky is not None
    corp.sky.wire.meets("GET", "/users", refused(500, "InternalServerError", "x"))
    with pytest.raises(Unreachable):
        await corp.person(ana)


@pytest.mark.parametrize("when", ["find", "rules", "reset", "unlock"])
async def test_a_silent_cloud_stops_what_it_might_forbid(corp: FurnishedHybrid, ana: SubjectId, when: str) -> None:
    """Whether somebody is an administrator there, only it can say."""
    corp.cloud_is_down()
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "find": lambda: corp.find("ana"),
        "rules": lambda: corp.rules(ana),
        "reset": lambda: corp.reset(ana, NEW),
        "unlock": lambda: corp.unlock(ana),
    }
    with pytest.raises(Unreachable):
        await asked[when]()
    assert await corp.sign_in(ana, OLD) is SignIn.RIGHT


async def test_what_became_of_an_account_on_premises_is_known_while_the_cloud_is_silent(
    corp: FurnishedHybrid, ana: SubjectId, clara: SubjectId
) -> None:
    before = await corp.mark(ana, Action.RESET)
    await corp.reset(ana, NEW)
    corp.cloud_is_down()
    assert await corp.mark(ana, Action.RESET) != before
    assert await corp.sign_in(ana, NEW) is SignIn.RIGHT
    assert not (await corp.state(ana)).locked
    assert await corp.bad_tries_left(ana) > 0
    with pytest.raises(Unreachable):
        await corp.state(clara)


async def test_who_lives_in_the_cloud_alone_is_found_while_the_network_hangs(
    corp: FurnishedHybrid, clara: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.directories.hybrid.directory.PATIENCE", 0.05)
    alone = replace(corp, on_premises=cast("Directory", Silent("network", hangs=True)))
    found = await alone.find("clara@contoso.example")
    assert found is not None and found.subject == clara


async def test_who_lives_in_the_cloud_alone_is_helped_while_the_network_is_silent(
    corp: FurnishedHybrid, ana: SubjectId, clara: SubjectId
) -> None:
    assert corp.sky is not None
    corp.tenant.update(clara.rpartition(":")[2], mail="c.cloud@contoso.example")
    alone = replace(corp, on_premises=cast("Directory", Silent("network")))
    found = await alone.find("Clara@contoso.example")
    assert found is not None and found.subject == clara
    assert (await alone.state(clara)).disabled is False
    await alone.reset(clara, NEW)
    assert await corp.sky.tried(SubjectId(clara.removeprefix("corp:")), NEW) is SignIn.RIGHT
    for nobody_knows in ("ana@contoso.example", "ana", "c.cloud@contoso.example"):
        with pytest.raises(Unreachable):
            await alone.find(nobody_knows)
    for silent in (alone.person(ana), alone.state(ana), alone.rules(ana)):
        with pytest.raises(Unreachable):
            await silent


@dataclass
class Silent:
    """A directory that never answers."""

    name: str
    hangs: bool = False

    def __getattr__(self, _method: str) -> Callable[..., Awaitable[object]]:
        async def silent(*_: object) -> object:
            if self.hangs:
                await asyncio.Event().wait()
            raise Unreachable

        return silent


async def test_sign_in_names_come_before_mail_addresses_and_what_two_have_finds_nobody(
    corp: FurnishedHybrid, ana: SubjectId, clara: SubjectId
) -> None:
    """Once a mail address on premises hid somebody else who signs in by it."""

    async def finds(text: str) -> SubjectId | None:
        found = await corp.find(text)
        return found.subject if found else None

    posted = ours(await corp.here.create(NewAccount("post", "Post Box", OLD, mail="clara@contoso.example")))
    assert await finds("clara@contoso.example") == clara  # her name, and Post's mere address
    assert await finds("post") == posted
    id = clara.rpartition(":")[2]
    corp.tenant.update(id, mail="ana@contoso.example")
    assert await finds("ana@contoso.example") == ana  # the other way about
    corp.tenant.update(id, userPrincipalName="cloudy@contoso.example", mail="clara@contoso.example")
    assert await finds("clara@contoso.example") is None  # an address of both
    corp.tenant.update(id, userPrincipalName="post.box@contoso.example", mail=None)
    await corp.here.create(NewAccount("post.box@contoso.example", "Other Box", OLD))
    assert await finds("post.box@contoso.example") is None  # a name of both
    assert await finds("ana.ferreira@contoso.example") == ana  # whose copy has it too
