"""What the rules of the house say about the helpdesk: where it is reached, what a case needs, and what stops one."""

from dataclasses import dataclass
from enum import StrEnum


class TicketRule(StrEnum):
    """Whether an agent is asked for a ticket's number when they open a case."""

    NOT_ASKED = "not-asked"
    ASKED = "asked"  # and may go on without one
    REQUIRED = "required"


class CaseSignal(StrEnum):
    """What is odd about a case (bot/helpdesk/signals.py)."""

    THEIR_MANAGER = "their-manager"  # the agent manages the caller
    THEIR_REPORT = "their-report"  # the caller manages the agent
    MANY_FOR_ONE = "many-for-one"
    MANY_TARGETS = "many-targets"


@dataclass(frozen=True, slots=True)
class HelpdeskRules:
    """Where a person is sent who can't help themselves, and what a case of the helpdesk needs.

    `contact`: one line for each way (chat, mail, phone, relay service, hours), as people read it.
    `ticket_patterns`: what a ticket's number looks like (`#`: a digit, `#+`: some); none: anything that may be one.
    `stops`: what a case isn't opened for, or passed on; of all the others the agent and the audit are only told.
    """

    contact: tuple[str, ...] = ()
    ticket: TicketRule = TicketRule.ASKED
    ticket_patterns: tuple[str, ...] = ()
    stops: tuple[CaseSignal, ...] = (CaseSignal.THEIR_MANAGER,)
