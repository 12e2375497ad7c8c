"""A helpdesk for the tests: an agent at a terminal, and a caller who finds the case's link where it was sent."""

import re
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.terminal.render import Render
from bot.conversation.view import View
from bot.directory.administration import NewAccount
from bot.engine.understand import options_of
from bot.messaging.messenger import Channel
from bot.model.turn import Party, Window
from bot.platform.ids import ConversationId, Origin, SubjectId, WindowId
from bot.platform.secret import Secret
from flows.guided import Guided
from flows.opening import Opening
from store.directory_admin import AdministeredDirectory
from tests.kit.people import ORIGIN, Browser
from tests.kit.residents import OLD
from tests.kit.town import Town, quick

KIND, NOWHERE = "terminal", WindowId("")
LINK = re.compile(re.escape(ORIGIN) + r"(/l/\S+)")
WHY, TICKET = "forgotten", "INC-7"


def hands(town: Town) -> AdministeredDirectory:
    """Of whoever runs the directory."""
    return AdministeredDirectory("contoso", town.app.store.database, town.world, quick(town.world))


async def hired(town: Town, login: str = "erin", group: str = "Helpdesk", mail: str | None = "erin@contoso.example") -> "Agent":
    """Somebody new, who holds the group's role."""
    directory = hands(town)
    if group:
        with suppress(ValueError):  # there is one already
            await directory.add_group(group)
    account = NewAccount(login, f"{login.title()} Castillo", Secret(OLD), upn=f"{login}@contoso.example", mail=mail)
    subject = await directory.create(account)
    if group:
        await directory.add_member(group, subject)
    return Agent(town, login)


@dataclass
class Agent:
    """In a chat, once for each thing that they begin."""

    town: Town
    login: str
    window: WindowId = NOWHERE
    told: list[str] = field(default_factory=list)  # all that was ever shown

    async def helps(self, login: str | None, event: str = "", origin: Origin = Origin.LINKED) -> None:
        """As the front door does it for "help LOGIN"."""
        world, me = self.town.world, await self.town.subject(self.login)
        first = Opening(Guided(await self.town.subject(login) if login else None))
        window = Window(
            WindowId(f"win-{event}" if event else world.id("win")), ConversationId(world.id("convo")), KIND, self.address
        )
        self.window = window.id
        await self.town.app.engine.open_conversation(first, window, Party(origin, me), event or world.id("event"))
        await self.town.settle()

    async def opens(self, login: str, action: str = "reset", ticket: str = TICKET) -> None:
        """A whole case."""
        await self.helps(login)
        if await self.at() == "case.needed":
            await self.says(action)
        if await self.at() == "case.reason":
            await self.says(WHY)
        if await self.at() == "case.ticket":
            await self.says(ticket)
        await self.town.settle()

    async def asks(self, text: str) -> None:
        """Words to the bot, whatever is open: the newest conversation of this chat is the one that is looked at then."""
        self.town.clock.passes(1)  # of two that were begun at the same moment none is the newest
        engine, party = self.town.app.engine, Party(Origin.LINKED, await self.town.subject(self.login))
        await engine.hear(KIND, self.address, Secret(text), party, self.town.world.id("event"))
        self.window = await self.town.newest(KIND, self.address) or self.window
        await self.town.settle()

    async def says(self, text: str) -> None:
        """Words, or what stands on a button."""
        engine = self.town.app.engine
        await engine.take_answer((await engine.view(self.window)).token, self.address, said=Secret(text))

    async def at(self) -> str:
        """The id of what is asked; empty before anything is."""
        return (await self._view()).prompt.id if await self.town.app.engine.owns(self.window, self.address) else ""

    async def reads(self) -> str:
        """All that the newest message says, as a terminal shows it."""
        text = Render(self.town.app.words, ORIGIN, "en").view(await self._view())
        self.told.append(text)
        self.town.told.append(text)
        return text

    async def offered(self) -> list[str]:
        """What stands on the buttons of the newest message."""
        return [self.town.app.words.label(option) for option in options_of((await self._view()).prompt)]

    @property
    def address(self) -> str:
        """Of their chat."""
        return f"tty-{self.login}"

    async def _view(self) -> View:
        return await self.town.app.engine.view(self.window)


async def invited(town: Town, login: str, channel: Channel = Channel.MAIL) -> str:
    """The path of the newest link that was sent to this account's addresses; empty: none was."""
    inbox = await town.app.demo().inbox(login)
    found = [link for m in inbox.messages if m.channel == channel for link in LINK.findall(m.text)]
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


async def refusals(town: Town) -> list[tuple[str, str, str]]:
    """Why no case was opened, for whom, and whom it was refused."""
    rows = [row for row in await town.audit() if row.tag.startswith("helpdesk:case:refused:")]
    return [(row.tag.rpartition(":")[2], row.subject, dict(row.detail)["agent"]) for row in rows]
