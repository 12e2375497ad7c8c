"""Tells a caller's linked chats that a case was opened for them: whoever isn't on the phone with us hears of it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.directory.interfaces import Unreachable
from bot.identity.chat_people import ChatPeople
from bot.language.translations import Words
from bot.messaging.chat_push import ChatPush, NotReached
from bot.messaging.ledger import Ledger
from bot.model.asker import Asker
from bot.model.facts import Audited
from bot.model.turn import ChatAccount
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Job, Queue, Sent
from bot.platform.sentences import Args, args

DAY = 86400.0
CHAT = "chat"  # in a job's `about`: which one


@dataclass(frozen=True)
class CaseChat:
    """A message holds neither a link nor a secret, and is said once for each case and chat."""

    ledger: Ledger
    people: ChatPeople
    pushes: Mapping[str, ChatPush]
    words: Words

    async def letters(self, job: Job, began: float, left: float) -> Sequence[Sent]:
        """One for each chat that was theirs before the case was opened; none, where nobody says which there are."""
        if not self.pushes:
            return ()
        try:
            chats = await self.people.chats(job.to, began, self.pushes)
        except (Unreachable, OSError, TimeoutError):
            return ()
        places = (f"{chat.kind}/{chat.id}" for chat in chats)
        return [Sent(job.kind, job.to, (*job.about, (CHAT, place)), Queue.CHAT, left) for place in places]

    async def tell(self, job: Job, asker: Asker, values: Args, language: str) -> None:
        """To post isn't idempotent, so it is begun once; where nobody is reached, the audit says so."""
        kind, _, id = dict(job.about)[CHAT].partition("/")
        if kind not in self.pushes or not await self.ledger.once(f"case:{asker.case}:{kind}/{id}", DAY):
            return
        try:
            await self.pushes[kind].tell(id, self.words.say("invite.chat", values, language))
        except NotReached as no:
            await self._unreached(job.to, asker, ChatAccount(kind, id), no)

    async def _unreached(self, to: SubjectId, asker: Asker, chat: ChatAccount, no: NotReached) -> None:
        detail = (*asker.detail, *args(chat=chat.kind, account=chat.id, why=no.why, said=no.said))
        await self.ledger.once(f"case:unreached:{asker.case}:{chat.id}", DAY, Audited("notice:chat:unreached", to, detail))
