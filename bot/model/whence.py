"""Where an answer came from, as far as a network or a vendor tells it: it slows down, and never opens or closes anything."""

from dataclasses import dataclass

from bot.platform.secret import Secret


@dataclass(frozen=True, slots=True)
class Whence:
    """`place`: a network address, or its prefix where one household has many; in a chat, the vendor's account. Counted by its MAC alone."""

    place: Secret
