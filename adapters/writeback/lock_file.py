"""One agent's files belong to one process: another one on the same machine is told so."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.platform.errors import OperatorError


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """While this process lives; however it ends, the lock is gone with it. Raises OperatorError when another process has it."""
    with path.open("a+", encoding="utf-8") as file:
        try:
            _lock(file)
        except OSError:
            raise OperatorError(
                f"Another agent is at work with these files ({path} is locked). One is enough; stop the other first."
            ) from None
        yield


def _lock(file: IO[str]) -> None:
    """Raises OSError when it is locked."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows alone has it

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - and Windows doesn't have this one

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
