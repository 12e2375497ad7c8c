"""What is taken out, where it stands, and the test that must notice."""

from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import CODE, modules, text


@dataclass(frozen=True, slots=True)
class Defence:
    """`text` stands once in the whole product, wherever that is; put `without` in its place, and `test` (pytest's name of it) fails."""

    name: str
    text: str
    without: str
    test: str

    def places(self) -> list[Path]:
        """The files that hold the text, each as often as it does."""
        return [path for path in modules(*CODE) for _ in range(text(path).count(self.text))]
