"""Words that were taken and never understood, since whoever took them died: their writer is told, and asked for them again.

The words themselves are kept nowhere: they may be a password.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.conversation.interfaces import Conversations
from bot.engine.interfaces import AsksAgain
from bot.platform.job_outbox import NotNow

PATIENCE = 120.0  # seconds that understanding may take; older words are nobody's to act on any more
BATCH = 20
log = structlog.get_logger()


@dataclass(frozen=True)
class UnreadEvents:
    """`chats`: who says it, by the kind of chat."""

    store: Conversations
    chats: Mapping[str, AsksAgain]

    async def ask_again(self) -> None:
        """One round. Who can't be told now is told in a later one."""
        if not self.chats:
            return
        for unread in await self.store.lease_unread(list(self.chats), PATIENCE, BATCH):
            try:
                await self.chats[unread.reply_to.chat].ask_again(unread.reply_to.place)
            except NotNow:
                log.warning("chat.not_asked_again", kind=unread.reply_to.chat)
            else:
                await self.store.understood(unread.event)
