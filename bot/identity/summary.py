"""How somebody stands, for their own eyes: what they have registered, when their password was last reset and when it expires."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.accounts.interfaces import Operations, Outcome
from bot.directory.asking import asked
from bot.directory.interfaces import Directory, State
from bot.identity.interfaces import Records
from bot.identity.masks import last_worked, named, with_last
from bot.platform.ids import Action, SubjectId, directory_of
from bot.platform.sentences import Args, Misstep
from bot.policy.roles import Role, Roles


@dataclass(frozen=True, slots=True)
class Summary:
    """`state` None: the directory is silent at this moment. Times in seconds since the epoch."""

    name: str
    methods: tuple[tuple[str, Args], ...]  # sentences that name them as their owner knows them
    last_reset: float | None
    state: State | None
    roles: frozenset[Role]


@dataclass(frozen=True)
class Summaries:
    """Reads, and changes nothing."""

    directories: Mapping[str, Directory]
    roles: Roles
    records: Records
    operations: Operations

    async def of(self, subject: SubjectId) -> Summary:
        """For `subject` alone to see."""
        last = await self.operations.last(subject, Action.RESET)
        at = last.at if last and last.outcome is Outcome.CHANGED else None
        methods = await self._methods(subject)
        directory = self.directories.get(directory_of(subject))
        try:
            person = await asked(directory.person(subject)) if directory else None
            state = await asked(directory.state(subject)) if directory and person else None
        except Misstep:
            return Summary("", methods, at, None, frozenset())
        return Summary(person.name if person else "", methods, at, state, self.roles.of(person) if person else frozenset())

    async def _methods(self, subject: SubjectId) -> tuple[tuple[str, Args], ...]:
        mine = [m for m in await self.records.methods(subject) if m.confirmed]
        return with_last(named(mine), last_worked(mine))
