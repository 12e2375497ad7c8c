"""What an error of Graph means: its long, nested bodies become one of our sentences, and are repeated nowhere."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Body = Mapping[str, Any]

# Codes and texts that were seen in the wild; Microsoft documents only the outermost code, and asks clients to look further inside.
PASSWORDS = (
    ("fuzzypolicy", "password.known"),  # FuzzyPolicyViolationInvalidPassword: the list of banned passwords
    ("banned", "password.known"),
    ("guess", "password.known"),
    ("password complexity", "directory.too_simple"),
    ("passworddoesnotcomply", "directory.too_simple"),
    ("invalidpassword", "directory.too_simple"),
    ("on-premises mastered", "directory.synced"),
    ("directory sync", "directory.synced"),
)
FORBIDDEN, NOT_FOUND = 403, 404
CODE = re.compile(r"[A-Za-z][A-Za-z_.]{0,79}")


def words_of(status: int, body: Body) -> str:
    """The sentence for a refused change of a password."""
    if status == NOT_FOUND:
        return "people.gone"
    if status == FORBIDDEN:
        return "directory.not_allowed"
    told = error_text(body)
    return next((words for mark, words in PASSWORDS if mark in told), "directory.refused")


def code_of(body: Body) -> str:
    """The outermost code, for the log: a name of Microsoft's, or nothing."""
    error = body.get("error")
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""


def error_text(body: Body) -> str:
    """All that an error says, in small letters; to be searched, and shown to nobody."""
    return " ".join(_said(body.get("error"))).lower()


def _said(part: object) -> Iterator[str]:
    """Every code and message, however deep: `innererror` and `details` hold what the outer ones leave out."""
    match part:
        case Mapping():
            for name, value in part.items():
                if isinstance(value, str) and name.lower() in {"code", "message"}:
                    yield value
                else:
                    yield from _said(value)
        case list():
            for value in part:
                yield from _said(value)
