"""The agent's own file: its two key pairs, whom it serves, and the bot's key that it pinned when it enrolled. Mode 0600."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from adapters.writeback.sealing import Forged, key_id, public
from bot.platform.clock import World
from bot.platform.errors import OperatorError

OTHERS = 0o077  # the mode bits of everybody else
MONTH = 30 * 86400.0  # seconds after which a sealing key is replaced by itself
OVERLAP = 3600.0  # seconds that the former one still opens what was sealed to it
KEY = 32  # bytes


@dataclass(frozen=True, slots=True)
class Sealing:
    """A key that requests are sealed to."""

    key: X25519PrivateKey
    made: float

    @property
    def id(self) -> str:
        """How requests name the key that they are sealed to."""
        return key_id(public(self.key))


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`identity` stays for good, since its fingerprint is what an admin compared; `sealing` keys come and go, newest first."""

    path: Path
    url: str
    agent: str
    directory: str
    bot_key: str
    identity: Ed25519PrivateKey
    sealing: tuple[Sealing, ...]

    @classmethod
    def load(cls, path: Path) -> "KeyFile":
        """Raises OperatorError when there is no such file, when it is none of ours, or when others may read it."""
        if not path.is_file():
            raise OperatorError(f"There are no keys at {path}; `unlatch agent enrol` makes them.")
        if os.name == "posix" and path.stat().st_mode & OTHERS:
            raise OperatorError(f"Others may read {path}; `chmod 600 {path}` mends that.")
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            url, agent, directory, bot_key = (str(kept[name]) for name in ("url", "agent", "directory", "bot_key"))
            identity = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["identity"]))
            sealing = tuple(
                Sealing(X25519PrivateKey.from_private_bytes(bytes.fromhex(key)), float(made)) for key, made in kept["sealing"]
            )
            return cls(path, url, agent, directory, bot_key, identity, (sealing[0], *sealing[1:]))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            raise OperatorError(f"{path} can't be read as an agent's keys; enrol anew, or put its backup in its place.") from None

    @classmethod
    def fresh(cls, path: Path, url: str, world: World) -> "KeyFile":
        """New keys, for nobody yet, and not on disk."""
        return cls(path, url, "", "", "", Ed25519PrivateKey.from_private_bytes(world.bytes(KEY)), (_sealing(world),))

    def rotated(self, world: World) -> "KeyFile":
        """With a new key to seal to; the former one goes on for a while. Not on disk."""
        now = world.now()
        former = replace(self.sealing[0], made=now)  # from now on: the time at which it was replaced
        return replace(self, sealing=(_sealing(world), former))

    def current(self, world: World) -> "KeyFile":
        """Itself; or rotated if its time has come; or without the former key, once nothing can be on its way to it any more."""
        now = world.now()
        if now - self.sealing[0].made > MONTH:
            return self.rotated(world)
        good = tuple(old for old in self.sealing[1:] if now - old.made <= OVERLAP)
        return self if len(good) + 1 == len(self.sealing) else replace(self, sealing=(self.sealing[0], *good))

    def sealing_for(self, id: str, now: float) -> X25519PrivateKey:
        """Raises Forged for one that isn't ours, or not any more."""
        newest, *former = self.sealing
        for one in (newest, *(old for old in former if now - old.made <= OVERLAP)):
            if one.id == id:
                return one.key
        raise Forged("seal")

    def save(self) -> None:
        """Atomically. Raises OperatorError when it can't be written."""
        text = json.dumps(
            {
                "url": self.url,
                "agent": self.agent,
                "directory": self.directory,
                "bot_key": self.bot_key,
                "identity": self.identity.private_bytes_raw().hex(),
                "sealing": [[one.key.private_bytes_raw().hex(), one.made] for one in self.sealing],
            },
            indent=1,
        )
        new = self.path.with_name(f"{self.path.name}.new")
        try:
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError as error:
            raise OperatorError(f"The keys can't be written to {self.path}: {error.strerror}.") from None


def _sealing(world: World) -> Sealing:
    return Sealing(X25519PrivateKey.from_private_bytes(world.bytes(KEY)), world.now())
