"""The news of a change, to every address on file before it, each with a way to say "this wasn't me"; and, of an admin's, to all admins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.accounts.interfaces import Cause, Operations
from bot.directory.interfaces import Directory, Person
from bot.identity.masks import name_of
from bot.identity.methods.registry import METHODS
from bot.identity.not_me_links import GOOD_FOR, NotMeLinks
from bot.identity.registered import Registered
from bot.identity.taken_addresses import were_taken
from bot.language.translations import Words
from bot.messaging.messenger import Channel, Message, Messenger, Undeliverable
from bot.model.facts import Audited, Sent
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, Kind, SubjectId, directory_of
from bot.platform.job_outbox import Job
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Args, args
from bot.policy.current import Policies
from bot.policy.roles import Role, Roles, holders


class Mailbag(Protocol):
    """What the store knows and remembers of it."""

    async def methods(self, subject: SubjectId) -> Sequence[Registered]:
        """See bot/identity/interfaces.py."""

    async def once(self, key: str, seconds: float, *facts: Audited | Sent) -> bool:
        """See bot/notify/admin_alerts.py."""


@dataclass(frozen=True, slots=True)
class Letter:
    """To one address, whose `place` has the same name at every try."""

    place: str
    channel: Channel
    to: Secret
    reader: Person
    words: str
    values: Args


@dataclass(frozen=True)
class ChangeMail:
    """One kind of job. An address that fails gets a job of its own, so that no other is told late or twice."""

    bag: Mailbag
    operations: Operations
    directories: Mapping[str, Directory]
    roles: Roles
    messengers: Mapping[Channel, Messenger]
    policies: Policies
    words: Words
    links: NotMeLinks
    keys: Keys
    base_url: str
    world: World

    async def notice(self, job: Job) -> None:
        """The channel that carried the code must not be the only one that tells (NIST SP 800-63B-4, 4.2.3)."""
        about = dict(job.about)
        for letter in await self._letters(job.to, about):
            if letter.channel not in self.messengers or about.get("only", letter.place) != letter.place:
                continue
            message = self._message(letter, about)
            try:
                await self.messengers[letter.channel].send(message)
            except Undeliverable:
                continue
            except Exception:
                if "only" in about:
                    raise
                again = Sent("notice", job.to, (*job.about, ("only", letter.place)))
                await self.bag.once(f"news:{message.id}", GOOD_FOR, again)

    async def _letters(self, subject: SubjectId, about: Mapping[str, str]) -> list[Letter]:
        policy = (await self.policies.current()).notify
        person = await self.directories[directory_of(subject)].person(subject)
        cause = await self.operations.cause(GrantId(about["grant"])) if "grant" in about else None
        if person is None or (cause is None and "grant" in about):
            return []
        began = cause.began if cause else float(about["at"])
        what, letters = f"{about['action']}.{about['outcome']}", list[Letter]()
        if policy.users:
            own = [*await self._on_file(person, began), *self._taken(subject, about)]
            letters += [Letter(*address, person, f"notice.{what}", self._link(cause)) for address in own]
        if policy.admins_on_admin_reset and about["action"] == Action.RESET and self.roles.admin(person):
            for admin in await holders(Role.ADMIN, self.roles, self.directories):
                told = [] if admin.subject == subject else await self._on_file(admin, began)
                letters += [
                    Letter(f"{admin.subject}.{place}", channel, to, admin, f"notice.admin.{what}", args(login=person.login))
                    for place, channel, to in told
                ]
        return letters

    async def _on_file(self, person: Person, began: float) -> list[tuple[str, Channel, Secret]]:
        """Before the conversation began: neither what it added, nor what nobody has tried yet."""
        known = [m for m in await self.bag.methods(person.subject) if m.confirmed and m.registered_at < began]
        work = [("work", Channel.MAIL, Secret(person.mail))] if person.mail else []
        return work + [(m.id, channel, m.secret) for m in known if (channel := METHODS[m.kind].channel)]

    def _taken(self, subject: SubjectId, about: Mapping[str, str]) -> list[tuple[str, Channel, Secret]]:
        """What the change itself took off the file is told as well."""
        if "taken" not in about:
            return []
        found = were_taken(self.keys, subject, about["taken"])
        return [(f"taken{number}", channel, to) for number, (channel, to) in enumerate(found)]

    def _link(self, cause: Cause | None) -> Args:
        """A notice of a disowned change has none, since nothing is left to be undone; nor has one of what nobody did here."""
        return (
            ()
            if cause is None or cause.granted.action is Action.DISOWN
            else args(link=self.base_url + self.links.path(cause.granted.id))
        )

    def _message(self, letter: Letter, about: Mapping[str, str]) -> Message:
        reader = letter.reader
        say = self.words.best([reader.language or "en"])
        at = datetime.fromtimestamp(float(about.get("at", self.world.now())), UTC).strftime("%Y-%m-%d %H:%M UTC")
        method = self.words.say(name_of(Kind(about["kind"])), (), say) if "kind" in about else ""
        values = (*args(name=reader.name, login=reader.login, at=at, kind=method), *letter.values)
        text = self.words.say(f"{letter.words}.text" if letter.channel is Channel.TEXT else letter.words, values, say)
        id = ".".join(
            (
                about.get("grant", about.get("at", "")),
                about["outcome"],
                *([about["method"]] if "method" in about else []),
                letter.place,
            )
        )
        return Message(id, letter.to, self.words.say(f"{letter.words}.subject", values, say), Secret(text))
