"""The news of a change in the chats that were somebody's before it: beside the addresses on file and never instead of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.directory.interfaces import Unreachable
from bot.identity.chat_people import ChatPeople
from bot.identity.not_me_links import GOOD_FOR
from bot.messaging.chat_push import ChatPush, NotReached, UnreachedReason
from bot.messaging.ledger import Ledger
from bot.model.facts import Audited
from bot.model.turn import ChatAccount
from bot.notify.change_notice import ChangeWords, NewsOfChange
from bot.platform.counters import Counters
from bot.platform.job_outbox import TRIES, NotNow
from bot.platform.sentences import args

CHATS = "chat"  # the place of a job about all chats; with a colon and an account, of one about that chat


@dataclass(frozen=True)
class ChangeChat:
    """A chat that fails gets a job of its own; a message holds neither a link nor a secret."""

    ledger: Ledger
    counters: Counters
    people: ChatPeople
    pushes: Mapping[str, ChatPush]
    words: ChangeWords

    async def carry(self, change: NewsOfChange) -> None:
        """Raises nothing at the first try, since a job that failed would bring its letters again."""
        only = change.only or CHATS
        if not self.pushes or only.partition(":")[0] != CHATS or change.owner not in change.readers:
            return
        try:
            chats = await self.people.chats(change.subject, change.began, self.pushes)
        except (Unreachable, OSError, TimeoutError) as silent:
            if change.only:
                raise NotNow from silent
            await self._later(change, CHATS)
            return
        for chat in chats:
            if only in (CHATS, place_of(chat)):
                await self._try(change, chat)

    async def _try(self, change: NewsOfChange, chat: ChatAccount) -> None:
        place = place_of(chat)
        try:
            await self._tell(change, chat)
        except Exception:
            if change.only != place:
                await self._later(change, place)
                return
            if change.job.tries >= TRIES:
                await self._unreached(change, chat, NotReached(UnreachedReason.SILENT))
            raise

    async def _later(self, change: NewsOfChange, place: str) -> None:
        await self.ledger.once(f"news:{change.subject}.{change.id}.{place}", GOOD_FOR, change.again(place))

    async def _tell(self, change: NewsOfChange, chat: ChatAccount) -> None:
        """To post isn't idempotent, so it is begun once. Whoever began it and died may have said it."""
        key = _key(change, chat)
        if not await self.ledger.once(f"tell:{key}", GOOD_FOR):
            await self._unreached(change, chat, NotReached(UnreachedReason.UNSURE))
            return
        try:
            await self.pushes[chat.kind].tell(chat.id, self.words.chat(change))
        except NotReached as no:
            await self._unreached(change, chat, no)
        except NotNow:
            await self.counters.charge(f"tell:{key}", -1, 1, GOOD_FOR)  # nothing was said, so it may be begun again
            raise
        else:
            await self.ledger.once(f"told:{key}", GOOD_FOR)

    async def _unreached(self, change: NewsOfChange, chat: ChatAccount, no: NotReached) -> None:
        """An admin can read it; of what was told, or is known to be unsure, nothing more is said."""
        detail = args(chat=chat.kind, account=chat.id, why=no.why, said=no.said, action=change.about["action"])
        fact = Audited("notice:chat:unreached", change.subject, detail)
        await self.ledger.once(f"told:{_key(change, chat)}", GOOD_FOR, fact)


def place_of(chat: ChatAccount) -> str:
    """In a job, so that it is about this one alone."""
    return f"{CHATS}:{chat.kind}/{chat.id}"


def _key(change: NewsOfChange, chat: ChatAccount) -> str:
    return f"{change.subject}.{change.id}.{place_of(chat)}"
