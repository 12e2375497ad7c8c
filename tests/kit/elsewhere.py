"""The town of the tests with its accounts on a server of their own: the same application, and people who can sign in there as well."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from bot.directory.administration import Administration
from bot.directory.interfaces import Directory
from tests.kit.town import Town

A = TypeVar("A", bound=Administration)


class ElsewhereTown(Town, Generic[A]):
    """`hands` furnish the directory; `serves` is the application's own way to it, which may lead through a proxy."""

    def __init__(self, folder: Path, migrated: Path, hands: A, serves: Callable[[], Directory]) -> None:
        super().__init__(folder, migrated)
        self.hands, self.serves = hands, serves

    @property
    def template(self) -> bool:
        """People live in another database this time."""
        return False

    def administration(self) -> Administration:
        return self.hands

    def served(self) -> Directory:
        return self.serves()
