"""The agent's own log: JSON lines in a file of its own, a new one each ten megabytes. No password and no answer ever stands in it."""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bot.platform.clock import World
from bot.platform.errors import OperatorError

LARGEST, KEPT = 10 * 1024 * 1024, 5  # bytes; files


class LogFile:
    """Implements `AgentLog` of executor.py."""

    def __init__(self, path: Path, world: World) -> None:
        self._world = world
        try:
            handler = RotatingFileHandler(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
        except OSError as error:
            raise OperatorError(f"The log can't be written to {path}: {error.strerror}.") from None
        handler.setFormatter(logging.Formatter("%(message)s"))
        self._log = logging.Logger("unlatch.agent", logging.INFO)  # noqa: LOG001 - not the process's: nobody else may write to this file
        self._log.addHandler(handler)

    def note(self, event: str, **values: object) -> None:
        at = datetime.fromtimestamp(self._world.now(), UTC).isoformat(timespec="milliseconds")
        self._log.info(json.dumps({"at": at, "event": event, **values}))

    def close(self) -> None:
        """Gives the file back; nothing is written any more."""
        for handler in self._log.handlers:
            handler.close()
