"""A secret's file: read at the start, and again whenever it is another one, since a vault that rotates it mustn't need a restart."""

from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger()
Look = tuple[int, int, int]  # which file it is, when it was written, and how long it is


@dataclass
class SecretFile:
    """What can't be read any more stays what it was: a file that is being exchanged is away for a moment."""

    path: Path
    _text: str = field(default="", repr=False)
    _look: Look | None = None

    def read(self) -> str:
        """The secret that it holds now. Raises OSError and UnicodeDecodeError at the first time alone."""
        try:
            found = self.path.stat()
            look = (found.st_ino, found.st_mtime_ns, found.st_size)
            if look != self._look:
                self._text, self._look = self.path.read_text(encoding="utf-8").rstrip("\r\n"), look
        except (OSError, UnicodeDecodeError) as error:
            if self._look is None:
                raise
            log.warning("settings.secret_file", path=str(self.path), fault=type(error).__name__)
        return self._text
