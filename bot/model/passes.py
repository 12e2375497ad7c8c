"""What a turn leaves behind that made a temporary access pass."""

from dataclasses import dataclass

from bot.platform.ids import GrantId, Kind, MethodId, SubjectId


@dataclass(frozen=True, slots=True)
class PassMinted:
    """A method that ends by itself, a row for each use (none: it is the directory's own); those of its kind before it are off the file.

    The turn is lost without a MINT grant of this subject, in force and of a case; it is used up.
    """

    subject: SubjectId
    kind: Kind
    uses: tuple[tuple[MethodId, bytes], ...]
    at: float
    grant: GrantId
