"""Which signed sets the facts of a turn change: they are locked and looked at before the first fact is written."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.interfaces import Lost
from bot.model.browsers import BrowserForgotten, BrowserTicked
from bot.model.facts import AgentRuled, ChatLinked, ChatUnlinked, Confirmed, Fact, Frozen, Removed, UsedUp
from bot.model.passes import PassMinted
from bot.model.suspensions import Resumed, Suspended
from bot.platform.set_seals import SetName, account_of
from store.agent_rows import ALL_AGENTS
from store.chat_links import holder
from store.signed_sets import Changing, SignedSets

# What only takes away. Where somebody was at the rows, all of it is closed already.
CLOSING = (Frozen, Suspended, ChatUnlinked, BrowserForgotten)


async def begun(conn: AsyncConnection, sets: SignedSets, facts: Sequence[Fact]) -> tuple[Changing, Sequence[Fact]]:
    """And the facts that are still to be written. Raises Lost where one would change what isn't as we wrote it."""
    touched = [(fact, await _touched(conn, fact)) for fact in facts]
    changing = await sets.begin_what_fits(conn, {name for _, names in touched for name in names})
    forged = [fact for fact, names in touched if names & changing.unfit]
    if any(not isinstance(fact, CLOSING) for fact in forged):
        raise Lost
    return changing, [fact for fact in facts if fact not in forged]


async def _touched(conn: AsyncConnection, fact: Fact) -> set[SetName]:
    match fact:
        case (
            Confirmed()
            | PassMinted()
            | Removed()
            | UsedUp()
            | Suspended()
            | Resumed()
            | Frozen()
            | BrowserTicked()
            | BrowserForgotten()
        ):
            return {account_of(fact.subject)}
        case ChatLinked():
            return {account_of(fact.subject), *map(account_of, await holder(conn, fact.kind, fact.account))}
        case ChatUnlinked():
            return set(map(account_of, await holder(conn, fact.kind, fact.account)))
        case AgentRuled():
            return {ALL_AGENTS}
        case _:
            return set()
