"""Which of two directories owns an account's password, and what the account is called in the other: by ids and anchors alone."""

from dataclasses import dataclass

from adapters.directories.hybrid.anchors import Anchors
from adapters.directories.hybrid.parts import CloudDirectory
from bot.directory.interfaces import Directory, Person
from bot.platform.ids import SubjectId, directory_of


@dataclass(frozen=True, slots=True)
class Owned:
    """An account where its password lives; `twin`: its copy in the cloud, for one that lives on premises and is synced."""

    directory: Directory
    subject: SubjectId
    twin: SubjectId | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """Of the directory `name`, whose parts are these two. Whatever asks one of them may raise Unreachable."""

    name: str
    on_premises: Directory
    cloud: CloudDirectory
    anchors: Anchors

    async def owned(self, subject: SubjectId) -> Owned | None:
        """With its copy in the cloud, where it has one. None: no account of either part."""
        if here := self.here(subject):
            return await self.paired(here)
        inner = SubjectId(subject.removeprefix(f"{self.name}:"))
        return await self.there(inner) if directory_of(inner) == self.cloud.name else None

    async def home(self, subject: SubjectId) -> Owned | None:
        """The same for what its owner alone knows: the cloud isn't asked for a copy."""
        here = self.here(subject)
        return Owned(self.on_premises, here) if here else await self.owned(subject)

    def here(self, subject: SubjectId) -> SubjectId | None:
        """A subject as the part on premises calls it. None: it is none of its ids."""
        inner = subject.removeprefix(f"{self.name}:")
        return None if ":" in inner else SubjectId(f"{self.on_premises.name}:{inner}")

    def alias(self, subject: SubjectId) -> SubjectId | None:
        """How an identity provider names somebody: by the cloud's id alone. No id is given twice, also not by two systems."""
        inner = subject.removeprefix(f"{self.name}:")
        return None if ":" in inner else SubjectId(f"{self.name}:{self.cloud.name}:{inner}")

    def anchor(self, here: SubjectId) -> str:
        """What a synced account is matched by in the cloud; empty: this one can't be."""
        try:
            return self.anchors.of(here.removeprefix(f"{self.on_premises.name}:"))
        except ValueError:
            return ""

    async def paired(self, here: SubjectId) -> Owned:
        """An account on premises, with its copy in the cloud."""
        anchor = self.anchor(here)
        return Owned(self.on_premises, here, await self.cloud.anchored(anchor) if anchor else None)

    async def there(self, subject: SubjectId) -> Owned | None:
        """An account of the cloud, or whoever on premises it is a copy of. A synced one that this house doesn't know on premises stays the cloud's, which refuses to touch it."""
        anchor = await self.cloud.anchor(subject)
        if anchor is None:
            return None
        found = await self.by_anchor(anchor)
        return Owned(self.on_premises, found.subject, subject) if found else Owned(self.cloud, subject)

    async def by_anchor(self, anchor: str) -> Person | None:
        """Whoever on premises a synced account is a copy of."""
        try:
            here = self.anchors.back(anchor) if anchor else ""
        except ValueError:
            return None
        return await self.on_premises.person(SubjectId(f"{self.on_premises.name}:{here}")) if here else None

    def ours(self, subject: SubjectId) -> SubjectId:
        """A part's subject as this directory calls it."""
        return SubjectId(f"{self.name}:{subject.removeprefix(f'{self.on_premises.name}:')}")
