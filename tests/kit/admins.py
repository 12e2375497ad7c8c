"""Admins for the tests: each with an authenticator and a recovery sheet, in a chat of their own and on a page."""

from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.directory.administration import NewAccount
from bot.identity.methods.recovery import codes as sheet
from bot.identity.methods.recovery import kept as kept_of
from bot.identity.registered import Registered
from bot.model.turn import Party, Window
from bot.platform.ids import ConversationId, MethodId, Origin, SubjectId, WindowId
from bot.platform.secret import Secret
from flows.agents import AgentRule
from flows.opening import Opening
from tests.kit.guided import hands
from tests.kit.kinds import RECOVERY, TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.residents import OLD
from tests.kit.town import Town

LONG_AGO = 90 * 86400.0  # seconds


def serves(town: Town) -> None:
    """This town's directory is one that agents may serve."""
    town.app.writeback = replace(town.app.writeback, served=("contoso",))


@dataclass
class Admin:
    """`codes` are the unused ones of their sheet."""

    town: Town
    login: str
    subject: SubjectId
    codes: list[str]
    page: Browser = field(init=False)
    chat: Terminal = field(init=False)

    def __post_init__(self) -> None:
        self.page, self.chat = Browser(self.town), Terminal(self.town, self.login)

    async def says(self, text: str) -> str:
        """In the chat. Returns where that led."""
        await self.chat.says(text)
        await self.town.settle()
        return await self.chat.at()

    async def begins(self, act: str) -> None:
        """`act` is how the words on the button begin; then the page, bound to a fresh browser."""
        self.town.clock.passes(31)  # an authenticator's code serves once
        await self.says("agents")
        await self.says(next(offer for offer in await self.chat.offered() if offer.startswith(act)))
        self.page = Browser(self.town)
        await self.page.lands(await self.chat.link(), "Authenticator app")
        await self.town.settle()

    async def opens(self, rule: AgentRule) -> str:
        """As if a button for it had been there. Returns where that led."""
        world = self.town.world
        window = Window(WindowId(world.id("win")), ConversationId(world.id("convo")), "terminal", f"tty-{self.login}-2")
        await self.town.app.engine.open_conversation(Opening(rule), window, Party(Origin.LINKED, self.subject), world.id("event"))
        await self.town.settle()
        return (await self.town.app.engine.view(window.id)).prompt.id

    async def proves(self) -> None:
        """By both methods."""
        await self.page.types(await self.town.code(self.login, TOTP))
        await self.town.settle()
        await self.page.types(self.codes.pop())
        await self.town.settle()


async def admin(town: Town, login: str) -> Admin:
    """Adam is one; others are made."""
    if login != "adam":
        with suppress(ValueError):
            made = await hands(town).create(NewAccount(login, login.title(), Secret(OLD), upn=f"{login}@contoso.example"))
            await hands(town).add_member("Unlatch-Admins", made)
    subject, records = await town.subject(login), town.app.store.records
    at = town.clock.now - LONG_AGO
    if login != "adam":
        key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        town.secrets.add(key)
        await records.register(Registered(MethodId(town.world.id("method")), subject, TOTP, Secret(key), at, at))
    codes = [code.reveal() for code in sheet(town.keys, MethodId(f"sheet-{login}"))]
    for code in codes:
        kept = kept_of(town.keys, subject, Secret(code))
        await records.register(Registered(MethodId(town.world.id("method")), subject, RECOVERY, kept, at, at))
    town.secrets |= set(codes)
    return Admin(town, login, subject, codes)
