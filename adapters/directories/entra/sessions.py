"""Sessions are revoked after a reset: whoever holds a refresh token of the old password has to sign in anew."""

import structlog

from adapters.directories.entra.graph_client import Graph
from bot.directory.interfaces import Unreachable
from bot.platform.ids import SubjectId

log = structlog.get_logger()


async def revoke_sessions(graph: Graph, id: str, subject: SubjectId) -> None:
    """The password is in force whatever becomes of this: a failure is the operator's to know, and no reason to say "not done"."""
    try:
        well = (await graph.post(f"/users/{id}/revokeSignInSessions")).well
    except Unreachable:
        well = False
    if not well:
        log.warning("entra.sessions_go_on", subject=subject)
