"""What the audit tells of signed sets, held against the sets as they stand: one that is older, forged or gone is found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.audit.chain import AuditEntry
from bot.audit.checkpoints import Checkpoint
from bot.platform.set_seals import SEALED, SetKind, SetName, Surveyed


@dataclass
class SetRecord:
    """`known`: the number of the audit's last row when the sets were read, which is before its rows are."""

    known: int
    _told: dict[SetName, tuple[int, int]] = field(default_factory=dict)
    _since: set[tuple[SetName, tuple[int, int]]] = field(default_factory=set)

    def see(self, row: AuditEntry) -> None:
        """The next row of the audit."""
        if row.tag != SEALED:
            return
        detail = dict(row.detail)
        kind = SetKind(detail["set"])
        name = SetName(kind, "" if row.subject == kind else row.subject)
        told = int(detail["version"]), row.seq
        if row.seq > self.known:
            self._since.add((name, told))
        else:
            self._told[name] = told

    def wrong(self, sets: Iterable[Surveyed], checkpoints: Sequence[Checkpoint] = (), unseen: int = 0) -> list[str]:
        """One sentence for each that isn't as the audit and the checkpoints have it. `unseen`: so many rows aren't at hand."""
        found, total = dict(self._told), 0
        sentences = []
        for seen in sets:
            told, total = found.pop(seen.name, (0, 0)), total + seen.seal.version
            stands = (seen.seal.version, seen.seal.audit)
            if not seen.fits:
                sentences.append(f"The set {named(seen.name)}: its rows or its seal aren't as they were written.")
            elif stands != told and (seen.name, stands) not in self._since and not 0 < seen.seal.audit <= unseen:
                sentences.append(
                    f"The set {named(seen.name)}: it is at version {stands[0]}, and row {told[1]} of the audit tells of version {told[0]}."
                )
        sentences += [f"The set {named(name)}: all of it is missing; row {seq} tells of it." for name, (_, seq) in found.items()]
        if (kept := max((checkpoint.sets for checkpoint in checkpoints), default=0)) > total:
            sentences.append(f"A checkpoint outside the database counted {kept} changes of sets, there are {total}.")
        return sentences


def named(name: SetName) -> str:
    """For people."""
    return f"{name.kind} {name.owner}".strip()
