"""More people than a replica has time for: `python -m tests.faults.rush`, and what each of them was told."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from random import Random
from statistics import quantiles

import aiohttp

from tests.faults.balancer import Balancer, Came
from tests.faults.ledger import Ledger
from tests.faults.page_visitor import PageVisitor, Proofs
from tests.faults.plan import Place, Plan, Talk
from tests.faults.run import calm
from tests.faults.scarce_processor import scarce_processor
from tests.faults.shown import Shown
from tests.faults.site import Site, standing
from tests.faults.verdict import Verdict
from tests.kit.kinds import EMAIL

COMES_BACK = 60.0  # seconds after which somebody who was asked to does
PATIENCE = 900.0  # seconds of trying, all in all
NEVER = ("verify.too_many_tries", "verify.closed_for_a_day", "verify.over", "accounts.too_often")


@dataclass
class Rush:
    """What became of them all."""

    asked_back: Counter[int] = field(default_factory=Counter)  # by talk: how often "come back in a minute"
    waits: list[float] = field(default_factory=list)  # seconds until each answer
    took: list[float] = field(default_factory=list)  # seconds from somebody's first request to their last word
    ends: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: Sequence[str] = ()

    def lines(self) -> Iterator[str]:
        """As they are printed."""
        yield "how it ended: " + ", ".join(f"{words} {n}" for words, n in self.ends.most_common())
        yield "what was answered: " + ", ".join(f"{status} {n}" for status, n in self.answers.most_common())
        yield f"asked to come back in a minute: {len(self.asked_back)} people, {self.asked_back.total()} times"
        for what, seconds in (("an answer", self.waits), ("from the first page to the last word", self.took)):
            cut = quantiles(seconds, n=100)
            yield f"{what}: {cut[49]:.1f} s in the middle, {cut[94]:.1f} s at the 95th of a hundred, {max(seconds):.1f} s at most"
        yield "what is wrong: " + ("; ".join(self.wrong) or "nothing")


@dataclass
class Polite(PageVisitor):
    """Reads before an answer, looks at a busy page no more often than its script, and comes back after a minute when asked to."""

    rush: Rush = field(default_factory=Rush)

    async def _send(self, method: str, path: str, form: dict[str, str] | None = None, *, haste: bool = False) -> Came:
        began = time.monotonic()
        came = await super()._send(method, path, form, haste=haste)
        self.rush.waits.append(time.monotonic() - began)
        if came.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.rush.asked_back[self.talk.number] += 1
            await asyncio.sleep(COMES_BACK * self.chance.uniform(0.8, 1.2))
        return came

    async def _looks(self) -> Shown:
        shown = await super()._looks()
        await asyncio.sleep(self.chance.uniform(1, 3))
        return shown


def everybody(people: int, within: float, seed: int) -> Plan:
    """Each for a new password by a code in a mail, at the portal."""
    chance = Random(seed)
    talks = [
        Talk(number, f"p{number}", Place.PORTAL, "reset", EMAIL, chance.uniform(0, within), False, False, False)
        for number in range(people)
    ]
    return Plan(seed, within, talks, ())


async def rush(plan: Plan, share: float, folder: Path) -> Rush:
    """To one replica that has `share` of a core. Raises whatever keeps the site from standing."""
    made, ledger = Rush(), Ledger()
    async with (
        standing(folder, plan) as site,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        replica = site.replicas[0]
        replica.start()
        await replica.ready()
        assert replica.process
        balancer = Balancer(session, [replica], ledger)
        with scarce_processor(replica.process.pid, share):
            await asyncio.gather(*(_comes(site, talk, balancer, ledger, made) for talk in plan.talks))
        await calm(site)
        verdict = Verdict(site, plan, ledger)
        made.wrong = [*await verdict.found(), *_refused(ledger), *verdict.traces()]
    made.ends, made.answers = Counter(ledger.ends.values()), ledger.answers
    return made


def _refused(ledger: Ledger) -> Iterator[str]:
    """Each code was right, so nobody may have been refused for one."""
    yield from (f"talk {number} was refused: {words}" for number, words in ledger.ends.items() if words in NEVER)


async def _comes(site: Site, talk: Talk, balancer: Balancer, ledger: Ledger, made: Rush) -> None:
    await asyncio.sleep(talk.at)
    began, member = time.time(), site.members[talk.login]
    proofs, chance = Proofs(member, site.mail, ledger), Random(f"{talk.number}")
    visitor = Polite(talk, member, proofs, balancer, ledger, chance, rush=made)
    await visitor.starts(began + PATIENCE)
    ledger.ends[talk.number] = await visitor.goes_on(began + PATIENCE)
    made.took.append(time.time() - began)


def main() -> None:
    """Ends with 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rush", description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--within", type=float, default=20.0, help="seconds in which they come")
    parser.add_argument("--share", type=float, default=0.2, help="of one core, for the replica")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="unlatch-rush-") as folder:
        made = asyncio.run(rush(everybody(given.people, given.within, 1), given.share, Path(folder)))
    print("\n".join(made.lines()))
    sys.exit(bool(made.wrong))


if __name__ == "__main__":
    main()
