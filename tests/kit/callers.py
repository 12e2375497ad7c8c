"""Somebody who needs help, by whichever channel: a chat and the page that it leads to, or, for a stranger, a page alone."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.identity.methods.access_pass import TemporaryAccessPass
from bot.identity.methods.call import PhoneCall
from bot.platform.ids import Kind
from tests.kit.kinds import APPROVAL, EMAIL, PASSKEY, PASSWORD, QUESTIONS, RECOVERY, SMS, TOTP
from tests.kit.people import Browser, Talker, Terminal, WebChat
from tests.kit.residents import OLD
from tests.kit.slack import SlackChat
from tests.kit.teams import TeamsChat
from tests.kit.town import Town


class Channel(StrEnum):
    """Where somebody begins. At the portal they are a stranger."""

    TERMINAL = "terminal"
    DEMO = "demo"
    SLACK = "slack"
    TEAMS = "teams"
    PORTAL = "portal"


WISHES = {
    "reset": "I forgot my password",
    "unlock": "my account is locked",
    "change": "I want to change my password",
    "register": "register",
}
LABELS = {
    PASSKEY: "Passkey",
    APPROVAL: "Approval on my phone",
    TOTP: "Authenticator app",
    SMS: "Text message",
    EMAIL: "E-mail",
    RECOVERY: "Recovery code",
    PASSWORD: "My password",
    PhoneCall.kind: "Phone call",
    TemporaryAccessPass.kind: "Temporary access pass",
    QUESTIONS: "Security questions",
}


@dataclass
class Caller:
    """`at` and all that follows it are about the page once it is open, before that about the chat."""

    town: Town
    login: str
    channel: Channel
    page: Browser = field(init=False)
    chat: Talker | None = field(init=False)

    def __post_init__(self) -> None:
        self.page = Browser(self.town)
        match self.channel:
            case Channel.TERMINAL:
                self.chat = Terminal(self.town, self.login)
            case Channel.DEMO:
                self.chat = WebChat(self.town, self.login)
            case Channel.SLACK:
                self.chat = SlackChat(self.town, self.login)
            case Channel.TEAMS:
                self.chat = TeamsChat(self.town, self.login)
            case Channel.PORTAL:
                self.chat = None

    async def wants(self, wish: str) -> None:
        """In words, or by the portal's button and a name."""
        if self.chat:
            self.page = Browser(self.town, cookie=self.page.cookie)
            await self.chat.says(WISHES[wish])
        else:
            await self.page.starts(wish)
            if await self.at() == "find.self":
                await self.page.types(self.login)

    async def at(self) -> str:
        """The id of what is asked; empty before anything is."""
        if self.page.window:
            return await self.page.at()
        return await self.chat.at() if self.chat else ""

    async def notice(self) -> str:
        """The id of the remark above it, as far as it is kept."""
        if self.page.window:
            view = await self.page.view()
            return view.notice.words if view.notice else ""
        return ""

    async def begins_with(self, kind: Kind) -> None:
        """Chooses how to prove it, where there is a choice; opens the page, where one is asked for."""
        if self.chat and await self.at() == "page.open":
            await self.page.lands(await self.chat.link(), LABELS[kind])
        else:
            if self.chat is None and (await self.at()).startswith("method."):
                await self.picks("Another way")
            if (await self.at()).startswith("verify.how"):
                await self.picks(LABELS[kind])
        await self.types_in_full(kind)
        await self.town.settle()

    async def types_in_full(self, kind: Kind) -> None:
        """The number or address that is on file, where a visitor is asked for all of it."""
        if await self.at() == f"method.{kind}.in_full":
            await self.types(await self.town.destination(self.login, kind))

    async def proves_by(self, kind: Kind) -> None:
        """With the right code; of the app, as a stranger with nothing else, with the one that follows it too."""
        await self.begins_with(kind)
        await self.types(await self.town.code(self.login, kind))
        if await self.at() == f"method.{kind}.next":
            await self.town.passes(30)
            await self.types(await self.town.code(self.login, kind))

    async def adds_to_it(self, kind: Kind) -> None:
        """What a stranger is asked for as well, where somebody known is through."""
        if await self.at() == "verify.how.next":
            await self.proves_by(kind)

    async def opens(self) -> None:
        """The page, by its first button."""
        if self.chat:
            await self.page.lands(await self.chat.link())

    async def types(self, text: str) -> None:
        if self.page.window:
            await self.page.types(text)
        elif self.chat:
            self.town.secrets.add(text)
            await self.chat.says(text)

    async def picks(self, label: str) -> None:
        """A button, by how its words begin."""
        if self.page.window:
            await self.page.picks(label)
        elif self.chat:
            await self.chat.says(next(offer for offer in await self.chat.offered() if offer.startswith(label)))

    async def knows_old_password(self) -> None:
        await self.types(OLD)
