"""Open the sealed page: one browser is bound to this conversation before anything is proved to it."""

from typing import Generic, Protocol, TypeAlias

from bot.engine.desk import Desk
from bot.model.codec import step
from bot.model.prompt import Option, Wait
from bot.model.reply import Reply
from bot.model.step import Next
from bot.platform.ids import OptionId, WindowId
from bot.platform.sentences import Misstep


class Opened(Protocol[Next]):
    """Who needs a page, and what comes when it is open."""

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """The buttons of the landing: one press opens the page, chooses and sends."""

    async def opened(self, choice: OptionId | None, desk: Desk) -> Next:
        """The page is open; `choice` is the button that opened it."""


async def open_page(caller: Opened[Next], desk: Desk) -> "OpenPage[Next] | Next":
    """No detour when a page is bound already: begun at the portal, or opened by an earlier sub-dialog."""
    if desk.turn.sealed:
        return await caller.opened(None, desk)
    return OpenPage(caller, desk.links.offer(), await caller.offers(desk))


@step("page.open")
class OpenPage(Generic[Next]):
    """Here is your page. It belongs to the first browser that opens it."""

    caller: Opened[Next]
    window: WindowId
    offers: tuple[Option, ...] = ()

    def ask(self) -> Wait:
        """The link; its landing page shows the offers."""
        return Wait("page.open", link=self.window, options=self.offers)

    async def look(self, desk: Desk) -> "OpenPage[Next] | Next":
        """Opened, or not yet."""
        return await self.caller.opened(None, desk) if desk.turn.sealed == self.window else self

    async def answer(self, reply: Reply, desk: Desk) -> Next:
        """Opened by pressing one of the offers. Elsewhere they can't be pressed: a proof is given where it is used."""
        if desk.turn.sealed != self.window:
            raise Misstep("page.open_first")
        return await self.caller.opened(reply.choice, desk)


Paged: TypeAlias = OpenPage[Next] | Next
