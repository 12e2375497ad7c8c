"""The news of a change, to the chats that were somebody's before it: beside the addresses on file and never instead of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.accounts.interfaces import Operations
from bot.directory.interfaces import Directory, Person, Unreachable
from bot.identity.chat_people import ChatPeople
from bot.identity.not_me_links import GOOD_FOR
from bot.language.translations import Words
from bot.messaging.chat_push import ChatPush, NotReached, UnreachedReason
from bot.messaging.ledger import Ledger
from bot.model.facts import Audited, Sent
from bot.model.turn import ChatAccount
from bot.platform.clock import World
from bot.platform.counters import Counters
from bot.platform.ids import Action, GrantId, directory_of
from bot.platform.job_outbox import TRIES, Job, NotNow
from bot.platform.sentences import args
from bot.policy.current import Policies

CHATS = "chat"  # the `only` of a job that is about these alone; with a colon and an account, about that one


@dataclass(frozen=True, slots=True)
class ChangeMessage:
    """What was done, and to whom it is told."""

    chats: tuple[ChatAccount, ...]
    text: str
    id: str  # the same at every try


@dataclass(frozen=True)
class ChangeChat:
    """The second half of a "notice". A chat that fails gets a job of its own; a message holds neither a link nor a secret."""

    ledger: Ledger
    counters: Counters
    operations: Operations
    directories: Mapping[str, Directory]
    people: ChatPeople
    pushes: Mapping[str, ChatPush]
    policies: Policies
    words: Words
    world: World

    async def notice(self, job: Job) -> None:
        """Raises nothing at the first try, since a job that failed would bring its letters again."""
        about = dict(job.about)
        only = about.get("only", CHATS)
        if not self.pushes or only.partition(":")[0] != CHATS:
            return
        try:
            told = await self._told(job, about)
        except (Unreachable, OSError, TimeoutError) as silent:
            if "only" in about:
                raise NotNow from silent
            await self._apart(job, about, CHATS)
            return
        for chat in told.chats if told else ():
            if told and only in (CHATS, place_of(chat)):
                await self._tried(job, about, chat, told)

    async def _tried(self, job: Job, about: Mapping[str, str], chat: ChatAccount, told: ChangeMessage) -> None:
        place = place_of(chat)
        try:
            await self._tell(job, chat, f"{told.id}.{place}", told.text)
        except Exception:
            if about.get("only") != place:
                await self._apart(job, about, place)
                return
            if job.tries >= TRIES:
                await self._unreached(job, chat, NotReached(UnreachedReason.SILENT), f"{told.id}.{place}")
            raise

    async def _apart(self, job: Job, about: Mapping[str, str], place: str) -> None:
        rest = tuple((name, value) for name, value in job.about if name != "only")
        again = Sent("notice", job.to, (*rest, ("only", place)))
        await self.ledger.once(f"news:{job.to}.{name_of(about)}.{place}", GOOD_FOR, again)

    async def _tell(self, job: Job, chat: ChatAccount, id: str, text: str) -> None:
        """To post isn't idempotent, so it is begun once. Whoever began it and died may have said it."""
        if not await self.ledger.once(f"tell:{id}", GOOD_FOR):
            await self._unreached(job, chat, NotReached(UnreachedReason.UNSURE), id)
            return
        try:
            await self.pushes[chat.kind].tell(chat.id, text)
        except NotReached as no:
            await self._unreached(job, chat, no, id)
        except NotNow:
            await self.counters.charge(f"tell:{id}", -1, 1, GOOD_FOR)  # nothing was said, so it may be begun again
            raise
        else:
            await self.ledger.once(f"told:{id}", GOOD_FOR)

    async def _unreached(self, job: Job, chat: ChatAccount, no: NotReached, id: str) -> None:
        """An admin can read it; of what was told, or is known to be unsure, nothing more is said."""
        detail = args(chat=chat.kind, account=chat.id, why=no.why, said=no.said, action=dict(job.about)["action"])
        await self.ledger.once(f"told:{id}", GOOD_FOR, Audited("notice:chat:unreached", job.to, detail))

    async def _told(self, job: Job, about: Mapping[str, str]) -> ChangeMessage | None:
        """None: nobody is to be told."""
        if not (await self.policies.current()).notify.users:
            return None
        cause = await self.operations.cause(GrantId(about["grant"])) if "grant" in about else None
        if cause is None and "grant" in about:
            return None
        chats = await self.people.chats(job.to, cause.began if cause else float(about["at"]), self.pushes)
        person = await self.directories[directory_of(job.to)].person(job.to) if chats else None
        if person is None:
            return None
        undoable = cause is not None and cause.granted.action is not Action.DISOWN
        return ChangeMessage(chats, self._text(person, about, undoable=undoable), f"{job.to}.{name_of(about)}")

    def _text(self, person: Person, about: Mapping[str, str], *, undoable: bool) -> str:
        say = self.words.best([person.language or "en"])
        at = datetime.fromtimestamp(float(about.get("at", self.world.now())), UTC).strftime("%Y-%m-%d %H:%M UTC")
        values = args(name=person.name, login=person.login, at=at)
        what = self.words.say(f"notice.{about['action']}.{about['outcome']}.subject", values, say)
        return f"{what}\n{self.words.say('notice.chat.undo' if undoable else 'notice.chat.done', values, say)}"


def name_of(about: Mapping[str, str]) -> str:
    """The same at every try, and of nothing else that was done."""
    return ".".join((about.get("grant", ""), about["action"], about["outcome"], about.get("method", about.get("at", ""))))


def place_of(chat: ChatAccount) -> str:
    """In a job, so that it is about this one alone."""
    return f"{CHATS}:{chat.kind}/{chat.id}"
