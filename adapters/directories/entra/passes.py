"""Temporary access passes: Graph makes one that is good for a single sign-in within an hour, and says no in words of its own."""

from datetime import datetime

import structlog

from adapters.directories.entra.errors import FORBIDDEN, NOT_FOUND, code_of, error_text
from adapters.directories.entra.graph_client import Graph, GraphAnswer
from bot.directory.interfaces import Pass, Rejected, Unreachable
from bot.platform.secret import Secret

MINUTES = 60
WANTED = {"lifetimeInMinutes": MINUTES, "isUsableOnce": True}
# What Graph says where the tenant's policy for this method leaves the account out, or has it off; seen in the wild, undocumented.
POLICY = ("usercredentialpolicy", "policy does not allow", "lifetimeinminutes")
log = structlog.get_logger()


async def minted(graph: Graph, id: str) -> Pass:
    """A second one voids the first, so that a question that is repeated does no harm."""
    answer = await graph.post(f"/users/{id}/authentication/temporaryAccessPassMethods", WANTED)
    if not answer.well:
        log.info("entra.pass_refused", status=answer.status, code=code_of(answer.body))
        raise Rejected(_words(answer))
    try:
        text, begins, minutes = (answer.body[name] for name in ("temporaryAccessPass", "startDateTime", "lifetimeInMinutes"))
        return Pass(Secret(str(text)), datetime.fromisoformat(begins).timestamp() + 60 * minutes)
    except (KeyError, TypeError, ValueError):
        raise Unreachable from None  # whatever was made, nobody has seen it


def _words(answer: GraphAnswer) -> str:
    if answer.status == NOT_FOUND:
        return "people.gone"
    told = error_text(answer.body)
    barred = answer.status == FORBIDDEN or any(mark in told for mark in POLICY)
    return "directory.no_passes" if barred else "directory.refused"
