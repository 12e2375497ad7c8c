"""The contract's hybrid: any directory as the company's network, the stand-in as its cloud, and accounts that are in both."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from adapters.directories.hybrid.anchors import Anchors
from adapters.directories.hybrid.directory import HybridDirectory
from bot.directory.administration import Administration, NewAccount
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from tests.kit import entra_directory
from tests.kit.entra_directory import FurnishedEntra
from tests.kit.graph import Tenant

# The embedded directory names its accounts by 8 bytes in hex, where Active Directory has GUIDs.
HEX = Anchors(lambda name: b64encode(bytes.fromhex(name)).decode(), lambda anchor: b64decode(anchor, validate=True).hex())


@dataclass(frozen=True)
class FurnishedHybrid(HybridDirectory):
    """Implements `Administration`: what is made lives on premises, and is synced at once, its password apart."""

    network: Administration | None = None
    sky: FurnishedEntra | None = None

    @property
    def here(self) -> Administration:
        assert self.network is not None
        return self.network

    @property
    def tenant(self) -> Tenant:
        assert self.sky is not None
        return self.sky.there

    async def create(self, account: NewAccount) -> SubjectId:
        manager = self._inner(account.manager) if account.manager else None
        subject = await self.here.create(replace(account, manager=manager))
        self.tenant.add(
            account.password.reveal() if account.password else None,
            userPrincipalName=account.upn or f"{account.login}@{entra_directory.DOMAIN}",
            displayName=account.name,
            mail=account.mail,
            accountEnabled=account.enabled,
            onPremisesSyncEnabled=True,
            onPremisesImmutableId=self.anchor_of(self.owners.ours(subject)),
        )
        return self.owners.ours(subject)

    def anchor_of(self, subject: SubjectId) -> str:
        return self.anchors.of(subject.rpartition(":")[2])

    def twin(self, subject: SubjectId) -> str:
        """Its id in the cloud."""
        return next(id for id, u in self.tenant.users.items() if u.get("onPremisesImmutableId") == self.anchor_of(subject))

    def syncs(self, subject: SubjectId, password: Secret) -> None:
        """What password hash synchronisation does within two minutes."""
        id = self.twin(subject)
        self.tenant.shows(id, self.tenant.set(id, password.reveal()))

    def cloud_is_down(self) -> None:
        """From now on."""
        assert self.sky is not None
        self.sky.wire.down = True

    async def delete(self, subject: SubjectId) -> None:
        self.tenant.remove(self.twin(subject))
        await self.here.delete(self._inner(subject))

    async def enable(self, subject: SubjectId, *, enabled: bool) -> None:
        self.tenant.update(self.twin(subject), accountEnabled=enabled)
        await self.here.enable(self._inner(subject), enabled=enabled)

    async def set_password(self, subject: SubjectId, password: Secret) -> None:
        await self.here.set_password(self._inner(subject), password)

    async def lock(self, subject: SubjectId, seconds: float | None = None) -> None:
        await self.here.lock(self._inner(subject), seconds)

    async def add_group(self, name: str) -> None:
        await self.here.add_group(name)

    async def add_member(self, group: str, subject: SubjectId) -> None:
        await self.here.add_member(group, self._inner(subject))

    async def remove_member(self, group: str, subject: SubjectId) -> None:
        await self.here.remove_member(group, self._inner(subject))

    async def nest(self, group: str, inner: str) -> None:
        await self.here.nest(group, inner)

    def _inner(self, subject: SubjectId) -> SubjectId:
        return SubjectId(f"{self.here.name}:{subject.removeprefix(f'{self.name}:')}")


@asynccontextmanager
async def opened(network: Administration, world: World, anchors: Anchors = HEX) -> AsyncIterator[FurnishedHybrid]:
    """Over a tenant of its own."""
    async with entra_directory.opened(world) as cloud:
        yield FurnishedHybrid("corp", network, cloud, anchors, network=network, sky=cloud)
