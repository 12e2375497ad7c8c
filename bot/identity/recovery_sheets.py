"""Recovery sheets: codes of 80 bits, shown once, each good for one use, and kept only as MACs."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.registered import Registered
from bot.platform.ids import Kind, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

CODES = 10
BYTES = 10  # 80 bits each; NIST SP 800-63B-4 section 4.2.1.1 asks for 64
LENGTH = 16  # characters of base32


@dataclass(frozen=True, slots=True)
class Sheets:
    """A sheet's codes are derived from its name while it is shown; of each that was put away, one MAC is registered."""

    keys: Keys

    def codes(self, sheet: str) -> tuple[Secret, ...]:
        """What stands on it."""
        return tuple(self._code(self.keys.mac("sheet", f"{sheet}.{number}")) for number in range(CODES))

    def kept(self, subject: SubjectId, code: Secret) -> Secret:
        """As it is registered."""
        return Secret(self.keys.mac("recovery", f"{subject}.{code.reveal()}").hex())

    def match(self, subject: SubjectId, given: Secret, methods: Sequence[Registered]) -> Registered | None:
        """The unused code that was typed; compared with all of them, so that nothing is told by the time it takes."""
        macs = [Secret(mac.hex()) for mac in self.keys.macs("recovery", f"{subject}.{given.reveal()}")]
        right = [m for m in methods if any([m.secret.equals(mac) for mac in macs])]  # noqa: C419 - all, in constant time
        return right[0] if right else None

    def _code(self, mac: bytes) -> Secret:
        return Secret(base64.b32encode(mac[:BYTES]).decode())


def sheet_rows(methods: Sequence[Registered]) -> list[Registered]:
    """The unused codes."""
    return [m for m in methods if m.kind is Kind.RECOVERY and m.confirmed]
