"""Nobody has linked anything: tenant and object id say whose account a Teams account is, be it the cloud's own or a synced one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.directories.entra.directory import EntraDirectory
from bot.directory.interfaces import Directory, Unreachable
from bot.model.facts import Audited
from bot.platform.ids import ObjectId, SubjectId
from tests.conversations.test_entra import CloudTown
from tests.conversations.test_hybrid import HybridTown
from tests.kit.callers import LABELS, Caller, Channel
from tests.kit.forgetting import has_forgotten
from tests.kit.graph import throttled
from tests.kit.kinds import TOTP, typed
from tests.kit.microsoft import TENANT
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.teams import TeamsChat

ELSEWHERE = "99999999-aaaa-4bbb-8ccc-000000000009"


class InTheCloud(CloudTown):
    """Accounts live in the tenant that Teams is of."""

    domain = "@contoso.example"

    def served(self) -> Directory:
        made = super().served()
        self.sky.tenant = TENANT
        return made

    def object(self, subject: SubjectId) -> str:
        return subject.removeprefix("contoso:")


class OnPremises(HybridTown):
    """Accounts are synced to it."""

    domain = ""

    def served(self) -> Directory:
        made = super().served()
        assert self.corp.sky is not None
        self.corp.sky.tenant = TENANT
        return made

    def object(self, subject: SubjectId) -> str:
        return self.corp.twin(subject)


@dataclass
class Chats:
    """Whoever talks there."""

    town: InTheCloud | OnPremises

    async def of(self, login: str) -> TeamsChat:
        name = login + self.town.domain
        return TeamsChat(self.town, name, linked=False, object_id=self.town.object(await self.town.subject(name)))


@pytest_asyncio.fixture(params=[InTheCloud, OnPremises], ids=["cloud", "synced"])
async def town(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[InTheCloud | OnPremises]:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.01)  # seconds
    made: InTheCloud | OnPremises = request.param(tmp_path, migrated)
    async with made.graph.serving():
        await made.settle_in()
        yield made
        await made.leave()
    has_forgotten(made, caplog.text)


@pytest.fixture
def chats(town: InTheCloud | OnPremises) -> Chats:
    return Chats(town)


async def test_a_reset_asks_for_no_name_and_links_nothing(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana = await chats.of("ana")
    await ana.types("I forgot my password")
    assert await ana.at() == "page.open"
    page = Browser(town)
    await page.lands(await ana.link(), LABELS[TOTP])
    assert typed(await page.at())  # and not find.self
    await page.types(await town.code(ana.login, TOTP))  # a name on the door, and no proof
    assert await page.at() == "reset.new"
    await page.types(GOOD)
    await town.settle()
    assert await page.at() in {"reset.done", "reset.follows"}
    assert await town.signs_in(ana.login, GOOD) == "right"
    mapped = [row for row in await town.audit() if row.tag == "identity:chat:mapped"]
    assert [(row.subject, dict(row.detail)["account"]) for row in mapped] == [(await town.subject(ana.login), ana.address)]
    assert await town.app.store.chat_links.linked("teams", ana.address) is None


async def test_there_is_nothing_to_link_and_nothing_to_unlink(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana = await chats.of("ana")
    await ana.types("link my account")
    assert await ana.at() == "link.by_directory"
    assert ana.buttons() == []


async def test_a_link_wins(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana, ben = await chats.of("ana"), await town.subject("ben" + town.domain)
    await town.app.store.chat_links.put("teams", ana.address, ben, Audited("operator:chat:linked", ben))
    await ana.types("my account is locked")
    assert "Text message" in " ".join(await ana.offered())  # Ben's; Ana's is an app
    assert "identity:chat:mapped" not in await town.tags()


async def test_an_unknown_object_is_asked_for_its_name_however_it_is_called(town: InTheCloud | OnPremises) -> None:
    login = "ana" + town.domain
    mallory = TeamsChat(town, login, linked=False, object_id="abc00000-0000-4000-8000-ffffffffffff")
    town.teams.person(mallory.user, mallory.person, name="Ana Ferreira", userPrincipalName=login, email=login)
    await mallory.types("I forgot my password")
    page = Browser(town)
    await page.lands(await mallory.link())
    assert await page.at() == "find.self"


async def test_another_tenants_object_of_the_same_id_is_refused(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana = await chats.of("ana")
    foreign = {"id": ana.conversation, "conversationType": "personal", "tenantId": ELSEWHERE}
    assert await ana.sends(ana.activity(text="hello", conversation=foreign, channelData={"tenant": {"id": ELSEWHERE}})) == 403
    town.teams.person(ana.user, ana.person, userRole="guest")
    assert await ana.types("I forgot my password") == 200
    assert "Guests" in await ana.hears()
    assert "identity:chat:mapped" not in await town.tags()


async def test_a_directory_that_is_of_another_tenant_names_nobody(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana = await chats.of("ana")
    sky = town.sky if isinstance(town, InTheCloud) else town.corp.sky
    assert sky is not None
    sky.tenant = ELSEWHERE
    await ana.types("I forgot my password")
    page = Browser(town)
    await page.lands(await ana.link())
    assert await page.at() == "find.self"


async def test_while_the_directory_is_silent_the_page_asks_for_the_name(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana = await chats.of("ana")
    town.graph.meets("GET", ana.person, throttled("60"))
    assert await ana.types("I forgot my password") == 200
    page = Browser(town)
    await page.lands(await ana.link())
    assert await page.at() == "find.self"
    await ana.types("cancel")
    await ana.types("I forgot my password")
    await page.lands(await ana.link(), LABELS[TOTP])
    assert typed(await page.at())


async def test_a_disabled_account_is_told_so_as_a_linked_one_is(town: InTheCloud | OnPremises, chats: Chats) -> None:
    olaf = await chats.of("olaf")
    await olaf.types("I forgot my password")
    assert await olaf.at() == "barred.disabled"


# ------------------------------------------------ whom the news of a change reach


async def has_the_app(chat: TeamsChat) -> None:
    await chat.sends(chat.activity(type="installationUpdate", action="add"))


async def resets(town: InTheCloud | OnPremises) -> None:
    """At the portal, by whoever has her phone."""
    ana = Caller(town, "ana" + town.domain, Channel.PORTAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    await town.settle()


async def test_an_account_that_nobody_linked_is_told_of_a_change(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana = await chats.of("ana")
    await has_the_app(ana)
    await resets(town)
    assert "your password was reset" in await ana.hears()
    assert len(town.teams.messages) == 1


async def test_one_that_is_linked_to_somebody_else_is_not(town: InTheCloud | OnPremises, chats: Chats) -> None:
    ana, ben = await chats.of("ana"), await town.subject("ben" + town.domain)
    await has_the_app(ana)
    await town.app.store.chat_links.put("teams", ana.address, ben, Audited("operator:chat:linked", ben))
    await resets(town)
    assert town.teams.messages == {}


async def test_a_directory_that_doesnt_say_whose_chat_it_is_brings_no_letter_again(
    town: InTheCloud | OnPremises, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await chats.of("ana")
    await has_the_app(ana)
    asked: list[SubjectId] = []

    async def silent(_self: Directory, subject: SubjectId) -> ObjectId | None:
        asked.append(subject)
        raise Unreachable

    with monkeypatch.context() as patched:
        patched.setattr(EntraDirectory, "object_of", silent)
        await resets(town)
    assert asked
    assert town.teams.messages == {}
    for _ in range(3):
        await town.passes(100)
    assert "your password was reset" in await ana.hears()
    told = [to for to, subject in await town.subjects_of_mail("ana" + town.domain) if "was reset" in subject]
    assert len(told) == len(set(told))
