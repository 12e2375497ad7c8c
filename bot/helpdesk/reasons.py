"""Why somebody calls: a short closed list, so that it is one tap, can be counted, and holds nothing that was said on the phone."""

from enum import StrEnum


class Reason(StrEnum):
    """As it goes on record."""

    FORGOTTEN = "forgotten"
    EXPIRED = "expired"
    LOCKED = "locked"
    NEW_DEVICE = "new_device"
    OTHER = "other"
