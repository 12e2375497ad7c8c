"""Whom a list of cases names: in full whom the agent is helping, and everybody else by initials."""

from bot.directory.interfaces import Person
from bot.platform.ids import Line


def in_full(person: Person) -> Line:
    """For the agent whose case it is."""
    return Line(f"{person.name} ({person.login})")


def initials(person: Person) -> Line:
    """For every other agent: enough to tell cases apart."""
    return Line(" ".join(f"{part[0]}." for part in person.name.split() if part) or "?")
