"""What a server answered: entries as they came, and the text that may stand in a question."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLAIN = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Entry:
    """Attribute names are in small letters; values are as they crossed the wire."""

    dn: str
    values: Mapping[str, Sequence[bytes]]

    def raw(self, name: str) -> bytes | None:
        """The first value."""
        return next(iter(self.values.get(name, ())), None)

    def text(self, name: str) -> str | None:
        """The first value as text; None when there is none."""
        found = self.raw(name)
        return None if found is None else found.decode("utf-8", "replace")

    def texts(self, name: str) -> tuple[str, ...]:
        """All of them."""
        return tuple(value.decode("utf-8", "replace") for value in self.values.get(name, ()))

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number. What isn't one counts as not being there."""
        try:
            return int(self.raw(name) or b"")
        except ValueError:
            return otherwise


def escaped(value: str | bytes) -> str:
    """A value for a filter, in which nothing but letters and digits stands for itself (RFC 4515 section 3)."""
    octets = value.encode("utf-8", "replace") if isinstance(value, str) else value
    return "".join(chr(o) if o in PLAIN else f"\\{o:02x}" for o in octets)


def folded(text: str) -> str:
    """What names are compared by."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def within(dn: str, base: str) -> bool:
    """Whether a name lies at or below another. Servers spell their own names alike, so spelling alone is compared."""
    below, above = dn.casefold(), base.casefold()
    return below == above or below.endswith(f",{above}")
