"""All rows of the audit that belong to one case of the helpdesk, picked out while the whole chain goes by."""

from dataclasses import dataclass, field

from bot.audit.chain import AuditEntry

OPENED = "helpdesk:case:opened"
PREFIX = "case-"
LOOKED_AT = "operator:"  # whoever looked at the evidence is on the audit, and no part of it


def prefix_of(number: str) -> str:
    """What the case's id begins with: its number as people say it ("7F3A-91C2"), or the id itself."""
    return number.strip().lower() if number.lower().startswith(PREFIX) else PREFIX + number.strip().lower().replace("-", "")


@dataclass
class CaseRows:
    """A row belongs to it if it names the case, its caller's conversation, or a right that was given there."""

    prefix: str
    rows: list[AuditEntry] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def see(self, row: AuditEntry) -> None:
        """The next one of the chain."""
        if row.tag.startswith(LOOKED_AT):
            return
        detail = dict(row.detail)
        mine = detail.get("case", "").startswith(self.prefix)
        if not mine and not self._names & {detail.get(name, "") for name in ("conversation", "grant", "operation")}:
            return
        self.rows.append(row)
        if mine and row.tag == OPENED:
            self._names.add(detail["conversation"])
        if grant := detail.get("grant", "") if mine else "":
            self._names.add(grant)

    @property
    def cases(self) -> list[str]:
        """Whose rows these are: one, if its number says which."""
        return sorted({case for row in self.rows if (case := dict(row.detail).get("case", "")).startswith(self.prefix)})
