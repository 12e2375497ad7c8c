"""What an operator is told when the database refuses: one place maps the drivers' codes to a sentence and its remedy."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseFault:
    """What happened, and what to do next; neither holds an address or a password."""

    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}"


MIGRATE = DatabaseFault("Tables are missing in the database, or they are another version's.", "Run `unlatch migrate`.")
FULL = DatabaseFault("The database's disk is full.", "Make room; what was committed before is there.")
READ_ONLY = DatabaseFault(
    "The database is read-only just now.", "Let `database` name the primary, and see that its files can be written."
)
BUSY = DatabaseFault("The database is busy with another's work.", "Try again; if it stays so, see which process holds it.")
STARTING = DatabaseFault("The database is starting or stopping.", "Try again in a minute.")
SILENT = DatabaseFault("The database doesn't answer in time.", "Check that it runs, and the firewall between.")

# PostgreSQL's SQLSTATE (appendix A), whole or its class; the longest that fits is told.
STATES = {
    "08": DatabaseFault("The connection to the database broke.", "Check that it runs, and try again."),
    "25006": READ_ONLY,
    "28": DatabaseFault(
        "The database refuses this user or password.",
        "Correct the user in `database`, and its password in UNLATCH_DATABASE_PASSWORD or the file of `database_password_file`.",
    ),
    "3D": DatabaseFault("There is no database of that name.", "Correct `database`, or run `createdb`; then `unlatch migrate`."),
    "40P01": BUSY,
    "42501": DatabaseFault(
        "The database's user may not do that.", "Make that user the owner of the database and of what is in it, and try again."
    ),
    "42703": MIGRATE,
    "42P01": MIGRATE,
    "53": DatabaseFault("The database is short of memory or other means.", "See its log."),
    "53100": FULL,
    "53300": DatabaseFault("The database takes no more connections.", "Raise its max_connections, or run fewer replicas."),
    "55P03": BUSY,
    "57": STARTING,
    "57014": SILENT,
    "58": DatabaseFault("The database's machine has a fault.", "See its log and its disk."),
}
# SQLite's result codes (sqlite.org/rescode.html).
FILES = {
    5: BUSY,
    6: BUSY,
    8: READ_ONLY,
    10: DatabaseFault("The database's file can't be read or written.", "See its disk."),
    11: DatabaseFault("The database's file is damaged.", "Put a backup in its place."),
    13: FULL,
    14: DatabaseFault("The database's file can't be opened.", "Correct `database`, or the rights of its file and folder."),
    26: DatabaseFault("The file that `database` names is no database.", "Correct `database`."),
}
FIRST = 0xFF  # an extended code's last octet is the code that it belongs to
REACHING: tuple[tuple[type[OSError], DatabaseFault], ...] = (
    (ConnectionRefusedError, DatabaseFault("Nothing listens where the database should be.", "Start it, or correct `database`.")),
    (
        socket.gaierror,
        DatabaseFault("The database's host has no address.", "Correct its name in `database`, or the name service."),
    ),
    (TimeoutError, SILENT),
)


def database_fault(fault: BaseException, *, reaching: bool = False) -> DatabaseFault | None:
    """None: nothing in it is a database's. `reaching`: an answer of the network is the database's as well."""
    for each in _causes(fault):
        if found := _by_code(each):
            return found
        if reaching:
            for kind, told in REACHING:
                if isinstance(each, kind):
                    return told
    return None


def _by_code(fault: BaseException) -> DatabaseFault | None:
    state = getattr(fault, "sqlstate", None)
    if isinstance(state, str):
        return STATES.get(state) or STATES.get(state[:2])
    code = getattr(fault, "sqlite_errorcode", None)
    if isinstance(code, int):
        return MIGRATE if "no such table" in str(fault) else FILES.get(code & FIRST)
    return None


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__
