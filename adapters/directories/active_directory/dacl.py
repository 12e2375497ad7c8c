"""Who may reset the passwords of the users below a unit, by its access control list (MS-DTYP 2.4.5, 2.4.6; MS-ADTS 5.1.3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.directories.active_directory.values import guid_text, sid_text

DACL_ONLY = ("1.2.840.113556.1.4.801", True, bytes.fromhex("3003020104"))  # LDAP_SERVER_SD_FLAGS: the rest needs more rights
RESET_PASSWORD, USER = "00299570-246d-11d0-a768-00aa006e0529", "bf967aba-0de6-11d0-a285-00aa003049e2"
ALLOWED, ALLOWED_OBJECT = 0x00, 0x05  # kinds of entries
INHERITED_BY_CONTAINERS = 0x02  # to the directory a user is a container too
EXTENDED_RIGHT, EVERYTHING = 0x100, 0x10000000
HAS_TYPE, HAS_INHERITED_TYPE = 1, 2


@dataclass(frozen=True, slots=True)
class Ace:
    """One entry. `about`: the right or attribute that it is limited to; `below`: the class of objects that it is handed down to."""

    kind: int
    flags: int
    mask: int
    about: str
    below: str
    sid: str


def resetters(descriptor: bytes) -> list[str]:
    """SIDs, in the list's order. Refusals that might stand before them are not looked at: rather one too many is named."""
    return list(dict.fromkeys(ace.sid for ace in entries(descriptor) if _gives(ace)))


def entries(descriptor: bytes) -> Iterator[Ace]:
    """All of a self-relative security descriptor; none where it has no list."""
    start = int.from_bytes(descriptor[16:20], "little")
    count = int.from_bytes(descriptor[start + 4 : start + 6], "little") if start else 0
    at = start + 8
    for _ in range(count):
        size = int.from_bytes(descriptor[at + 2 : at + 4], "little")
        yield _ace(descriptor[at : at + size])
        at += size


def _ace(octets: bytes) -> Ace:
    kind, flags, mask = octets[0], octets[1], int.from_bytes(octets[4:8], "little")
    about = below = ""
    at = 8
    if kind in {ALLOWED_OBJECT, ALLOWED_OBJECT + 1}:
        present, at = int.from_bytes(octets[8:12], "little"), 12
        if present & HAS_TYPE:
            about, at = guid_text(octets[at : at + 16]), at + 16
        if present & HAS_INHERITED_TYPE:
            below, at = guid_text(octets[at : at + 16]), at + 16
    known = kind in {ALLOWED, ALLOWED + 1, ALLOWED_OBJECT, ALLOWED_OBJECT + 1}
    return Ace(kind, flags, mask, about, below, sid_text(octets[at:]) if known else "")


def _gives(ace: Ace) -> bool:
    return (
        ace.kind in {ALLOWED, ALLOWED_OBJECT}
        and bool(ace.flags & INHERITED_BY_CONTAINERS)
        and bool(ace.mask & (EXTENDED_RIGHT | EVERYTHING))
        and ace.about in {"", RESET_PASSWORD}
        and ace.below in {"", USER}
    )
