"""Who could help themselves today, in totals: for admins and auditors, and without a word about one person."""

from bot.coverage.coverage import REASONS
from bot.directory.interfaces import Person
from bot.engine.desk import Desk
from bot.model.codec import kept, step
from bot.model.facts import Audited
from bot.model.prompt import PromptState, Say, Table
from bot.platform.ids import Line, WordsId
from bot.platform.sentences import Refuse, args
from bot.policy.roles import Role

READERS = {Role.ADMIN, Role.AUDITOR}
HEAD = (
    "coverage.head.group",
    "coverage.head.total",
    "coverage.head.enabled",
    "coverage.head.registered",
    "coverage.head.capable",
)


@kept("coverage")
class Coverage:
    """The wish to see who could help themselves today."""

    about = WordsId("about.coverage")

    async def begin(self, desk: Desk) -> "Report":
        """For somebody who holds the role and talks from a linked chat account. Others are told no number at all."""
        person = await reader_of(desk)
        found = await desk.coverage.coverage()
        desk.turn.note(Audited("coverage:report:shown", person.subject, args(conversation=desk.turn.conversation)))
        return Report(
            found.total,
            found.enabled,
            found.registered,
            found.capable,
            tuple(Count(Line(reason.value), count) for reason, count in found.reasons),
            tuple(CoverageLine(Line(g.name), g.total, g.enabled, g.registered, g.capable) for g in found.groups),
            Line(", ".join(found.silent)),
        )


async def reader_of(desk: Desk) -> Person:
    """Whoever asks, if they hold a role that may see figures. Raises Refuse."""
    subject = desk.turn.party.subject
    person = await desk.people.person(subject) if subject else None
    if person is None or not person.enabled or not desk.people.roles.of(person) & READERS:
        raise Refuse("coverage.not_yours")
    return person


@kept("coverage.count")
class Count:
    """How many couldn't help themselves for one reason."""

    reason: Line
    accounts: int


@kept("coverage.row")
class CoverageLine:
    """One group's line."""

    group: Line
    total: int
    enabled: int
    registered: int
    capable: int

    @property
    def cells(self) -> tuple[str, ...]:
        """As they stand below HEAD."""
        return (self.group, *(str(figure) for figure in (self.total, self.enabled, self.registered, self.capable)))


@step("coverage.report")
class Report:
    """So many could help themselves today."""

    total: int
    enabled: int
    registered: int
    capable: int
    reasons: tuple[Count, ...]
    groups: tuple[CoverageLine, ...]
    silent: Line  # directories that didn't answer

    def ask(self) -> Say:
        """A reason that a row of an older version doesn't know yet is none."""
        counts = {reason.value: 0 for reason in REASONS} | {c.reason: c.accounts for c in self.reasons}
        figures = {"total": self.total, "enabled": self.enabled, "registered": self.registered, "capable": self.capable}
        table = Table(HEAD, tuple(row.cells for row in self.groups)) if self.groups else None
        sentence = "coverage.report.silent" if self.silent else "coverage.report"
        return Say(sentence, args(**figures, **counts, silent=self.silent), table, PromptState.DONE)
