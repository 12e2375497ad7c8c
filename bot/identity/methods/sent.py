"""What methods have in common whose code is sent to an address of their person: a text and a mail, and one day a call."""

from collections.abc import Sequence

from bot.identity.codes import is_sent_code
from bot.identity.methods.tools import Right, Tools
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.platform.secret import Secret


async def right_code(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:
    """Compared before anybody looks whether there is such a method, so that nobody's question takes no less time."""
    right = is_sent_code(tools.keys, asked, given)
    method = next((m.id for m in mine if m.id == asked.method), None)
    return Right(method) if right and method else None
