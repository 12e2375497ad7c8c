"""A company with a network and a cloud: a new password is set in the network, and the cloud is watched until it has it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.directory.administration import NewAccount
from bot.directory.interfaces import Directory, SignIn
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import Policy, Scope, ScopeState
from flows.follow import LOOKS, PAUSE
from store.directory_admin import AdministeredDirectory
from tests.kit.attackers import HIS, proven
from tests.kit.callers import Caller, Channel
from tests.kit.entra_directory import furnished
from tests.kit.graph import Graph, Tenant
from tests.kit.graph.tenant import HELPDESK_ADMIN
from tests.kit.hybrid_directory import HEX, FurnishedHybrid
from tests.kit.kinds import SMS, TOTP
from tests.kit.noticed import HOME, link, presses, texts
from tests.kit.residents import GOOD, OLD, move_in
from tests.kit.town import Life, Town, quick


class HybridTown(Town):
    """The town's accounts live in its network, and are synced to a cloud."""

    corp: FurnishedHybrid

    def __init__(self, folder: Path, migrated: Path) -> None:
        super().__init__(folder, migrated, Policy(scope=Scope(state=ScopeState.ALL)))
        self.graph = Graph(Tenant(self.clock))

    def served(self) -> Directory:
        network = AdministeredDirectory("network", self.app.store.database, self.world, quick(self.world))
        sky = furnished(self.graph, self.world)
        self.corp = FurnishedHybrid("contoso", network, sky, HEX, network=network, sky=sky)
        return self.corp

    async def _furnished(self) -> None:
        await self._start()
        await self.app.store.flags.mark_demo()
        self.secrets |= set(await move_in(self.corp, self.app.store.records, self.world))
        await self._apply()
        await self.close()
        self.life = Life()

    async def there(self, login: str, password: str) -> SignIn:
        """What the cloud's sign-in page says."""
        assert self.corp.sky is not None
        return await self.corp.sky.tried(SubjectId(f"cloud:{self.corp.twin(await self.subject(login))}"), Secret(password))


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path) -> AsyncIterator[HybridTown]:
    town = HybridTown(tmp_path, migrated)
    async with town.graph.serving():
        await town.settle_in()
        yield town
        await town.leave()


@pytest.fixture(params=[Channel.TERMINAL, Channel.PORTAL], ids=str)
def ana(request: pytest.FixtureRequest, town: HybridTown) -> Caller:
    return Caller(town, "ana", Channel(request.param))


async def resets(ana: Caller) -> None:
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)


async def test_both_legs_are_told_as_they_come(town: HybridTown, ana: Caller) -> None:
    await resets(ana)
    assert await ana.at() == "reset.follows"
    assert (await town.signs_in("ana", GOOD), await town.there("ana", GOOD)) == ("right", SignIn.WRONG)
    await town.passes(PAUSE)
    assert await ana.at() == "reset.follows"
    town.corp.syncs(await town.subject("ana"), Secret(GOOD))
    await town.passes(PAUSE)
    assert await ana.at() == "reset.followed"
    assert await town.there("ana", GOOD) is SignIn.RIGHT


async def test_a_cloud_that_takes_longer_is_said_to_follow(town: HybridTown, ana: Caller) -> None:
    await resets(ana)
    for _ in range(LOOKS):
        await town.passes(PAUSE)
    assert await ana.at() == "reset.follows_soon"
    assert await town.there("ana", OLD) is SignIn.RIGHT


async def test_a_cloud_that_follows_after_five_minutes_is_told_of_by_mail(town: HybridTown, ana: Caller) -> None:
    await resets(ana)
    for _ in range(60):
        await town.passes(PAUSE)
    assert not await cloud_mail(town)
    town.corp.syncs(await town.subject("ana"), Secret(GOOD))
    for _ in range(60):
        await town.passes(PAUSE)
    assert (await town.tags()).count("account:copy:followed") == 1
    (text,) = await cloud_mail(town)
    assert "now works in the cloud as well as in the company's network" in text


async def cloud_mail(town: HybridTown) -> list[str]:
    return [text for text in await texts(town, HOME) if "cloud" in text]


