"""Recovery sheets: codes of 80 bits, shown once, each good for one use, and kept only as MACs."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.methods.method import SHEET, Method
from bot.identity.methods.shapes import Printed, TypedCode
from bot.identity.methods.tools import Right, Tools
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.model.prompt import Code
from bot.platform.ids import Kind, MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

CODES = 10
BYTES = 10  # 80 bits each; NIST SP 800-63B-4 section 4.2.1.1 asks for 64
LENGTH = 16  # characters of base32


def codes(keys: Keys, sheet: MethodId) -> Sequence[Secret]:
    """All that stands on it."""
    return tuple(_code(keys.mac("sheet", f"{sheet}.{number}")) for number in range(CODES))


def kept(keys: Keys, subject: SubjectId, code: Secret) -> Secret:
    """Nothing that opens anything."""
    return Secret(keys.mac("recovery", f"{subject}.{code.reveal()}").hex())


async def unused(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:
    """The one that was typed; compared with all of them, so that nothing is told by the time it takes."""
    macs = [Secret(mac.hex()) for mac in tools.keys.macs("recovery", f"{asked.subject}.{given.reveal()}")]
    right = [m.id for m in mine if m.confirmed and any([m.secret.equals(mac) for mac in macs])]  # noqa: C419 - constant time
    return Right(right[0]) if right and asked.method else None


@dataclass(frozen=True)
class RecoverySheet(Method):
    """Each unused code is a row. Its secret is a MAC."""

    kind = Kind("recovery")
    group = SHEET
    strength = 4
    lifetime = 600
    nist = "saved recovery code (4.2.1.1)"
    asks = TypedCode(unused, Code(LENGTH, letters=True))
    registers = Printed(codes, kept)
    most = CODES
    one_use = True


def _code(mac: bytes) -> Secret:
    return Secret(base64.b32encode(mac[:BYTES]).decode())
