"""File descriptors: how many this process may have open, how many of them visitors may take, and whether they are running out."""

from pathlib import Path

import structlog

WANTED = 16384  # a server that is given a million uses no more
MOST = 4096  # connections of visitors
FEW = 0.1  # share of all descriptors; with fewer free ones databases and vendors soon can't be reached
OPEN = Path("/dev/fd")  # on Linux and macOS alike
log = structlog.get_logger()


def raise_descriptor_limit() -> int:
    """As high as it may go without anybody's leave; says how high it is. The usual 1,024 are a habit of shells and not meant for servers."""
    import resource  # noqa: PLC0415 - Windows has none, and an agent there has no need of it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
    if soft == resource.RLIM_INFINITY or soft >= highest:
        return soft if 0 <= soft < WANTED else WANTED
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
    return highest


def room_for_connections(limit: int) -> int:
    """Half of them at most: the others are for the database, directories, vendors and files."""
    return max(1, min(MOST, limit // 2))


def short_of_descriptors() -> bool:
    """Whether hardly any is free. Whoever can't even count them has none."""
    import resource  # noqa: PLC0415 - Windows has none, and an agent there has no need of it

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return False
    try:
        free = limit - len(list(OPEN.iterdir()))
    except OSError:
        free = 0
    if free > limit * FEW:
        return False
    log.error("process.descriptors", free=free, limit=limit)
    return True
