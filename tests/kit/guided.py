"""A helpdesk for the tests: an agent at a terminal, and a caller who finds the case's link where it was sent."""

import re
from dataclasses import dataclass, field

from bot.accounts.administration import NewAccount
from bot.conversation.step import Step
from bot.conversation.turn import Party, Window
from bot.ids import ConversationId, Kind, Origin, SubjectId, WindowId
from bot.secret import Secret
from flows.guided import Guided
from flows.opening import Opening
from store.directory_admin import AdministeredDirectory
from tests.kit.people import ORIGIN, Browser, Terminal
from tests.kit.residents import OLD
from tests.kit.town import Town, quick

LINK = re.compile(re.escape(ORIGIN) + r"(/l/\S+)")
WHY = "Forgot the password after the holidays, INC-7"


def hands(town: Town) -> AdministeredDirectory:
    """Of whoever runs the directory."""
    return AdministeredDirectory("contoso", town.app.store.database, town.world, quick(town.world))


async def hired(town: Town, login: str = "erin", group: str = "Helpdesk", mail: str | None = "erin@contoso.example") -> "Agent":
    """Somebody new, who holds the group's role."""
    directory = hands(town)
    if group:
        try:
            await directory.add_group(group)
        except ValueError:  # there is one already
            pass
    account = NewAccount(login, f"{login.title()} Castillo", Secret(OLD), upn=f"{login}@contoso.example", mail=mail)
    subject = await directory.create(account)
    if group:
        await directory.add_member(group, subject)
    return Agent(town, login)


@dataclass
class Agent:
    """At a terminal. `says` and all that Terminal has is about what is shown there."""

    town: Town
    login: str
    chat: Terminal = field(init=False)

    def __post_init__(self) -> None:
        self.chat = Terminal(self.town, self.login)

    async def helps(self, login: str | None, event: str = "", origin: Origin = Origin.LINKED) -> None:
        """As the front door does it for "help LOGIN"."""
        await self.begins(Opening(Guided(await self.town.subject(login) if login else None)), event, origin)

    async def begins(self, first: Step, event: str = "", origin: Origin = Origin.LINKED) -> None:
        world, me = self.town.world, await self.town.subject(self.login)
        window = Window(WindowId(world.id("win")), ConversationId(world.id("convo")), "terminal", f"tty-{self.login}")
        self.chat = Terminal(self.town, self.login)
        await self.town.app.engine.open(first, window, Party(origin, me), event or world.id("event"))
        await self.town.settle()

    async def opens(self, login: str, action: str = "reset", why: str = WHY) -> None:
        """A whole case."""
        await self.helps(login)
        if await self.at() == "case.needed":
            await self.chat.says(action)
        if await self.at() == "case.reason":
            await self.chat.says(why)
        await self.town.settle()

    async def at(self) -> str:
        return await self.chat.at()

    async def reads(self) -> str:
        """All that the newest message says."""
        return await self.chat.hears()


async def invited(town: Town, login: str, kind: Kind = Kind.EMAIL) -> str:
    """The path of the newest link that was sent to this account's addresses; empty: none was."""
    inbox = await town.app.demo().inbox(login)
    found = [link for m in inbox.messages if m.channel == kind for link in LINK.findall(m.text)]
    return found[-1] if found else ""


async def caller(town: Town, login: str, method: str | None = "Authenticator app") -> Browser:
    """Opens the page that the newest link leads to."""
    page = Browser(town)
    await page.lands(await invited(town, login), method)
    await town.settle()
    return page


async def nobody(town: Town) -> SubjectId:
    """An account that has an authenticator and no address at all."""
    return await hands(town).create(NewAccount("zed", "Zed Silent", Secret(OLD), upn="zed@contoso.example"))
