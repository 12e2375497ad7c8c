"""What the plan says goes wrong, done at its time to the processes, wires and servers of a site; and everything healed at the end."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.platform.secret import Secret
from tests.faults.ledger import Ledger
from tests.faults.plan import Disturbance, Fault
from tests.faults.replicas import FAKETIME, Replica
from tests.faults.site import Site

TROUBLE: tuple[int, dict[str, str], dict[str, object]] = (503, {}, {"ok": False, "error": "fatal_error"})


@dataclass
class Weather:
    """One at a time for each thing that it is done to: what is away already isn't taken away again."""

    site: Site
    ledger: Ledger
    _busy: set[str] = field(default_factory=set)

    async def comes(self, disturbance: Disturbance) -> None:
        """From its beginning to its end."""
        await asyncio.sleep(disturbance.at)
        what = _about(disturbance)
        if what in self._busy:
            self.ledger.faults[f"{disturbance.fault}: left out, one was under way"] += 1
            return
        self._busy.add(what)
        try:
            self.ledger.faults[_named(disturbance)] += 1
            await self._done(disturbance)
        finally:
            self._busy.discard(what)

    async def heals(self) -> None:
        """All runs, and no wire is broken."""
        for replica in self.site.replicas:
            replica.directory.heal()
            replica.database.heal()
        self.site.mail.loses = 0
        self.site.slack.refuses.clear()
        self.site.teams.refuses.clear()
        for replica in self.site.replicas:
            await self.site_runs(replica)

    async def site_runs(self, replica: Replica) -> None:
        """One that has fallen, whatever made it, is started again."""
        if not replica.alive:
            replica.start()
            await replica.ready()

    async def _done(self, it: Disturbance) -> None:
        acts: Mapping[Fault, Callable[[Disturbance], Awaitable[None]]] = {
            Fault.KILLED: self._killed,
            Fault.FROZEN: self._frozen,
            Fault.RESTARTED: self._restarted,
            Fault.SKEWED: self._skewed,
            Fault.TOO_FAR: self._too_far,
            Fault.DIRECTORY_AWAY: self._directory_away,
            Fault.DIRECTORY_WIRE: self._wire,
            Fault.DATABASE_AWAY: self._database_away,
            Fault.DATABASE_WIRE: self._wire,
            Fault.MAIL_AWAY: self._mail_away,
            Fault.MAIL_CUT: self._mail_cut,
            Fault.CHAT_TROUBLE: self._chat_trouble,
            Fault.BY_HAND: self._by_hand,
        }
        await acts[it.fault](it)

    async def _killed(self, it: Disturbance) -> None:
        await self._again(it, signal.SIGKILL)

    async def _restarted(self, it: Disturbance) -> None:
        await self._again(it, signal.SIGTERM)

    async def _again(self, it: Disturbance, how: signal.Signals, skew: float = 0.0) -> None:
        replica = self.site.replicas[it.replica]
        self.ledger.breaks.append(time.time())
        await replica.kill(how)
        await asyncio.sleep(max(0.0, it.seconds))
        replica.start(skew)
        await self._started(replica)

    async def _started(self, replica: Replica) -> None:
        """Where the database is away meanwhile, an operator's machine tries until it is back."""
        for _ in range(20):
            try:
                return await replica.ready()
            except RuntimeError:
                await asyncio.sleep(1)
                replica.start()
        raise RuntimeError(f"replica {replica.number} never started: see {replica.log}")

    async def _frozen(self, it: Disturbance) -> None:
        replica = self.site.replicas[it.replica]
        self.ledger.breaks.append(time.time())
        replica.freeze()
        await asyncio.sleep(it.seconds)
        replica.thaw()

    async def _skewed(self, it: Disturbance) -> None:
        await self._again(it, signal.SIGTERM, it.seconds)

    async def _too_far(self, it: Disturbance) -> None:
        """Refused; then its clock is set."""
        replica = self.site.replicas[it.replica]
        self.ledger.breaks.append(time.time())
        await replica.kill(signal.SIGTERM)
        if FAKETIME:
            replica.start(it.seconds)
            self.ledger.refused.append(-1 if (code := await replica.ended()) is None else code)
        replica.start()
        await self._started(replica)

    async def _directory_away(self, it: Disturbance) -> None:
        await asyncio.to_thread(self.site.directory.stop)
        await asyncio.sleep(it.seconds)
        await asyncio.to_thread(self.site.directory.start)

    async def _database_away(self, it: Disturbance) -> None:
        self.ledger.breaks.append(time.time())
        await self.site.database.go()
        await asyncio.sleep(it.seconds)
        await self.site.database.come()

    async def _wire(self, it: Disturbance) -> None:
        replica = self.site.replicas[it.replica]
        fates = replica.directory if it.fault is Fault.DIRECTORY_WIRE else replica.database
        if it.fault is Fault.DATABASE_WIRE:
            self.ledger.breaks.append(time.time())
        fates.order(it.request, it.fate, it.seconds, it.times)

    async def _mail_away(self, it: Disturbance) -> None:
        await self.site.mail.go()
        await asyncio.sleep(it.seconds)
        await self.site.mail.come()

    async def _mail_cut(self, it: Disturbance) -> None:
        self.site.mail.loses += 1

    async def _chat_trouble(self, it: Disturbance) -> None:
        for method in ("chat.postMessage", "chat.update"):
            self.site.slack.refuses.setdefault(method, []).append(TROUBLE)
        self.site.slack.mute.append("chat.postMessage")
        for what in ("say", "over"):
            self.site.teams.refuses.setdefault(what, []).append(TROUBLE)

    async def _by_hand(self, it: Disturbance) -> None:
        """Only what the directory has said yes to was done."""
        password = f"By-Hand-{it.login}-{it.at:.0f}-Fjord"
        self.ledger.planted.add(password)
        await self.site.staff.set_password(self.site.members[it.login].subject, Secret(password))
        self.ledger.by_hand.append((time.time(), it.login, password))


def _about(it: Disturbance) -> str:
    match it.fault:
        case Fault.DIRECTORY_AWAY | Fault.BY_HAND:
            return "directory"
        case Fault.DATABASE_AWAY:
            return "database"
        case Fault.MAIL_AWAY:
            return "mail"
        case Fault.DIRECTORY_WIRE | Fault.DATABASE_WIRE | Fault.MAIL_CUT | Fault.CHAT_TROUBLE:
            return f"{it.fault} {it.at}"
        case _:
            return f"replica {it.replica}"


def _named(it: Disturbance) -> str:
    return f"{it.fault}: {it.request} {it.fate}" if it.request else str(it.fault)
