"""The key ring: seals rows, signs tokens and derives codes. It lives in a file outside the data folder, never in the database."""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.platform.clock import World
from bot.platform.errors import OperatorError

Ring = dict[str, bytes]  # name to 32 random bytes; the last one is current
KEY, NONCE, SIGNED = 32, 12, 16  # bytes
OTHERS = 0o077  # the mode bits of everybody else
SEAL = "seal"
CHANCE = World()


class Tampered(Exception):  # noqa: N818 - says what was found
    """Not what was sealed, or not in this row."""


class UnknownKey(Exception):  # noqa: N818 - says what was found
    """Sealed by a key that isn't in the ring."""


class Keys:
    """The ring in use. Older keys keep verifying and opening; a subkey for each purpose comes from HKDF (RFC 5869)."""

    def __init__(self, path: Path, world: World = CHANCE) -> None:
        self._path, self._world = path, world
        self._read()

    @classmethod
    def create(cls, path: Path, world: World = CHANCE) -> "Keys":
        """A new ring with one key. Raises OperatorError when the file is there already: what it has sealed would be lost."""

        def first() -> Ring:
            if path.exists():
                raise OperatorError(
                    f"{path} is there already; a key ring is never written over, since what it has sealed would be lost."
                )
            return _added({}, world)

        _replace(path, first)
        return cls(path, world)

    @classmethod
    def load(cls, path: Path, world: World = CHANCE) -> "Keys":
        """Raises OperatorError when there is no ring, when it is none, or when others may read it."""
        return cls(path, world)

    @classmethod
    def rotate(cls, path: Path, world: World = CHANCE) -> "Keys":
        """Add a key, and make it the current one. A ring that others hold notices by itself. Raises OperatorError as `load` does."""
        _replace(path, lambda: _added(_ring(path), world))
        return cls(path, world)

    @property
    def current(self) -> str:
        """Name of the current key."""
        return self._names[0]

    def mac(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA256 by the current key."""
        return self._mac(self.current, purpose, text)

    def lasting_mac(self, purpose: str, text: str) -> bytes:
        """By the key that the ring began with, which no rotation changes; a ring without it makes other decoys of the same names."""
        return self._mac(self._names[-1], purpose, text)

    def macs(self, purpose: str, text: str) -> tuple[bytes, ...]:
        """By every key of the ring, current first: what was made before a rotation matches one of them, here or elsewhere."""
        self._renew()
        return tuple(self._mac(name, purpose, text) for name in self._names)

    def sign(self, purpose: str, text: str) -> str:
        """128 bits by the current key, as 32 hex characters."""
        return self.mac(purpose, text)[:SIGNED].hex()

    def sign_by(self, name: str, purpose: str, text: str) -> str:
        """As `sign`, by the key of this name. Raises UnknownKey: the ring has no such key, or no longer."""
        self._renew()
        if name not in self._ring:
            raise UnknownKey(name)
        return self._mac(name, purpose, text)[:SIGNED].hex()

    @staticmethod
    def same(made: str, given: str) -> bool:
        """Whether two signatures are one, compared in constant time."""
        return hmac.compare_digest(made.encode(), given.encode(errors="replace"))

    def signed(self, purpose: str, text: str, mac: str) -> bool:
        """Compared in constant time with what each key of the ring would have signed."""
        given = mac.encode(errors="replace")
        made = [hmac.compare_digest(made[:SIGNED].hex().encode(), given) for made in self.macs(purpose, text)]
        return any(made)

    def signer(self, purpose: str, name: str) -> Ed25519PrivateKey:
        """A key pair of its own, derived from the ring's key of this name. Raises UnknownKey: the ring has no such key."""
        if name not in self._ring:
            self._renew()
        if name not in self._ring:
            raise UnknownKey(name)
        return Ed25519PrivateKey.from_private_bytes(self._subkey(name, f"sign:{purpose}"))

    def seal(self, row: str, plain: bytes) -> bytes:
        """AES-256-GCM, opened under the same row name only. Length and name of the key, nonce and ciphertext, in this order."""
        name, nonce = self.current.encode(), self._world.bytes(NONCE)
        return bytes([len(name)]) + name + nonce + AESGCM(self._subkey(self.current, SEAL)).encrypt(nonce, plain, row.encode())

    def open(self, row: str, sealed: bytes) -> bytes:
        """Raises Tampered or UnknownKey."""
        name, body = _split(sealed)
        if name not in self._ring:
            self._renew()
        if name not in self._ring:
            raise UnknownKey(name)
        try:
            return AESGCM(self._subkey(name, SEAL)).decrypt(body[:NONCE], body[NONCE:], row.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise Tampered(row) from None

    def sealed_with_current(self, sealed: bytes) -> bool:
        """False: to be sealed again after a rotation."""
        return _split(sealed)[0] == self.current

    def _mac(self, name: str, purpose: str, text: str) -> bytes:
        return hmac.digest(self._subkey(name, f"mac:{purpose}"), text.encode(), hashlib.sha256)

    def _subkey(self, name: str, purpose: str) -> bytes:
        if (name, purpose) not in self._subkeys:
            derived = HKDF(SHA256(), KEY, salt=None, info=f"unlatch:{purpose}".encode()).derive(self._ring[name])
            self._subkeys[name, purpose] = derived
        return self._subkeys[name, purpose]

    def _read(self) -> None:
        self._version = _version(self._path)  # first: a rotation between these two lines is noticed later
        self._ring = _ring(self._path)
        self._names = tuple(reversed(self._ring))
        self._subkeys: dict[tuple[str, str], bytes] = {}

    def _renew(self) -> None:
        """Read the ring anew if somebody has rotated it: one stat, some microseconds."""
        if _version(self._path) not in (None, self._version):
            self._read()


def _ring(path: Path) -> Ring:
    if not path.is_file():
        raise OperatorError(f"There is no key ring at {path}; `unlatch init` makes one, or [keys] ring_file names where it is.")
    if path.stat().st_mode & OTHERS:
        raise OperatorError(f"Others may read the key ring {path}; `chmod 600 {path}` mends that.")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        keys = {str(name): bytes.fromhex(key) for name, key in kept["keys"].items()}
        current = keys.pop(kept["current"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise OperatorError(f"{path} can't be read as a key ring; put its backup in its place.") from None
    if any(len(key) != KEY for key in (*keys.values(), current)):
        raise OperatorError(f"{path} holds a key that isn't {KEY} bytes long; put its backup in its place.")
    return {**keys, kept["current"]: current}


def _added(ring: Ring, world: World) -> Ring:
    return {**ring, f"k{len(ring) + 1}-{world.bytes(4).hex()}": world.bytes(KEY)}


def _replace(path: Path, change: Callable[[], Ring]) -> None:
    """Atomically. The new file is the lock as well, so of two rotations none is lost."""
    new = path.with_name(f"{path.name}.new")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise OperatorError(f"The key ring is being changed right now. If nobody is at it, delete {new} and try again.") from None
    except OSError as error:
        raise OperatorError(f"The key ring can't be written at {path}: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            ring = change()
            json.dump({"current": list(ring)[-1], "keys": {name: key.hex() for name, key in ring.items()}}, file, indent=1)
            file.flush()
            os.fsync(handle)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _version(path: Path) -> tuple[int, int] | None:
    """Changes with every rotation. None: there's no such file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def _split(sealed: bytes) -> tuple[str, bytes]:
    length = sealed[0] if sealed else 0
    return sealed[1 : 1 + length].decode(errors="replace"), sealed[1 + length :]
