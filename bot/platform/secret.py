"""A value that may be used but never shown, kept, compared loosely or sent on."""

import hmac
from collections.abc import Callable
from typing import NoReturn, final


@final
class Secret:
    """`reveal()` and nothing else. A test lists the files that may call it (tests/house/test_reveals.py)."""

    __slots__ = ("__value",)

    def __init__(self, value: str | Callable[[], str]) -> None:
        """A value, or whoever says what it is each time that it is used: it may be another one by then."""
        self.__value = value

    def reveal(self) -> str:
        """The value itself, where it is used."""
        return self.__value if isinstance(self.__value, str) else self.__value()

    def equals(self, other: "Secret") -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(self.reveal().encode(), other.reveal().encode())

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> NoReturn:
        raise TypeError("a secret has no text; call reveal() where it is used")

    def __format__(self, _spec: str) -> NoReturn:
        self.__str__()

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        self.__str__()

    def __eq__(self, _other: object) -> NoReturn:
        raise TypeError("secrets are compared with equals()")

    __hash__ = None  # type: ignore[assignment]  # nor may it be a key