async def test_not_me_takes_a_strangers_password_off_in_the_network(town: HybridTown) -> None:
    """And the cloud follows with one that nobody knows."""
    _, his = await proven(town, "ana")
    await his.types(HIS)
    assert await his.at() == "reset.follows"
    await town.settle()
    town.corp.syncs(await town.subject("ana"), Secret(HIS))
    page = await presses(town, await link(town))
    assert await page.at() == "not_me.undone"
    assert [await town.signs_in("ana", password) for password in (HIS, OLD)] == ["wrong", "wrong"]


async def test_what_only_the_network_would_take_is_asked_for_again(town: HybridTown, ana: Caller) -> None:
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types("Größe-Lantern-58-Wiese")
    assert (await ana.at(), await ana.notice()) == ("reset.new", "password.ascii")


async def test_a_helpdesk_admin_of_the_cloud_proves_as_much_as_any_admin(town: HybridTown, ana: Caller) -> None:
    town.graph.tenant.roles.append((town.corp.twin(await town.subject("ana")), HELPDESK_ADMIN))
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    assert await ana.at() != "reset.new"


async def test_a_lock_of_the_network_comes_off(town: HybridTown) -> None:
    ben = Caller(town, "ben", Channel.TERMINAL)
    await ben.wants("unlock")
    await ben.begins_with(SMS)
    await ben.types(await town.code("ben", SMS))
    assert await ben.at() == "unlock.done"
    assert not await town.locked("ben")
    assert await town.signs_in("ben", OLD) == "right"


async def test_a_silent_cloud_stops_a_reset_kindly_and_it_goes_on_later(town: HybridTown, ana: Caller) -> None:
    """The cloud alone knows who is an administrator there, so nothing is set before it has answered."""
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    town.graph.down = True
    await ana.types(GOOD)
    assert (await ana.at(), await ana.notice()) == ("reset.new", "accounts.directory_silent")
    assert "Nothing was changed" in await ana.page.reads()
    town.graph.down = False
    assert await town.signs_in("ana", OLD) == "right"
    await ana.types(GOOD)
    assert await ana.at() == "reset.follows"


async def test_whoever_asks_while_the_cloud_is_silent_is_told_so(town: HybridTown) -> None:
    town.graph.down = True
    ana = Caller(town, "ana", Channel.PORTAL)
    await ana.wants("reset")
    assert (await ana.at(), await ana.notice()) == ("find.self", "accounts.directory_silent")


async def test_a_cloud_that_falls_silent_afterwards_takes_nothing_back(town: HybridTown, ana: Caller) -> None:
    await resets(ana)
    town.graph.down = True
    for _ in range(LOOKS):
        await town.passes(PAUSE)
    assert await ana.at() == "reset.follows_soon"
    assert (await town.tags()).count("account:reset:changed") == 1
    town.graph.down = False
    assert await town.signs_in("ana", GOOD) == "right"


async def test_a_stranger_is_not_told_whether_a_password_is_right_nor_where_it_lives(town: HybridTown) -> None:
    """In the cloud alone it can't be tried, and that is nobody's business who only knows a name."""
    assert town.corp.sky is not None
    town.secrets.add(OLD)
    await town.corp.sky.create(NewAccount("clara", "Clara Cloud", Secret(OLD), upn="clara@contoso.example"))

    async def told(name: str, password: str) -> tuple[str, str]:
        who = Caller(town, name, Channel.PORTAL)
        await who.wants("change")
        await who.types(password)
        return await who.at(), await who.notice()

    taken = ("verify.how.next", "")
    for name, password in (("clara@contoso.example", OLD), ("ana", GOOD), ("nobody@contoso.example", OLD), ("ana", OLD)):
        assert await told(name, password) == taken


async def test_whose_password_lives_in_the_cloud_alone_is_offered_a_reset_instead(town: HybridTown) -> None:
    assert town.corp.sky is not None
    await town.corp.sky.create(NewAccount("clara", "Clara Cloud", Secret(OLD), upn="clara@contoso.example"))
    clara = Caller(town, "clara@contoso.example", Channel.TERMINAL)
    await clara.wants("change")
    assert await clara.at() == "change.untried"
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("change")
    assert await ana.at() == "page.open"
