"""The embedded directory with an agent in between, for the contract that every directory keeps."""

from dataclasses import dataclass

from adapters.writeback.directory import AgentDirectory
from bot.directory.administration import Administration, NewAccount
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from store.open import Store
from tests.kit.agents import Bench


@dataclass(frozen=True)
class ThroughAgent(AgentDirectory):
    """What people ask goes through the agent; what furnishes a test goes straight to the directory behind it."""

    behind: Administration | None = None
    bench: Bench | None = None

    @property
    def _hands(self) -> Administration:
        assert self.behind
        return self.behind

    async def create(self, account: NewAccount) -> SubjectId:
        return await self._hands.create(account)

    async def delete(self, subject: SubjectId) -> None:
        await self._hands.delete(subject)

    async def enable(self, subject: SubjectId, *, enabled: bool) -> None:
        await self._hands.enable(subject, enabled=enabled)

    async def set_password(self, subject: SubjectId, password: Secret) -> None:
        await self._hands.set_password(subject, password)

    async def lock(self, subject: SubjectId, seconds: float | None = None) -> None:
        await self._hands.lock(subject, seconds)

    async def add_group(self, name: str) -> None:
        await self._hands.add_group(name)

    async def add_member(self, group: str, subject: SubjectId) -> None:
        await self._hands.add_member(group, subject)

    async def remove_member(self, group: str, subject: SubjectId) -> None:
        await self._hands.remove_member(group, subject)

    async def nest(self, group: str, inner: str) -> None:
        await self._hands.nest(group, inner)

    async def close(self) -> None:
        """The agent and the socket."""
        assert self.bench
        await self.bench.close()


async def through_agent(store: Store, world: World, behind: Administration) -> ThroughAgent:
    """An approved agent beside `behind`, connected."""
    bench = await Bench(store, store.vault.keys, world).opens()
    await bench.site(behind)
    return ThroughAgent(behind.name, bench.relay, behind=behind, bench=bench)
