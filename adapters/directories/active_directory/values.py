"""How Active Directory writes things: GUIDs, SIDs, and moments as 100-nanosecond ticks since 1601 (MS-DTYP, MS-ADTS 3.1.1)."""

import re

TICKS = 10_000_000  # in a second
EPOCH = 11_644_473_600  # seconds from 1601-01-01 to 1970-01-01
NEVER = 2**63 - 1
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PARTS = ((3, -1, -1), (5, 3, -1), (7, 5, -1), (8, 10, 1), (10, 16, 1))  # the first three lie the other way round


def guid_text(octets: bytes) -> str:
    """An objectGUID as tools show it."""
    return "-".join(octets[start : None if stop < 0 else stop : step].hex() for start, stop, step in PARTS)


def sid_text(octets: bytes) -> str:
    """A security identifier as tools show it: `S-1-5-21-…`."""
    parts = (octets[start : start + 4] for start in range(8, 8 + 4 * octets[1], 4))
    return "-".join(["S", str(octets[0]), str(int.from_bytes(octets[2:8])), *(str(int.from_bytes(p, "little")) for p in parts)])


def moment(ticks: int) -> float | None:
    """Seconds since the epoch. None: never, or not said."""
    return None if ticks <= 0 or ticks >= NEVER else ticks / TICKS - EPOCH


def span(ticks: int) -> float | None:
    """Lengths are stored as negative counts. None: without end."""
    return None if ticks <= -NEVER else -ticks / TICKS
