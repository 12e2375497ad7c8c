"""What a process sets up once, at its start: where its log goes, and how it gives memory back."""

import ctypes
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


def give_back_large_blocks() -> None:
    """Large blocks go back to the system when they are freed; a password hash of 19 MiB would stay resident for ever.

    glibc raises its threshold with each large block that is freed, unless one is set.
    """
    if not sys.platform.startswith("linux"):
        return
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):  # musl has none, and needs none
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, LARGE)
