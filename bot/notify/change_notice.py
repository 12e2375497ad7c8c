"""The news of a change: whether it is still true, who hears of it, and in which words. Mail and chats only carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.accounts.interfaces import Cause, Operations
from bot.directory.interfaces import Directory, Person
from bot.identity.masks import name_of
from bot.identity.not_me_links import LASTING, NotMeLinks
from bot.language.translations import Words
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, Kind, SubjectId, directory_of
from bot.platform.job_outbox import Job, Queue, Sent
from bot.platform.sentences import Args, args
from bot.policy.current import Policies
from bot.policy.roles import Role, Roles, holders

ONLY, READER = "only", "reader"  # in the job of one letter: the place that it goes to, and whose that is
TAKEN = "taken"  # in a job: addresses that the change took off the file, sealed


@dataclass(frozen=True, slots=True)
class NewsOfChange:
    """What a "notice" tells of. `about` is the job's; `cause` is None for what nobody did here; `readers` hear of it."""

    job: Job
    about: Mapping[str, str]
    cause: Cause | None
    owner: Person
    readers: tuple[Person, ...]

    @property
    def subject(self) -> SubjectId:
        """Whose account it is."""
        return self.owner.subject

    @property
    def began(self) -> float:
        """An address or a chat that came on file later isn't told."""
        return self.cause.began if self.cause else float(self.about["at"])

    @property
    def undo(self) -> GrantId | None:
        """What "this wasn't me" would undo. None: nothing is left to be undone, or nobody did it here."""
        return None if self.cause is None or self.cause.granted.action in LASTING else self.cause.granted.id

    @property
    def id(self) -> str:
        """The same at every try, and of nothing else that was done."""
        return news_id(self.about)

    @property
    def only(self) -> str:
        """The one place that this job is about; empty: it becomes a letter to each of them."""
        return self.about.get(ONLY, "")

    def letter(self, place: str, queue: Queue, **more: object) -> Sent:
        """A job for this place alone: one that fails makes no other hear late or twice."""
        rest = tuple((name, value) for name, value in self.job.about if name not in (ONLY, TAKEN))
        return Sent(self.job.kind, self.job.to, (*rest, (ONLY, place), *args(**more)), queue)


@dataclass(frozen=True)
class ChangeWords:
    """The sentences, each in the language of whoever reads it."""

    words: Words
    links: NotMeLinks
    base_url: str
    world: World

    def subject(self, change: NewsOfChange, reader: Person) -> str:
        """What was done, in one line."""
        return self._say(f"{_sentence(change, reader)}.subject", change, reader)

    def letter(self, change: NewsOfChange, reader: Person, *, short: bool) -> str:
        """All of it, with the link by which the owner undoes it; `short`: for a text message."""
        return self._say(_sentence(change, reader) + (".text" if short else ""), change, reader)

    def bare(self, change: NewsOfChange, reader: Person) -> str:
        """What was done, for an address that somebody else may read: nothing is undone by it."""
        return f"{self.subject(change, reader)}\n{self._say('notice.chat.done', change, reader)}"

    def chat(self, change: NewsOfChange) -> str:
        """For the owner: without a link, since a chat may be somebody else's by now."""
        below = self._say("notice.chat.undo" if change.undo else "notice.chat.done", change, change.owner)
        return f"{self.subject(change, change.owner)}\n{below}"

    def _say(self, sentence: str, change: NewsOfChange, reader: Person) -> str:
        language = self.words.best([reader.language or "en"])
        return self.words.say(sentence, self._values(change, reader, language), language)

    def _values(self, change: NewsOfChange, reader: Person, language: str) -> Args:
        at = datetime.fromtimestamp(float(change.about.get("at", self.world.now())), UTC).strftime("%Y-%m-%d %H:%M UTC")
        method = self.words.say(name_of(Kind(change.about["kind"])), (), language) if "kind" in change.about else ""
        link = args(link=self.base_url + self.links.path(change.undo)) if change.undo and reader.subject == change.subject else ()
        tries = change.about.get("tries", "")
        return (*args(name=reader.name, login=change.owner.login, at=at, kind=method, tries=tries), *link)


class Carrier(Protocol):
    """A way by which news get to people."""

    async def letters(self, change: NewsOfChange) -> Sequence[Sent]:
        """One for each place of its own that the change concerns."""

    async def carry(self, change: NewsOfChange) -> None:
        """One letter, to the place that its job names."""


@dataclass(frozen=True)
class ChangeNotices:
    """The job "notice"."""

    operations: Operations
    directories: Mapping[str, Directory]
    roles: Roles
    policies: Policies
    mail: Carrier
    chat: Carrier

    async def notice(self, job: Job) -> Sequence[Sent]:
        """Of a grant that never was, or of an account that is gone, nobody is told. Raises Unreachable before anybody was."""
        about = dict(job.about)
        owner = await self.directories[directory_of(job.to)].person(job.to)
        cause = await self.operations.cause(GrantId(about["grant"])) if "grant" in about else None
        if owner is None or (cause is None and "grant" in about):
            return ()
        readers = await self._readers(owner, about["action"]) if job.queue is Queue.WORK else await self._reader(owner, about)
        change = NewsOfChange(job, about, cause, owner, tuple(readers))
        if job.queue is Queue.WORK:
            by_mail = [] if change.only else await self.mail.letters(change)
            return [*by_mail, *await self.chat.letters(change)]
        if readers:
            await (self.chat if job.queue is Queue.CHAT else self.mail).carry(change)
        return ()

    async def _reader(self, owner: Person, about: Mapping[str, str]) -> list[Person]:
        """Whose letter it is; nobody, if they are gone."""
        subject = SubjectId(about.get(READER, owner.subject))
        if subject == owner.subject:
            return [owner]
        found = await self.directories[directory_of(subject)].person(subject)
        return [found] if found else []

    async def _readers(self, owner: Person, action: str) -> list[Person]:
        """The owner; and of an admin's reset all admins."""
        told = (await self.policies.current()).notify
        readers = [owner] if told.users else []
        if told.admins_on_admin_reset and action == Action.RESET and self.roles.admin(owner):
            admins = await holders(Role.ADMIN, self.roles, self.directories)
            readers += [admin for admin in admins if admin.subject != owner.subject]
        return readers


def news_id(about: Mapping[str, str]) -> str:
    """Of what a "notice" tells of."""
    by = about.get("grant", about.get("at", ""))
    return ".".join(filter(None, (by, about["action"], about["outcome"], about.get("method"))))


def _sentence(change: NewsOfChange, reader: Person) -> str:
    whose = "" if reader.subject == change.subject else "admin."
    return f"notice.{whose}{change.about['action']}.{change.about['outcome']}"
