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
from bot.notify.change_notice import ONLY, ChangeWords, NewsOfChange, news_id
from bot.platform.counters import Counters
from bot.platform.job_outbox import Hopeless, Job, NotNow, Queue, Sent
from bot.platform.sentences import args

CHATS = "chat"  # the place of a job about all chats; with a colon and an account, of one about that chat


@dataclass(frozen=True)
class ChangeChat:
    """A message holds neither a link nor a secret."""

    ledger: Ledger
    counters: Counters
    people: ChatPeople
    pushes: Mapping[str, ChatPush]
    words: ChangeWords

    async def letters(self, change: NewsOfChange) -> list[Sent]:
        """When nobody says which chats there are, that is asked by a job of its own: no address waits for it."""
        if not self.pushes or change.owner not in change.readers:
            return []
        try:
            chats = await self.people.chats(change.subject, change.began, self.pushes)
        except (Unreachable, OSError, TimeoutError):
            if change.only:
                raise
            return [change.letter(CHATS, Queue.WORK)]
        return [change.letter(place_of(chat), Queue.CHAT) for chat in chats]

    async def carry(self, change: NewsOfChange) -> None:
        """To post isn't idempotent, so it is begun once. Whoever began it and died may have said it."""
        chat, key = _chat(change.only), _key(change.job)
        if chat.kind not in self.pushes:
            raise Hopeless("no_messenger")
        if not await self.ledger.once(f"tell:{key}", GOOD_FOR):
            await self._unreached(change.job, NotReached(UnreachedReason.UNSURE))
            return
        try:
            await self.pushes[chat.kind].tell(chat.id, self.words.chat(change))
        except NotReached as no:
            await self._unreached(change.job, no)
        except NotNow:
            await self.counters.charge(f"tell:{key}", -1, 1, GOOD_FOR)  # nothing was said, so it may be begun again
            raise
        else:
            await self.ledger.once(f"told:{key}", GOOD_FOR)

    async def gave_up(self, job: Job, _fault: Exception) -> None:
        """The vendor never answered."""
        if job.queue is Queue.CHAT:
            await self._unreached(job, NotReached(UnreachedReason.SILENT))

    async def _unreached(self, job: Job, no: NotReached) -> None:
        """An admin can read it; of what was told, or is known to be unsure, nothing more is said."""
        about = dict(job.about)
        chat = _chat(about[ONLY])
        detail = args(chat=chat.kind, account=chat.id, why=no.why, said=no.said, action=about["action"])
        await self.ledger.once(f"told:{_key(job)}", GOOD_FOR, Audited("notice:chat:unreached", job.to, detail))


def place_of(chat: ChatAccount) -> str:
    """In a job, so that it is about this one alone."""
    return f"{CHATS}:{chat.kind}/{chat.id}"


def _chat(place: str) -> ChatAccount:
    """Inverse."""
    kind, _, id = place.removeprefix(f"{CHATS}:").partition("/")
    return ChatAccount(kind, id)


def _key(job: Job) -> str:
    about = dict(job.about)
    return f"{job.to}.{news_id(about)}.{about[ONLY]}"
