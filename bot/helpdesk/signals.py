"""What is odd about a case, or about whoever has it: shown on the case and on the audit, and stopped where the rules of the house say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.directory.interfaces import Person
from bot.policy.helpdesk_rules import CaseSignal

MANY_FOR_ONE, DAY = 3, 86400.0  # cases that were opened for one account before this one, within so many seconds
MANY_TARGETS, HOUR = 10, 3600.0  # accounts that one agent has opened cases for


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Before this one."""

    for_one: int  # cases for this account, whoever opened them, within a day
    targets: int  # other accounts that this agent opened cases for, within an hour


def signals(agent: Person, caller: Person, counts: CaseCounts) -> tuple[CaseSignal, ...]:
    """All that hold. That an agent is the caller is none: it never goes on."""
    odd = {
        CaseSignal.THEIR_MANAGER: caller.manager == agent.subject,
        CaseSignal.THEIR_REPORT: agent.manager == caller.subject,
        CaseSignal.MANY_FOR_ONE: counts.for_one >= MANY_FOR_ONE,
        CaseSignal.MANY_TARGETS: counts.targets >= MANY_TARGETS,
    }
    return tuple(signal for signal, holds in odd.items() if holds)


def stopped(found: Sequence[CaseSignal], stops: Sequence[CaseSignal]) -> CaseSignal | None:
    """The first that the rules stop a case for."""
    return next((signal for signal in found if signal in stops), None)
