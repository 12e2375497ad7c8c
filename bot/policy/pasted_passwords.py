"""A password that was typed into a chat: its owner is told, nobody keeps it, and it is refused as a new one from then on."""

import asyncio
import hashlib
import re
import unicodedata
from dataclasses import dataclass

from bot.platform.counters import Counters
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

SHORTEST, LONGEST = 8, 128  # characters
KINDS = 3  # of letters small and large, digits and others: words and names have fewer
# "my password is ...", "Kennwort: ...": what stands behind, should it look like one.
NAMED = re.compile(
    r"\b(?:password|passwort|kennwort|passphrase|pw)\b\W{0,3}(?:\b(?:is|was|ist|war|lautet)\b)?[\s:=]*(\S+)", re.IGNORECASE
)
YEAR = 366 * 86400.0
COST = (
    2**12
)  # of scrypt: milliseconds of each reset; whoever stole the database lacks its keys, and a chat has the password anyway


def looks_like_a_password(text: str) -> bool:
    """One word of mixed characters that is no address and no name of an account. May err; then somebody reads a needless warning."""
    word = text.strip()
    if not SHORTEST <= len(word) <= LONGEST or len(word.split()) != 1 or "@" in word[1:-1] or "://" in word or "\\" in word:
        return False
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(kind(c) for c in word.rstrip(".,!?")) for kind in kinds) >= KINDS


def password_in(text: str) -> Secret | None:
    """The whole of it, or what it calls a password."""
    if looks_like_a_password(text):
        return Secret(text.strip())
    named = (found[1] for found in NAMED.finditer(text[:1024]))
    return next((Secret(word) for word in named if looks_like_a_password(word)), None)


@dataclass(frozen=True)
class PastedPasswords:
    """Kept for a year is a slow hash under a key, of nobody's in particular: who typed it isn't known, nor what it was."""

    counters: Counters
    keys: Keys

    async def refuse(self, password: Secret) -> None:
        """From now on, since a chat has seen it. With and without the full stop that a sentence may end in."""
        for word in {password.reveal(), password.reveal().rstrip(".,!?")}:
            await self.counters.exhaust(await _key(self.keys.mac("spent", ""), word), 1, YEAR)

    async def refuses(self, password: Secret) -> bool:
        """Whether a chat has seen it."""
        keys = [await _key(salt, password.reveal()) for salt in self.keys.macs("spent", "")]
        return any([await self.counters.counted(key) for key in keys])


async def _key(salt: bytes, text: str) -> str:
    typed = unicodedata.normalize("NFKC", text.strip()).encode(errors="replace")
    digest = await asyncio.to_thread(hashlib.scrypt, typed, salt=salt, n=COST, r=8, p=1, dklen=16)
    return f"spent:{digest.hex()}"
