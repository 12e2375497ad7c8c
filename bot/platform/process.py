"""What a process sets up once, at its start: where its log goes, and how it gives memory back."""

import ctypes
import logging
import sys

import structlog

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # mallopt(3)
LARGE = 1 << 20  # bytes


def log_to_stderr() -> None:
    """One JSON object a line, so that standard output belongs to the command. Traces show no values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    libraries = logging.getLogger()
    if not any(isinstance(each, LibraryLog) for each in libraries.handlers):
        libraries.addHandler(LibraryLog(logging.WARNING))


class LibraryLog(logging.Handler):
    """What libraries have to say: who spoke, where in its source, and the kind of fault.

    Neither their words nor their traces: both quote what a stranger sent, a link's token or a cookie among it.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Called by the library of logging."""
        fault = record.exc_info[0] if record.exc_info else None
        where, kind = f"{record.module}:{record.lineno}", fault.__name__ if fault else ""
        structlog.get_logger().warning("library.log", library=record.name, level=record.levelname.lower(), at=where, fault=kind)


def give_back_large_blocks() -> None:
    """Large blocks go back to the system when they are freed; a password hash of 19 MiB would stay resident for ever.

    glibc raises its threshold with each large block that is freed, unless one is set.
    """
    if not sys.platform.startswith("linux"):
        return
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):  # musl has none, and needs none
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, LARGE)
