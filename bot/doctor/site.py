"""What a doctor sees in the database and in the directories."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol, assert_never

from bot.directory.interfaces import Directory
from bot.doctor.finding import Finding, fail, ok, warn
from bot.doctor.people import ASKED, empty, everybody, reach, roles_of, way_in
from bot.notify.directory_watch import health_of
from bot.platform.dead_letters import Waiting
from bot.platform.ids import SubjectId
from bot.platform.revisions import Tables
from bot.policy.policy import Policy, ThreatLevel
from bot.policy.roles import Role
from bot.settings.settings import Settings

SKEW, FAR = 2.0, 30.0  # seconds that two clocks may differ: worth a word; codes stop working


class Site(Protocol):
    """What the composition root opens for an examination: no loop is started, nothing is migrated."""

    @property
    def directories(self) -> Mapping[str, Directory]:
        """The directories that the settings name, put together but not yet asked."""

    async def tables(self) -> Tables:
        """How the tables are, for this version's code."""

    async def clock(self) -> float:
        """What the database's own clock says, in seconds since the epoch."""

    async def is_demo(self) -> bool:
        """Whether this is a demo store."""

    async def policy(self) -> Policy:
        """The rules that are in force, as the store has them."""

    async def waiting(self) -> Waiting:
        """How the outbox is."""

    async def registered(self, subject: SubjectId) -> bool:
        """Whether this account's person has registered anything."""

    async def close(self) -> None:
        """Gives its connections back."""


async def inside(site: Site, settings: Settings, now: float) -> AsyncIterator[Finding]:
    """One after the other. Raises what the database's driver raises."""
    yield clock(await site.clock() - now)
    schema_now = await site.tables()
    yield schema(schema_now)
    if not schema_now.usable:
        return
    yield demo(await site.is_demo(), settings)
    policy = await site.policy()
    if policy.threat is ThreatLevel.RAISED:
        yield warn("The threat level is raised.", "`unlatch policy threat normal` sets it back when the danger is over.")
    if policy.helpdesk.contact:
        yield ok("People who are stuck are told whom to ask.")
    else:
        yield warn("People who are stuck aren't told whom to ask.", "Set helpdesk.contact in the policy.")
    for finding in letters(await site.waiting(), now):
        yield finding
    for name, directory in site.directories.items():
        yield await reached(name, directory)
    found = await everybody(site.directories)
    groups = {group.casefold() for persons in found.values() for person in persons for group in person.groups}
    for finding in (*roles(settings, frozenset(groups)), *empty(settings, found)):
        yield finding
    people, who = [person for persons in found.values() for person in persons], roles_of(settings)
    if found:
        yield reach(policy, people, who)
    if admins := [person.subject for person in people if Role.ADMIN in who.of(person)][:ASKED]:
        yield way_in([await site.registered(subject) for subject in admins], settings)


def clock(apart: float) -> Finding:
    """Replicas and database have to agree on the time: leases and codes hang on it."""
    if abs(apart) <= SKEW:
        return ok("The database's clock and this one agree.")
    say = fail if abs(apart) > FAR else warn
    return say(f"The database's clock and this one are {abs(apart):.0f} seconds apart.", "Let NTP set both.")


def schema(found: Tables) -> Finding:
    """While replicas are upgraded one after the other, an older one may work beside newer tables, where they are made for that."""
    match found:
        case Tables.SAME:
            return ok("The database answers, and its tables are up to date.")
        case Tables.NEWER:
            return warn("The database's tables are a newer version's.", "Upgrade this machine too; until then it goes on.")
        case Tables.OLDER:
            return fail("The database's tables aren't as this version wants them.", "Run `unlatch migrate`.")
        case Tables.TOO_NEW:
            return fail(
                "A newer version has changed the database's tables, and this one can't work with them.",
                "Start the newer version here too.",
            )
        case _:
            assert_never(found)


def demo(is_demo: bool, settings: Settings) -> Finding:  # noqa: FBT001 - what the store says of itself
    """A demo store and the real world keep apart: its codes and passwords are shown to everybody."""
    if not is_demo:
        return ok("This is no demo store.")
    if settings.smtp.host:
        return fail("This is a demo store with a real mail server.", "Begin with an empty database, or take [smtp] out.")
    if settings.twilio.account_sid or settings.sms_webhook.url:
        return fail(
            "This is a demo store with real text messages.",
            "Begin with an empty database, or take [twilio] and [sms_webhook] out.",
        )
    return warn("This is a demo store.", "For real people begin with an empty database.")


def letters(waiting: Waiting, now: float) -> list[Finding]:
    """What hasn't left, and what never will by itself."""
    found = []
    if waiting.since is not None:
        minutes = (now - waiting.since) / 60
        say = f"{waiting.overdue} messages wait to be sent, the oldest for {minutes:.0f} minutes."
        found.append(warn(say, "See that `unlatch serve` runs, and what its log says of mail, texts and chats (job.failed)."))
    if waiting.dead:
        say = f"{waiting.dead} messages never got there."
        found.append(
            warn(say, "`unlatch letters list` says which and why; `unlatch letters send-again` sends a notice once more.")
        )
    return found or [ok("No message waits for long, and none was given up.")]


async def reached(name: str, directory: Directory) -> Finding:
    """Whether a directory is well."""
    health = await health_of(directory)
    if not health.ok:
        return fail(f"Directory {name} isn't well: {health.detail}", "Check its address, account and rights.")
    return ok(f"Directory {name} answers. {health.detail}".rstrip())


def roles(settings: Settings, groups: frozenset[str]) -> list[Finding]:
    """`groups`: the folded names of all groups that somebody is in."""
    ours = any(section.kind == "embedded" for section in settings.directories.values())
    optional = (Role.HR,)  # without it managers invite their own
    named = [(role, group) for role, group in settings.roles if isinstance(group, str) and (group or role not in optional)]
    return [_role(role, group, group.casefold() in groups, _filling(group) if ours else "") for role, group in named]


def _filling(group: str) -> str:
    return f': `unlatch account group add "{group}" LOGIN`'


def _role(role: str, group: str, held: bool, how: str) -> Finding:  # noqa: FBT001 - one of three sentences
    if not group:
        return warn(f"Nobody holds the role {role}.", f"Name its group as [roles] {role}.")
    if not held:
        say = f"There is no group {group} for the role {role}, or nobody is in it."
        return fail(say, f"Correct [roles] {role}, or fill it{how}.")
    return ok(f"The role {role} is held by {group}.")
