"""A passphrase to suggest: plain words, a number, and nothing that the rules could refuse."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bot.platform.clock import World
from bot.platform.secret import Secret
from bot.policy.banned_passwords import made_of, names_in

WORDS = Path(__file__).parent / "data" / "words.txt"
WORDS_EACH = 4


def suggest(world: World, least_length: int = 0, avoid: Iterable[str] = ()) -> Secret:
    """Like `Lemon-Orbit-47-Kettle-Prairie`: 48 bits of chance, four character classes, ASCII, at least `least_length` long.

    No word holds a name of `avoid` (the person's and the company's; three letters count, as in Active Directory's rule).
    """
    names = names_in(avoid)
    words = [word for word in _words() if not made_of(word, names, least=3)]
    picked = [str(10 + _below(world, 90))]
    while len(picked) <= WORDS_EACH or len("-".join(picked)) < least_length:
        picked.append(words[_below(world, len(words))].capitalize())
    return Secret("-".join([*picked[1:3], picked[0], *picked[3:]]))


def _below(world: World, limit: int) -> int:
    return int.from_bytes(world.bytes(8)) % limit  # of 2**64: the bias is below one in 10**15


@cache
def _words() -> tuple[str, ...]:
    return tuple(WORDS.read_text(encoding="ascii").split())
