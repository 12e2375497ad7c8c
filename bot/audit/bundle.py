"""A case's evidence in one file: the audit from its first row to a signed checkpoint, so that it can be looked at without the database."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.audit.chain import AuditEntry, Verifier, exported, imported
from bot.audit.checkpoints import Checkpoint, genuine, parsed
from bot.platform.keyring import Keys

FORMAT = 1
NONE = "not the bundle of a case, or of another version"


@dataclass(frozen=True, slots=True)
class Bundle:
    """`rows` are all of the chain between, others' as well: a hash covers the row before it, so none can be left out."""

    case: str
    rows: Sequence[AuditEntry]
    checkpoint: Checkpoint

    def dumped(self) -> str:
        """As the file has it."""
        rows = [json.loads(exported(row)) for row in self.rows]
        return json.dumps({"format": FORMAT, "case": self.case, "checkpoint": asdict(self.checkpoint), "rows": rows}, indent=1)

    def wrong(self, keys: Keys, checkpoints: Sequence[Checkpoint] = ()) -> list[str]:
        """All that is wrong with it, in sentences. `checkpoints`: genuine ones from elsewhere."""
        if not self.rows or not genuine(self.checkpoint, keys):
            return ["Its checkpoint isn't signed by this key ring."]
        first, last = self.rows[0], self.checkpoint.count
        within = [mark for mark in checkpoints if first.seq <= mark.count <= last]
        look = Verifier([self.checkpoint, *within], seq=first.seq - 1, head=first.previous)
        for row in self.rows:
            look.see(row)
        found = [finding.sentence for finding in look.end()]
        return found if look.seq == last else [*found, f"Its rows end at {look.seq}, and its checkpoint is of row {last}."]


def read_bundle(text: str) -> Bundle:
    """Inverse of `dumped`. Raises ValueError for anything else."""
    try:
        kept = json.loads(text)
        checkpoint = parsed(json.dumps(kept["checkpoint"]))
        known, case = kept["format"] == FORMAT, str(kept["case"])
        rows = [imported(json.dumps(row)) for row in kept["rows"]]
    except (ValueError, TypeError, KeyError):
        raise ValueError(NONE) from None
    if not known or checkpoint is None:
        raise ValueError(NONE)
    return Bundle(case, rows, checkpoint)
