"""So little of a processor that a crowd has to wait: a quota of the kernel's for one process, by control groups of either version."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PERIOD = 100_000  # microseconds: the kernel's own default
ONE, TWO = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


@contextmanager
def scarce_processor(process: int, share: float) -> Iterator[None]:
    """`share` of one core, for all threads of the process. Raises OSError where we may not make control groups."""
    root = ONE if ONE.is_dir() else TWO
    group = root / f"unlatch-{process}"
    group.mkdir()
    try:
        quota = round(PERIOD * share)
        if root is ONE:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (root / "cgroup.subtree_control").write_text("+cpu")
            (group / "cpu.max").write_text(f"{quota} {PERIOD}")
        (group / "cgroup.procs").write_text(str(process))
        yield
    finally:
        with suppress(OSError):  # the process may have ended
            (root / "cgroup.procs").write_text(str(process))
        group.rmdir()
