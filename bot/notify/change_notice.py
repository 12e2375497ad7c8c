"""The news of a change: whether it is still true, who hears of it, and in which words. Mail and chats only carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.accounts.interfaces import Cause, Operations
from bot.directory.interfaces import Directory, Person
from bot.identity.masks import name_of
from bot.identity.not_me_links import NotMeLinks
from bot.language.translations import Words
from bot.model.facts import Sent
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, Kind, SubjectId, directory_of
from bot.platform.job_outbox import Job
from bot.platform.sentences import Args, args
from bot.policy.current import Policies
from bot.policy.roles import Role, Roles, holders

ONLY = "only"  # of a job: the one place that it is about


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
        return None if self.cause is None or self.cause.granted.action is Action.DISOWN else self.cause.granted.id

    @property
    def id(self) -> str:
        """The same at every try, and of nothing else that was done."""
        by = self.about.get("grant", self.about.get("at", ""))
        return ".".join(filter(None, (by, self.about["action"], self.about["outcome"], self.about.get("method"))))

    @property
    def only(self) -> str:
        """The one place that this job is about; empty: all of them."""
        return self.about.get(ONLY, "")

    def again(self, place: str) -> Sent:
        """A job for this place alone: one that failed makes no other hear late or twice."""
        rest = tuple((name, value) for name, value in self.job.about if name != ONLY)
        return Sent(self.job.kind, self.job.to, (*rest, (ONLY, place)))


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
        return (*args(name=reader.name, login=change.owner.login, at=at, kind=method), *link)


class Carrier(Protocol):
    """A way by which news get to people."""

    async def carry(self, change: NewsOfChange) -> None:
        """To all places of its own that the change concerns."""


@dataclass(frozen=True)
class ChangeNotices:
    """The job "notice"."""

    operations: Operations
    directories: Mapping[str, Directory]
    roles: Roles
    policies: Policies
    carriers: Sequence[Carrier]

    async def notice(self, job: Job) -> None:
        """Of a grant that never was, or of an account that is gone, nobody is told. Raises Unreachable before anybody was."""
        about = dict(job.about)
        owner = await self.directories[directory_of(job.to)].person(job.to)
        cause = await self.operations.cause(GrantId(about["grant"])) if "grant" in about else None
        if owner is None or (cause is None and "grant" in about):
            return
        change = NewsOfChange(job, about, cause, owner, tuple(await self._readers(owner, about["action"])))
        for carrier in self.carriers:
            await carrier.carry(change)

    async def _readers(self, owner: Person, action: str) -> list[Person]:
        """The owner; and of an admin's reset all admins."""
        told = (await self.policies.current()).notify
        readers = [owner] if told.users else []
        if told.admins_on_admin_reset and action == Action.RESET and self.roles.admin(owner):
            admins = await holders(Role.ADMIN, self.roles, self.directories)
            readers += [admin for admin in admins if admin.subject != owner.subject]
        return readers


def _sentence(change: NewsOfChange, reader: Person) -> str:
    whose = "" if reader.subject == change.subject else "admin."
    return f"notice.{whose}{change.about['action']}.{change.about['outcome']}"
