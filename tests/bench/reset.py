"""A whole reset at the portal, from the button to the notice, beside bare listeners that do the same durable work, and its password hashes apart."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from argon2 import PasswordHasher

from bot.platform.clock import World
from bot.platform.ids import Kind
from bot.platform.secret import Secret
from tests.bench.bare import Rows, listeners, mailed, rows_of
from tests.bench.house import NAME, House, Resident
from tests.bench.measuring import Cost, Figure, Meter
from tests.kit.kinds import EMAIL

ROUNDS, EACH = 5, 4
SECONDS_OLD = 3.0  # a younger password makes OpenLDAP's adapter wait, since the server counts them in seconds
Modify = Callable[[], object]


@dataclass
class Resets:
    """At one house, by people who prove it in one way. `modify`: what the bare directory does; None: its accounts are rows."""

    made: House
    kind: Kind
    meter: Meter
    modify: Modify | None = None
    rounds: int = ROUNDS
    waiting: list[Resident] = field(default_factory=list)
    served: list[Resident] = field(default_factory=list)
    requests: int = 0
    mails: int = 0
    commits: int = 0
    hashes: int = 0
    hashed: list[Cost] = field(default_factory=list)

    async def prepare(self) -> None:
        """People for all rounds, and what one reset does, counted at the first of them."""
        self.waiting = list(await self.made.residents("kim", (self.rounds + 1) * EACH, self.kind, self._secret))
        await asyncio.sleep(SECONDS_OLD if self.modify else 0)
        self.made.commits.clear()
        before = self.made.hasher.times
        mails = await self.made.outside.ask("mails")
        await self.made.measured(self.meter, EACH, lambda: self._walked("Maple-Kettle-First"))
        self.mails = round((await self.made.outside.ask("mails") - mails) / EACH)
        self.commits = round(self.made.durable() / EACH)
        self.hashes = round((self.made.hasher.times - before) / EACH)

    def does(self) -> str:
        """What the floor of one reset is made of."""
        said = [f"{self.requests} requests", f"{self.commits} commits", "1 mail" if self.mails == 1 else f"{self.mails} mails"]
        return ", ".join([*said, *["the modify"] * (self.modify is not None)])

    async def ours(self) -> Cost:
        """The next few people, one after the other; the hashes are told apart."""
        _, before = self.made.hasher.so_far()
        whole = await self.made.measured(self.meter, EACH, lambda: self._walked(f"Maple-Kettle-{len(self.waiting)}"))
        _, after = self.made.hasher.so_far()
        hashes = Cost((after.cpu - before.cpu) / EACH, (after.wall - before.wall) / EACH)
        self.hashed.append(hashes)
        return whole.beyond(hashes)

    async def floor(self, port: int) -> Cost:
        """As many requests, in one of which all of the work is done."""

        async def visited() -> None:
            for _ in range(EACH):
                await self.made.outside.ask("visits", port=port, path="/", times=self.requests - 1)
                await self.made.outside.ask("visits", port=port, path="/work", times=1)

        return await self.meter.each(EACH, visited)

    async def work(self, rows: Rows) -> None:
        """All that one reset leaves behind, but the hash."""
        await rows.commit(self.commits)
        self.work_at_directory()
        for _ in range(self.mails):
            mailed(self.made.outside.smtp)

    def work_at_directory(self) -> None:
        """The bare modify, where accounts are elsewhere."""
        if self.modify:
            self.modify()

    async def _walked(self, password: str) -> None:
        coming, self.waiting = self.waiting[:EACH], self.waiting[EACH:]
        self.served += coming
        people = [[who.login, who.kind, who.secret] for who in coming]
        self.requests = await self.made.outside.ask("resets", port=self.made.port, people=people, password=password) // EACH

    def _secret(self, login: str) -> str:
        return f"{login}@home.example" if self.kind is EMAIL else base64.b32encode(World().bytes(20)).decode()


async def reset(resets: Resets, where: str, beside: Callable[[], Awaitable[None]] | None = None) -> list[Figure]:
    """`beside`: what else is measured in each round."""
    await resets.prepare()
    figure = Figure(f"a whole reset, {where}", f"a bare listener that does the same ({resets.does()})")
    async with rows_of(resets.made.app.settings.database) as rows, listeners(lambda: resets.work(rows)) as port:
        await resets.floor(port)
        for _ in range(resets.rounds):
            await figure.round(resets.ours, lambda: resets.floor(port))
            if beside:
                await beside()
    return [figure, await _adapter(resets) if resets.modify else await _hashes(resets, figure)]


async def _adapter(resets: Resets) -> Figure:
    """What of it is the adapter's: the new password is set with all of its questions and checks, beside the modify alone."""
    figure = Figure("  in it the adapter's reset", "the bare modify by ldap3")
    directory = resets.made.app.directories[NAME]
    numbers = count(1)

    async def ours() -> None:
        for who in resets.served[-EACH:]:
            await directory.reset(who.subject, Secret(f"Maple-Adapter-{next(numbers)}"))

    async def floor() -> None:
        for _ in range(EACH):
            resets.work_at_directory()

    for _ in range(resets.rounds):
        await figure.round(lambda: resets.meter.each(EACH, ours), lambda: resets.meter.each(EACH, floor))
    return figure


async def _hashes(resets: Resets, whole: Figure) -> Figure:
    """A line of their own: production's argon2id, and the bare library's."""
    many = "password hash" if resets.hashes == 1 else f"{resets.hashes} password hashes"
    figure = Figure(f"  beside it its {many}", "one bare argon2id with the same parameters", resets.hashed, loops=whole.loops)
    ours = resets.made.hasher._argon2
    bare = PasswordHasher(ours.time_cost, ours.memory_cost, ours.parallelism)

    async def once() -> None:
        bare.hash("Maple-Kettle-Meadow")

    await Meter().each(1, once)
    for _ in resets.hashed:
        figure.floor.append(await Meter().each(1, once))
    return figure
