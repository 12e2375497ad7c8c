"""Who asked for a conversation, when it wasn't the person themselves: the helpdesk's case and whose case it is."""

from dataclasses import dataclass

from bot.platform.ids import CaseId, Line, SubjectId
from bot.platform.sentences import Args, args


@dataclass(frozen=True, slots=True)
class Asker:
    """`name`: the agent's, as the directory has it. `ticket`: empty, where none was given."""

    case: CaseId
    agent: SubjectId
    name: str
    ticket: str = ""

    @property
    def number(self) -> Line:
        """Short enough to be said on the phone. It names the case to people and opens nothing."""
        return number(self.case)

    @property
    def detail(self) -> Args:
        """What every row of the audit about it carries."""
        return args(case=self.case, agent=self.agent)


def number(case: CaseId) -> Line:
    """As "7F3A-91C2"."""
    start = case.rpartition("-")[2].upper()
    return Line(f"{start[:4]}-{start[4:8]}")
