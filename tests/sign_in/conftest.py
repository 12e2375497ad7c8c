"""A company with a few employees, and people who go there from their page and come back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from aiohttp import ClientSession
from yarl import URL

from adapters.sign_in.provider import Client, OpenIdProvider
from bot.conversation.closed import Closed
from bot.conversation.windows import browser_hash
from bot.engine.desk import Desk
from bot.model.codec import kept
from bot.model.turn import PAGE, Party, Window
from bot.platform.ids import Action, CaseId, ConversationId, GrantId, OptionId, Origin, SubjectId, WindowId, WordsId
from bot.platform.secret import Secret
from bot.platform.sentences import Args
from flows.opening import Opening
from flows.verify import Proving, prove
from tests.kit.browser import chromium
from tests.kit.people import ORIGIN, Answer, Browser
from tests.kit.postgres import postgres, postgres_server
from tests.kit.stores import clock, database_url, keys, migrated, sqlite, store, world
from tests.kit.town import Town
from tests.sign_in.company import HIDDEN, Company, Employee

__all__ = ["chromium", "clock", "database_url", "keys", "migrated", "postgres", "postgres_server", "sqlite", "store", "world"]

PASSWORD = "Their-own-password-at-work"


@kept("tiny.register")
class Proof:
    """Somebody who wants to register, and is told when they may."""

    subject: SubjectId
    case: CaseId | None = None
    action = Action.REGISTER
    about = WordsId("about.reset")

    async def begin(self, desk: Desk) -> "Proving[Closed]":
        return await prove(self, desk, OptionId("sign_in"))

    async def granted(self, grant: GrantId, desk: Desk) -> Closed:
        return Closed(WordsId("unlock.done"))


@dataclass
class Visit:
    """One person's page, and their company in the same browser."""

    town: Town
    company: Company
    page: Browser

    async def opens(self, subject: SubjectId, party: Party) -> None:
        """A page that asks for a sign-in."""
        self.page.cookie = self.town.world.bytes(32).hex()
        self.page.window = WindowId(self.town.world.id("page"))
        convo, browser = ConversationId(self.town.world.id("convo")), browser_hash(self.page.cookie)
        window = Window(self.page.window, convo, PAGE, "", browser, "Firefox on Windows", self.town.clock.now)
        await self.town.app.engine.open_conversation(Opening(Proof(subject)), window, party, self.town.world.id("start"))
        await self.town.settle()

    async def leaves(self) -> Answer:
        return await self.page.get(f"/p/{self.page.window}/sign-in")

    async def at_company(self, user: str = "nora", password: str = PASSWORD) -> str:
        """Signs in there; the path that the browser is sent back to."""
        return await there((await self.leaves()).location, user, password)

    async def signs_in(self, user: str = "nora", password: str = PASSWORD) -> Answer:
        """There and back."""
        return await self.page.get(await self.at_company(user, password))

    async def at(self) -> str:
        await self.town.settle()
        return await self.page.at()

    async def audited(self) -> dict[str, Args]:
        """What the audit holds of sign-ins."""
        self.town.clock.passes(60)
        await self.town.app.store.audit.sweep_refusals()
        return {
            row.tag.removeprefix("identity:sign_in:"): row.detail for row in await self.town.audit() if ":sign_in:" in row.tag
        }


async def there(location: str, user: str, password: str) -> str:
    """At the provider's own form."""
    async with ClientSession() as session:
        async with session.get(URL(location, encoded=True)) as form:
            assert form.status == 200, location
            hidden = dict(HIDDEN.findall(await form.text()))
        typed = {**hidden, "user": user, "password": password}
        async with session.post(URL(location, encoded=True), data=typed, allow_redirects=False) as back:
            return back.headers["Location"].removeprefix(ORIGIN)


def provider_of(company: Company, town: Town) -> OpenIdProvider:
    secret = Secret(company.secret) if company.secret else None
    return OpenIdProvider(Client(company.issuer, company.client_id, secret, company.redirect), town.world)


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path) -> AsyncIterator[Town]:
    made = await Town(tmp_path, migrated).settle_in()
    yield made
    await made.leave()


@pytest_asyncio.fixture
async def company(town: Town) -> AsyncIterator[Company]:
    """Where nora and ana work. Its `sub` is the directory's own id."""
    made = Company(town.clock)
    for login in ("nora", "ana"):
        claims = {"sub": (await town.subject(login)).partition(":")[2], "upn": f"{login}@contoso.example"}
        made.employees[login] = Employee(PASSWORD, {**claims, "email": f"{login}@contoso.example"})
    async with made.open():
        town.provider = provider_of(made, town)
        await town.replica()
        yield made


@pytest_asyncio.fixture
async def nora(town: Town, company: Company) -> Visit:
    """She has no method yet, and is known from her chat."""
    visit, subject = Visit(town, company, Browser(town)), await town.subject("nora")
    await visit.opens(subject, Party(Origin.LINKED, subject))
    return visit


@pytest_asyncio.fixture
async def stranger(town: Town, company: Company) -> Visit:
    """Somebody at the portal, who says to be nora."""
    visit = Visit(town, company, Browser(town))
    await visit.opens(await town.subject("nora"), Party(Origin.STRANGER))
    return visit


def with_claim(town: Town, claim: str) -> None:
    """Another claim says whose account it is."""
    chosen = town.settings.sign_in.model_copy(update={"claim": claim})
    town.settings = town.settings.model_copy(update={"sign_in": chosen})
