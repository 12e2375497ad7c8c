"""Links to sealed pages: a window is offered, and whoever's browser redeems it first has it."""

from dataclasses import dataclass

from bot.conversation.lifetimes import LINK_LIFETIME
from bot.model.facts import PageOffered
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import WindowId
from bot.platform.job_outbox import Sent
from bot.platform.sentences import args


@dataclass(frozen=True, slots=True)
class Links:
    """Nothing of the link is kept: it is the window's name, signed."""

    turn: Turn
    world: World

    def offer(self) -> WindowId:
        """A new page for this conversation."""
        window, until = WindowId(self.world.id("page")), self.world.now() + LINK_LIFETIME
        self.turn.note(PageOffered(window, self.turn.conversation, until))
        party = self.turn.party
        if party.asker and party.subject:  # a case has no chat in which the link could stand
            self.turn.note(Sent("invite", party.subject, args(page=window, until=until), good_for=LINK_LIFETIME))
        return window
