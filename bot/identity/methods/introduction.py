"""An introduction: on their first day somebody is known by whoever invited them, who types the number that the joiner's page shows."""

from dataclasses import dataclass

from bot.identity.methods.method import PERSONS, Method
from bot.identity.methods.shapes import MetElsewhere, NotByPerson
from bot.identity.methods.tools import Means, Tools
from bot.model.facts import Challenged
from bot.platform.ids import Kind
from bot.policy.policy import Policy


def never(asked: Challenged, tools: Tools) -> None:
    """Its proof is noted by the step that shows the number, and by nothing else."""


@dataclass(frozen=True)
class Introduction(Method):
    """Worth two: whoever invites has proved themselves on their own page, and then has compared what the joiner sees."""

    kind = Kind("introduced_by")
    group = PERSONS
    strength = 1
    lifetime = 900  # as long as its conversation: two people have to find each other
    nist = "trusted referee (SP 800-63A-4, 2.5)"
    asks = MetElsewhere(never)
    registers = NotByPerson()
    counts_as_two = True
    unregistered = True
    known_only = True
    by_colleague = True

    def begins(self, policy: Policy, *, admin: bool) -> bool:
        """Never an admin's: whoever can change the rules isn't let in by one colleague."""
        return not admin

    def carried(self, means: Means) -> bool:
        """Offered nowhere: it is met by an invitation's link alone."""
        return False
