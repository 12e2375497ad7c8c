"""How far the roll-out of self-service has come: a pure look at the rules and the figures, and at one person who tries it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.coverage.coverage import CoverageReport, CoverageRules, Reason
from bot.coverage.lacks import Alike, Lack, alike
from bot.coverage.reports import Reports, Unable
from bot.coverage.sent_figures import NOBODY_SENT, SentFigures
from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Person
from bot.identity.interfaces import Records
from bot.platform.clock import World
from bot.policy.policy import Policy, ScopeState


@dataclass(frozen=True, slots=True)
class RolloutProgress:
    """Of those who may help themselves: how many could today, and for which reasons the others couldn't."""

    may: int
    can: int
    lacks: tuple[tuple[Lack, int], ...]

    @property
    def percent(self) -> int:
        """Whole, and never 100 as long as one is missing."""
        return self.can * 100 // self.may if self.may else 0


@dataclass(frozen=True, slots=True)
class Tried:
    """What would become of somebody who began now. `why` None: they would get through."""

    name: str
    why: Reason | None


def progress(report: CoverageReport) -> RolloutProgress:
    """Whoever may not is none of its business."""
    lacks = tuple((why, count) for why, count in report.reasons if isinstance(why, Lack) and count)
    return RolloutProgress(report.enabled, report.capable, lacks)


def with_scope(policy: Policy, state: ScopeState, group: str = "") -> Policy:
    """The next step, or a step back; `group` is added to those that are named already."""
    scope = policy.scope
    added = (group,) if group and group.casefold() not in {g.casefold() for g in scope.groups} else ()
    return replace(policy, scope=replace(scope, state=state, groups=(*scope.groups, *added)))


@dataclass(frozen=True)
class Rollouts:
    """For admins on our own page, who may see names there."""

    reports: Reports
    records: Records
    directories: Mapping[str, Directory]
    world: World

    async def progress(self) -> RolloutProgress:
        """As of now."""
        return progress(await self.reports.coverage(groups=0))

    async def sent(self) -> SentFigures:
        """Who was sent to register from outside, this month."""
        return await self.reports.sent.figures() if self.reports.sent else NOBODY_SENT

    async def missing(self, most: int) -> Sequence[Unable]:
        """The first of those who may and couldn't, by sign-in name."""
        found: list[Unable] = []
        async for each in self.reports.unable():
            if isinstance(each.reason, Lack):
                found.append(each)
            if len(found) == most:
                break
        return found

    async def tried(self, name: str, policy: Policy) -> Tried | None:
        """As this very person, by these rules. None: there is no such account. Raises Misstep when a directory is silent."""
        for directory in self.directories.values():
            if person := await asked(directory.find(name)):
                rules = CoverageRules(policy, self.reports.deliverable)
                return Tried(person.name, rules.why_not(await self._seen(person, policy)))
        return None

    async def _seen(self, person: Person, policy: Policy) -> Alike:
        admin, now = self.reports.roles.admin(person), self.world.now()
        frozen = await self.records.frozen(person.subject) > now
        return alike(policy, person, await self.records.methods(person.subject), admin=admin, frozen=frozen, now=now)
