"""What the agent must not forget when it is started anew: requests that it has seen, and how much it has done today."""

import json
import os
from collections import deque
from pathlib import Path
from typing import IO

from bot.platform.clock import World
from bot.platform.errors import OperatorError

MINUTE, DAY = 60.0, 86400.0  # seconds
COMPACT = 20_000  # lines after which the file is written anew
SEEN, CHANGED, TRIED = "seen", "changed", "tried"


class RequestLedger:
    """A file of JSON lines that is only ever added to, written before anything is done. One process holds it at a time."""

    def __init__(self, path: Path, world: World) -> None:
        self._path, self._world = path, world
        self._seen: dict[str, float] = {}  # request to its expiry
        self._acts: dict[str, deque[float]] = {CHANGED: deque(), TRIED: deque()}
        self._lines = 0
        self._read()
        self._file = self._rewritten()

    def first_time(self, request: str, expires: float, *, durable: bool) -> bool:
        """Whether this request was never seen before; from now on it was. `durable`: it survives the machine's end as well."""
        self._forget()
        if request in self._seen:
            return False
        self._seen[request] = expires
        self._write([SEEN, request, expires], durable=durable)
        return True

    def allowed(self, what: str, a_minute: int, a_day: int) -> bool:
        """Count one more, unless that is too many. What is counted and then fails counts all the same."""
        self._forget()
        now, acts = self._world.now(), self._acts[what]
        lately = sum(at > now - MINUTE for at in acts)
        if lately >= a_minute or len(acts) >= a_day:
            return False
        acts.append(now)
        self._write([what, "", now], durable=True)
        return True

    def today(self, what: str) -> int:
        """How many of these were counted in the last 24 hours."""
        self._forget()
        return len(self._acts[what])

    def close(self) -> None:
        """Gives the file back, so that another process may hold it."""
        self._file.close()

    def _forget(self) -> None:
        now = self._world.now()
        if len(self._seen) > COMPACT:
            self._seen = {id: expires for id, expires in self._seen.items() if expires > now - DAY}
        for acts in self._acts.values():
            while acts and acts[0] <= now - DAY:
                acts.popleft()

    def _write(self, line: list[object], *, durable: bool) -> None:
        if self._lines > COMPACT:
            self._file.close()
            self._file = self._rewritten()
        self._lines += 1
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        if durable:
            os.fsync(self._file.fileno())

    def _read(self) -> None:
        """A last line that was cut off is none; anything else that isn't ours stops the start, since it may hide what was done."""
        if not self._path.exists():
            return
        lines = self._path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines[:-1], 1):
            try:
                kind, id, at = json.loads(line)
                if kind == SEEN:
                    self._seen[str(id)] = float(at)
                else:
                    self._acts[kind].append(float(at))
            except (ValueError, KeyError, TypeError):
                raise OperatorError(
                    f"{self._path}, line {number}: not a line of the agent's; put it aside, and see who wrote it."
                ) from None

    def _rewritten(self) -> IO[str]:
        """Whole, in one piece, with what still counts."""
        now = self._world.now()
        self._forget()
        self._seen = {id: expires for id, expires in self._seen.items() if expires > now - DAY}
        lines = [json.dumps([SEEN, id, expires]) for id, expires in self._seen.items()]
        lines += [json.dumps([what, "", at]) for what, acts in self._acts.items() for at in acts]
        new = self._path.with_name(f"{self._path.name}.new")
        new.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        new.replace(self._path)
        self._lines = len(lines)
        return self._path.open("a", encoding="utf-8")
