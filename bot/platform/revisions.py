"""Whether the tables of a database and the code of this version go together: while replicas are upgraded, one is ahead of the other."""

from enum import StrEnum


class Tables(StrEnum):
    """How a database's tables are, for this version's code."""

    SAME = "same"
    NEWER = "newer"  # a newer version's, made so that this one can go on beside it
    OLDER = "older"
    TOO_NEW = "too new"

    @property
    def usable(self) -> bool:
        """Whether this version may start."""
        return self in {Tables.SAME, Tables.NEWER}

    @property
    def mend(self) -> str:
        """What to do where they don't go together."""
        return MENDS.get(self, "")


MENDS = {
    Tables.OLDER: "The database's tables aren't as this version wants them; `unlatch migrate` brings them up to date.",
    Tables.TOO_NEW: "A newer version of Unlatch has changed the database's tables, and this one can't work with them any more."
    " Start the newer version here too.",
}
