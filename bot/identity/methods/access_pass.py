"""A temporary access pass: a code that a right of the helpdesk's makes, for few uses and a short time, kept only as a MAC."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.methods.method import DESK, Method
from bot.identity.methods.shapes import Minted, TypedCode
from bot.identity.methods.tools import Right, Tools
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.model.prompt import Code
from bot.platform.ids import Kind, MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

LENGTH = 12  # characters of base32: 60 bits; Entra's has 8 of more signs
MOST = 10  # uses


def code(keys: Keys, name: MethodId) -> Secret:
    """Derived from its name while it is shown."""
    return Secret(base64.b32encode(keys.mac("pass", name))[:LENGTH].decode())


def kept(keys: Keys, subject: SubjectId, given: Secret, until: float) -> Secret:
    """Nothing that opens anything, and how long it is good."""
    return Secret(f"{until:.0f}.{keys.mac('access pass', f'{subject}.{given.reveal()}').hex()}")


async def in_time(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:
    """One of its uses; compared with all of them, so that nothing is told by the time it takes. Raises Misstep for one that has ended."""
    macs = [Secret(mac.hex()) for mac in tools.keys.macs("access pass", f"{asked.subject}.{given.reveal()}")]
    right = [m.id for m in mine if any([Secret(_mac(m.secret)).equals(mac) for mac in macs])]  # noqa: C419 - constant time
    good = [m.id for m in mine if m.id in right and TemporaryAccessPass().lasts(m.secret, tools.world.now())]
    if asked.method and right and not good:
        raise Misstep("method.access_pass.ended")
    return Right(good[0]) if good and asked.method else None


@dataclass(frozen=True)
class TemporaryAccessPass(Method):
    """Each use that is left is a row. Its secret is when it ends, and a MAC."""

    kind = Kind("access_pass")
    group = DESK
    strength = 2
    lifetime = 600
    nist = "issued recovery code (4.2.1.2)"
    asks = TypedCode(in_time, Code(LENGTH, letters=True))
    registers = Minted(code, kept)
    most = MOST
    one_use = True
    temporary = True

    def lasts(self, secret: Secret, now: float) -> bool:
        """Until its end."""
        return now < float(secret.reveal().partition(".")[0])


def _mac(secret: Secret) -> str:
    return secret.reveal().partition(".")[2]
