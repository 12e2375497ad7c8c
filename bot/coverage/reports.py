"""Makes the report from counts that are fresh, by the rules in force."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from bot.coverage.coverage import CoverageReport, CoverageRules, GroupFigures, Reason
from bot.coverage.forecast import forecast
from bot.coverage.interfaces import AccountCounts, Counted, CoverageQuestion, GroupSize
from bot.coverage.sent_figures import NOBODY_SENT, SentCounts
from bot.coverage.what_if import WhatIfReport, what_if
from bot.directory.interfaces import Directory, Unreachable
from bot.identity.directory_contacts import ContactData
from bot.platform.ids import Kind
from bot.policy.current import Policies
from bot.policy.forecast import Forecast
from bot.policy.policy import Policy
from bot.policy.roles import Roles

LARGEST = 10  # groups that a report shows
SMALLEST = 5  # accounts in such a group: the figures of a smaller one would tell of persons


@dataclass(frozen=True, slots=True)
class Unable:
    """Somebody who couldn't help themselves today. For the server's operator only."""

    login: str
    name: str
    reason: Reason


@dataclass(frozen=True)
class Reports:
    """For everybody who may ask; who that is isn't decided here."""

    counts: AccountCounts
    directories: Mapping[str, Directory]
    roles: Roles
    policies: Policies
    deliverable: frozenset[Kind]  # kinds that this house can carry
    sent: SentCounts | None = None

    async def refresh(self) -> tuple[str, ...]:
        """Take over what has changed. Returns the names of directories that don't answer."""
        silent, contacts = [], ContactData.of(await self.policies.current())
        for name, directory in self.directories.items():
            try:
                await self.counts.sync(directory, contacts)
            except Unreachable:
                silent.append(name)
        return tuple(silent)

    async def coverage(self, groups: int = LARGEST) -> CoverageReport:
        """As of now; of a directory that doesn't answer, as it was last known."""
        silent = await self.refresh()
        question, rules = await self._asked()
        counted = await self.counts.count(question, groups, SMALLEST)
        everybody = [each for each in counted if each.group is None]
        by_group: dict[str, list[Counted]] = {}
        for each in counted:
            if each.group is not None:
                by_group.setdefault(each.group, []).append(each)
        shares = [GroupFigures(**asdict(rules.figures(those)), name=name) for name, those in by_group.items()]
        return CoverageReport(
            **asdict(rules.figures(everybody)),
            reasons=rules.reasons(everybody),
            groups=tuple(sorted(shares, key=lambda share: (-share.total, share.name))),
            sent=await self.sent.figures() if self.sent else NOBODY_SENT,
            silent=silent,
        )

    async def unable(self) -> AsyncIterator[Unable]:
        """By sign-in name, as the last report counted them."""
        question, rules = await self._asked()
        async for login, name, account in self.counts.each(question):
            if why := rules.why_not(account):
                yield Unable(login, name, why)

    async def forecast(self, old: Policy, new: Policy) -> Forecast:
        """Who would gain and who would lose the way back. Contact data that the directory has and that doesn't count yet isn't in it."""
        silent = await self.refresh()
        (before, old_rules), (after, new_rules) = self._by(old), self._by(new)
        return replace(forecast(old_rules, new_rules, await self.counts.transitions(before, after)), silent=silent)

    async def what_if(self, new: Policy, groups: int = LARGEST) -> WhatIfReport:
        """The same with its reasons, over the rules in force, and of the largest groups that hide who is in them."""
        silent = await self.refresh()
        (before, old_rules), (after, new_rules) = await self._asked(), self._by(new)
        found = what_if(old_rules, new_rules, await self.counts.transitions(before, after, groups, SMALLEST))
        return replace(found, forecast=replace(found.forecast, silent=silent))

    async def groups(self, limit: int) -> Sequence[GroupSize]:
        """The largest there are, to choose from."""
        return await self.counts.largest_groups(tuple(self.directories), limit)

    async def sizes(self, names: Sequence[str]) -> Sequence[GroupSize]:
        """Of these groups; nobody is in a group that isn't among the answers."""
        return await self.counts.group_sizes(tuple(self.directories), names) if names else ()

    async def _asked(self) -> tuple[CoverageQuestion, CoverageRules]:
        return self._by(await self.policies.current())

    def _by(self, policy: Policy) -> tuple[CoverageQuestion, CoverageRules]:
        return CoverageQuestion(policy, self.roles, tuple(self.directories)), CoverageRules(policy, self.deliverable)
