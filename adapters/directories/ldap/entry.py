"""What a server answered: entries as they came, and how names are compared."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """Attribute names are in small letters; values are as they crossed the wire."""

    dn: str
    values: Mapping[str, Sequence[bytes]]

    def raw(self, name: str) -> bytes | None:
        """An attribute's first value. None: it has none, or may not be seen."""
        return next(iter(self.values.get(name, ())), None)

    def text(self, name: str) -> str | None:
        """The first value as text; None when there is none."""
        found = self.raw(name)
        return None if found is None else found.decode("utf-8", "replace")

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of an attribute as text."""
        return tuple(value.decode("utf-8", "replace") for value in self.values.get(name, ()))

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number. What isn't one counts as not being there."""
        try:
            return int(self.raw(name) or b"")
        except ValueError:
            return otherwise


def folded(text: str) -> str:
    """A name as it is compared: without case, and however its accents are encoded."""
    return unicodedata.normalize("NFC", text).strip().casefold()
