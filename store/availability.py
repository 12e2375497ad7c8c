"""Which of the drivers' faults say that the database can't be had just now, as against a fault of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.platform.errors import Unavailable

# PostgreSQL's classes of SQLSTATE (appendix A): connection, resources, operator intervention, system; and three single ones.
AWAY = ("08", "53", "57", "58")
ALONE = {"25006", "55P03", "40P01"}  # read-only after a failover, a lock that wasn't to be had in time, a deadlock
# SQLite's result codes (sqlite.org/rescode.html): busy, locked, read-only, input or output, full, can't be opened.
FILE = {5, 6, 8, 10, 13, 14}
FIRST = 0xFF  # an extended code's last octet is the code that it belongs to


@contextmanager
def available() -> Iterator[None]:
    """Raises Unavailable for what goes away by itself, or when an operator sees to it."""
    try:
        yield
    except DBAPIError as fault:
        if fault.connection_invalidated or is_away(fault.orig):
            raise Unavailable(str(getattr(fault.orig, "sqlstate", None) or type(fault.orig).__name__)) from fault
        raise
    except (NoConnection, OSError, TimeoutError) as fault:
        raise Unavailable(type(fault).__name__) from fault


def is_away(fault: BaseException | None) -> bool:
    """By the driver's own code."""
    if isinstance(fault, sqlite3.Error):
        return getattr(fault, "sqlite_errorcode", 0) & FIRST in FILE
    state = str(getattr(fault, "sqlstate", None) or "")
    return state.startswith(AWAY) or state in ALONE
