"""A disk that is full when a test says so: a small file system of its own where we may mount one, else a limit on how long a file may get."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = 24  # MiB


@dataclass
class SmallDisk:
    """`folder` lies on it."""

    folder: Path
    mounted: bool

    def fill(self) -> None:
        """Not one byte more goes onto it."""
        if not self.mounted:
            longest = max(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
            resource.setrlimit(resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))
            return
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while ballast.write(b"\0" * 4096):
                    pass
            except OSError:
                return

    def free(self) -> None:
        """There is room again."""
        if self.mounted:
            (self.folder / "ballast").unlink()
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Gone at the end of the block."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "none", str(folder)]
    try:
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield SmallDisk(folder, mounted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
