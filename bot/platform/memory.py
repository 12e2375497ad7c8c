"""Gives large blocks back to the system when they are freed; a password hash of 19 MiB would otherwise stay resident for ever."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # mallopt(3)
LARGE = 1 << 20  # bytes


def give_back_large_blocks() -> None:
    """For this process, from now on. glibc raises its threshold with each large block that is freed, unless one is set."""
    if not sys.platform.startswith("linux"):
        return
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):  # musl has none, and needs none
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, LARGE)
