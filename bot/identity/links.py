"""Links to sealed pages: a window is offered, and whoever's browser redeems it first has it."""

from dataclasses import dataclass

from bot.conversation.facts import Linked
from bot.conversation.ports import LINK_LIFETIME
from bot.conversation.turn import Turn
from bot.ids import WindowId
from bot.world import World


@dataclass(frozen=True, slots=True)
class Links:
    """Nothing of the link is kept: it is the window's name, signed."""

    turn: Turn
    world: World

    def offer(self) -> WindowId:
        """A new page for this conversation."""
        window = WindowId(self.world.id("page"))
        self.turn.note(Linked(window, self.turn.conversation, self.world.now() + LINK_LIFETIME))
        return window
