"""Why one person can or can't help themselves today, and the least that would change it: for them, and for whoever runs the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from bot.accounts.interfaces import Operation, Operations
from bot.audit.chain import AccountAudit
from bot.coverage.attempts import Attempt, newest_attempt
from bot.coverage.coverage import CoverageRules, Reason
from bot.coverage.lacks import Alike, alike
from bot.directory.interfaces import Directory, Person, Rejected, State, Unreachable
from bot.identity.assurance import Need, enough, strongest_first
from bot.identity.attempt_limits import SpentAllowance, used_up
from bot.identity.interfaces import Records
from bot.identity.methods.registry import listable
from bot.identity.registered import Registered
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.ids import Action, Kind, SubjectId, directory_of
from bot.policy.by_group import FOR_ALL, rules_at
from bot.policy.current import Policies
from bot.policy.roles import Roles

NEWEST = 50  # rows of the audit in which an attempt is looked for
FEW = (1, 2)  # methods more: whoever needs a third one has an organisation's rule against them


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that decides about one account, as of now. Times in seconds since the epoch."""

    person: Person
    why_not: Reason | None  # None: they can help themselves
    frozen_until: float  # 0: not frozen
    state: State | None  # None: the directory is silent
    may_change_at: float  # the directory's minimum age of a password
    methods: tuple[Registered, ...]
    cure: tuple[Kind, ...]  # the fewest methods more that would be enough
    last: Operation | None  # the newest reset or unlock that changed the account, or may have
    used_up: tuple[SpentAllowance, ...] = ()  # allowances, of the account itself or of one method at one door
    group: str = ""  # whose own rules hold; empty: those for all
    attempt: Attempt | None = None  # where the newest one broke off; strangers' are known to nobody


@dataclass(frozen=True)
class Explanations:
    """Reads, and changes nothing."""

    directories: Mapping[str, Directory]
    roles: Roles
    policies: Policies
    records: Records
    operations: Operations
    audit: AccountAudit
    deliverable: frozenset[Kind]
    world: World

    async def explain(self, login: str) -> Explanation | None:
        """By what a person types as their sign-in name. None: no directory knows it. Raises OperatorError: one is silent."""
        for name, directory in self.directories.items():
            try:
                if person := await directory.find(login.strip()):
                    return await self.of(person)
            except Unreachable:
                raise OperatorError(
                    f"The directory {name} doesn't answer, so nothing is known about {login}; try again."
                ) from None
        return None

    async def of(self, person: Person) -> Explanation:
        """Whatever their directory doesn't say at this moment isn't in it."""
        directory = self.directories[directory_of(person.subject)]
        policy, now = await self.policies.current(), self.world.now()
        frozen = await self.records.frozen(person.subject)
        methods = [method for method in await self.records.methods(person.subject) if method.confirmed]
        seen = alike(policy, person, methods, admin=self.roles.admin(person), frozen=frozen > now, now=now)
        rules = CoverageRules(policy, self.deliverable)
        state, may_change_at = await _as_it_stands(directory, person.subject)
        done = [await self.operations.last(person.subject, action) for action in (Action.RESET, Action.UNLOCK, Action.CHANGE)]
        last = max((made for made in done if made), key=lambda made: made.at, default=None)
        why = rules.why_not(seen)
        spent = await used_up(self.records, person.subject, methods)
        group = policy.groups[seen.rules].group if seen.rules != FOR_ALL else ""
        attempt = newest_attempt(await self.audit.about(person.subject, NEWEST))
        return Explanation(
            person, why, frozen, state, may_change_at, tuple(methods), cure(rules, seen), last, spent, group, attempt
        )


def cure(rules: CoverageRules, account: Alike) -> tuple[Kind, ...]:
    """The fewest methods more that would be enough, the strongest of those; none where nothing lacks, or nothing would do."""
    have = account.usable | account.coming
    policy = rules_at(rules.policy, account.rules)
    offered = rules.deliverable & set(policy.methods.available) & listable()
    need = Need(Action.RESET, account.admin)
    if enough(policy, need, have & offered):
        return ()
    missing = strongest_first(offered - have)
    sets = (added for many in FEW for added in combinations(missing, many))
    return next((added for added in sets if enough(policy, need, {*(have & offered), *added})), ())


async def _as_it_stands(directory: Directory, subject: SubjectId) -> tuple[State | None, float]:
    try:
        return await directory.state(subject), (await directory.rules(subject)).may_change_at
    except (Unreachable, Rejected):
        return None, 0.0
