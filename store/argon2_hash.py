"""Password hashes of the embedded directory: argon2id, a few at a time, in threads of their own."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.platform.clock import World
from bot.platform.secret import Secret

SALT = 16  # bytes


class Hasher:
    """19 MiB, two passes, one lane, as OWASP's Password Storage Cheat Sheet asks at least; at most two at a time hold 38 MiB."""

    def __init__(self, world: World, memory_kib: int = 19 * 1024, passes: int = 2, lanes: int = 1, at_once: int = 2) -> None:
        self._world = world
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")

    async def hash(self, password: Secret) -> str:
        """With a fresh salt; the text names its own parameters."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hash, password, self._world.bytes(SALT))

    async def matches(self, password: Secret, *hashes: str) -> bool:
        """Whether it is the password of any of these."""
        loop = asyncio.get_running_loop()
        for kept in hashes:
            if await loop.run_in_executor(self._threads, self._matches, password, kept):
                return True
        return False

    def _hash(self, password: Secret, salt: bytes) -> str:
        return self._argon2.hash(_bytes(password), salt=salt)

    def _matches(self, password: Secret, kept: str) -> bool:
        try:
            return self._argon2.verify(kept, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: Secret) -> bytes:
    """One form, whichever keyboard typed it (NIST SP 800-63B 3.1.1.2); half characters pass through."""
    return unicodedata.normalize("NFKC", password.reveal()).encode("utf-8", "surrogatepass")
