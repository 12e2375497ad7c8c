"""Two controls in BER: what the password policy says to an answer, and a condition without which nothing is modified."""

from collections.abc import Iterator, Mapping
from enum import IntEnum

from adapters.directories.ldap.connection import Control

PPOLICY, ASSERTION = "1.3.6.1.4.1.42.2.27.8.5.1", "1.3.6.1.1.12"
FOREVER = "000001010000Z"  # a lock that an administrator set (slapo-ppolicy(5), pwdAccountLockedTime)
ASKED: Control = (PPOLICY, False, None)
CHANGED = "pwdChangedTime"
SEQUENCE, OCTETS, AND, NOT, EQUAL, ERROR = 0x30, 0x04, 0xA0, 0xA2, 0xA3, 0x81  # RFC 4511 section 4.5.1, and the draft's [1]
PRESENT, LONG = 0x87, 0x80


class PolicyResponse(IntEnum):
    """draft-behera-ldap-password-policy-10 section 6.2, and one more that OpenLDAP has."""

    EXPIRED = 0
    LOCKED = 1
    MUST_CHANGE = 2
    NOT_ALLOWED = 3
    OLD_WANTED = 4
    QUALITY = 5
    TOO_SHORT = 6
    TOO_YOUNG = 7
    IN_HISTORY = 8
    TOO_LONG = 9


def policy_response(controls: Mapping[str, bytes]) -> PolicyResponse | None:
    """What came with an answer. None: nothing, or something that no draft knows."""
    for tag, value in _parts(next((body for _, body in _parts(controls.get(PPOLICY, b""))), b"")):
        if tag == ERROR and value[-1:] and value[-1] in set(PolicyResponse):
            return PolicyResponse(value[-1])
    return None


def only_if(uuid: str, changed: str | None = None) -> Control:
    """The name still means this account, and no administrator has locked it (RFC 4528): else 122, and nothing is done.

    `changed`: and its password is still the one of this moment; empty: it has none of any moment.
    """
    same = _equal("entryUUID", uuid) + _part(NOT, _equal("pwdAccountLockedTime", FOREVER))
    if changed is not None:
        same += _equal(CHANGED, changed) if changed else _part(NOT, _part(PRESENT, CHANGED.encode()))
    return ASSERTION, True, _part(AND, same)


def _equal(name: str, value: str) -> bytes:
    return _part(EQUAL, _part(OCTETS, name.encode()) + _part(OCTETS, value.encode()))


def _part(tag: int, body: bytes) -> bytes:
    """A length of 128 octets and more is led by how many octets it takes (X.690 section 8.1.3.5): one is enough for ours."""
    length = bytes((len(body),)) if len(body) < LONG else bytes((LONG + 1, len(body)))
    return bytes((tag,)) + length + body


def _parts(body: bytes) -> Iterator[tuple[int, bytes]]:
    while len(body) > 1:
        yield body[0], body[2 : 2 + body[1]]
        body = body[2 + body[1] :]
