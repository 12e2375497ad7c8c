"""Whether somebody works at the helpdesk, and whom they mean: asked before a conversation begins, so that no typed name is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Person
from bot.model.turn import Party
from bot.platform.ids import SubjectId, directory_of
from bot.policy.roles import TAKE_CALLS, Role, Roles


@dataclass(frozen=True)
class Calls:
    """Reads only. Raises Misstep when a directory is silent."""

    directories: Mapping[str, Directory]
    roles: Roles

    async def takes_calls(self, party: Party) -> bool:
        """Whether whoever speaks takes calls."""
        return await self.holds_role(party, TAKE_CALLS)

    async def holds_role(self, party: Party, roles: Collection[Role]) -> bool:
        """Whether whoever speaks holds one of these roles."""
        if party.subject is None or (directory := self.directories.get(directory_of(party.subject))) is None:
            return False
        person: Person | None = await asked(directory.person(party.subject))
        return person is not None and person.enabled and bool(self.roles.of(person) & {*roles})

    async def brings(self, party: Party, joiner: SubjectId) -> bool:
        """Whether whoever speaks may bring this joiner, as far as one look tells: by role, or as their manager."""
        directory = self.directories.get(directory_of(joiner))
        person = await asked(directory.person(joiner)) if directory and party.subject else None
        manages = person is not None and person.manager == party.subject
        return manages or await self.holds_role(party, {Role.HR})

    async def find_account(self, name: str) -> SubjectId | None:
        """The account that was named; None: nobody's."""
        for directory in self.directories.values():
            if person := await asked(directory.find(name)):
                return person.subject
        return None
