"""Makes the report from counts that are fresh, by the rules in force."""

import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.accounts.directory import Directory, Unreachable
from bot.coverage.coverage import Counts, Coverage, GroupFigures, Question, Reason, Rules
from bot.coverage.lacks import Alike
from bot.ids import Kind
from bot.policy.current import Policies
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

    counts: Counts
    directories: Mapping[str, Directory]
    roles: Roles
    policies: Policies
    deliverable: frozenset[Kind]  # kinds that this house can carry

    async def refresh(self) -> tuple[str, ...]:
        """Take over what has changed. Returns the names of directories that don't answer."""
        silent = []
        for name, directory in self.directories.items():
            try:
                await self.counts.sync(directory)
            except Unreachable:
                silent.append(name)
        return tuple(silent)

    async def coverage(self, groups: int = LARGEST) -> Coverage:
        """As of now; of a directory that doesn't answer, as it was last known."""
        silent = await self.refresh()
        question, rules = await self._asked()
        counted = await self.counts.alike(question)
        figures = rules.figures(counted)
        shares = _shares(rules, await self.counts.grouped(question, groups, SMALLEST))
        return Coverage(**dataclasses.asdict(figures), reasons=rules.reasons(counted), groups=shares, silent=silent)

    async def unable(self) -> AsyncIterator[Unable]:
        """By sign-in name, as the last report counted them."""
        question, rules = await self._asked()
        async for login, name, account in self.counts.each(question):
            if why := rules.why_not(account):
                yield Unable(login, name, why)

    async def _asked(self) -> tuple[Question, Rules]:
        policy = await self.policies.current()
        return Question(policy, self.roles, tuple(self.directories)), Rules(policy, self.deliverable)


def _shares(rules: Rules, counted: Sequence[tuple[str, Alike, int]]) -> tuple[GroupFigures, ...]:
    named = groupby(sorted(counted, key=lambda one: one[0]), key=lambda one: one[0])
    shares = (
        GroupFigures(**dataclasses.asdict(rules.figures((account, n) for _, account, n in counts)), name=name)
        for name, counts in named
    )
    return tuple(sorted(shares, key=lambda share: (-share.total, share.name)))
