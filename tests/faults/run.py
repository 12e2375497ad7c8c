"""One seed, from an empty machine to its verdict."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import aiohttp
from sqlalchemy import text

from tests.faults.balancer import Balancer
from tests.faults.chat_visitor import ChatVisitor, InSlack, InTeams
from tests.faults.ledger import Ledger
from tests.faults.page_visitor import BEGUN_AGAIN, PageVisitor, Proofs
from tests.faults.plan import Place, Plan, Talk
from tests.faults.site import Site, standing
from tests.faults.verdict import Verdict, left_open
from tests.faults.weather import Weather

PATIENCE = 100.0  # seconds after the talking in which people come to their end
SITTINGS = 3  # at the portal, of somebody whose conversations come to nothing
CALLED_UP = "update job set due_at = extract(epoch from now()) where kind <> 'tries' and due_at > extract(epoch from now()) + 65"
CALM = 200  # and then for what is still open


@dataclass(frozen=True)
class Figures:
    """Of one seed. `wrong`: sentences, none of which should be there."""

    seed: int
    seconds: dict[str, float]
    talks: int
    ends: dict[str, int]
    faults: dict[str, int]
    met: dict[str, int]  # on the wires, by request and fate
    answers: dict[str, int]
    effects: dict[str, int]
    wrong: Sequence[str]


async def run(plan: Plan, folder: Path) -> Figures:
    """Raises whatever keeps the site from standing."""
    began, ledger = time.time(), Ledger()
    async with standing(folder, plan) as site, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        for replica in site.replicas:
            replica.start()
        await asyncio.gather(*(replica.ready() for replica in site.replicas))
        for talk in plan.talks:
            if talk.wish == "unlock":
                await site.staff.lock(site.members[talk.login].subject)
        weather = Weather(site, ledger)
        balancer = Balancer(session, site.replicas, ledger)
        people = [_talked(site, ledger, balancer, talk, plan) for talk in plan.talks]
        stood = time.time()
        await asyncio.gather(*people, _disturbed(weather, plan))
        talked = time.time()
        await calm(site)
        verdict = Verdict(site, plan, ledger)
        wrong = list(await verdict.found())
        _kept(folder, site, ledger, verdict)
        spans = {
            "until all stood": stood - began,
            "until all had talked": talked - stood,
            "until nothing was open": time.time() - talked,
        }
        return _figures(site, ledger, verdict, wrong, spans)


def _kept(folder: Path, site: Site, ledger: Ledger, verdict: Verdict) -> None:
    """For whoever asks why something is wrong."""
    story = {
        "told": [asdict(told) for told in ledger.told],
        "ends": [
            (talk.number, talk.login, talk.place, talk.kind, ledger.ends.get(talk.number), ledger.seen.get(talk.number))
            for talk in verdict.plan.talks
        ],
        "writes": [asdict(write) for write in site.writes],
        "letters": [(*letter, n) for letter, n in site.mail.letters.items()],
        "audit": [asdict(row) for row in verdict.audit],
    }
    (folder / "story.json").write_text(json.dumps(story, indent=1), encoding="utf-8")


async def _disturbed(weather: Weather, plan: Plan) -> None:
    await asyncio.gather(*(weather.comes(each) for each in plan.disturbances))
    await weather.heals()


async def _talked(site: Site, ledger: Ledger, balancer: Balancer, talk: Talk, plan: Plan) -> None:
    await asyncio.sleep(talk.at)
    until = time.time() + plan.talking - talk.at + PATIENCE
    chance, member = Random(f"{plan.seed}.{talk.number}"), site.members[talk.login]
    page = PageVisitor(talk, member, Proofs(member, site.mail, ledger), balancer, ledger, chance)
    if talk.place is Place.PORTAL:
        for _ in range(SITTINGS):
            await page.starts(until)
            ledger.ends[talk.number] = await page.goes_on(until)
            if ledger.ends[talk.number] not in BEGUN_AGAIN:
                break
    else:
        chat = InSlack(member, site.slack) if talk.place is Place.SLACK else InTeams(member, site.teams)
        ledger.ends[talk.number] = await ChatVisitor(talk, chat, page, balancer, ledger, chance).talks(until)


async def calm(site: Site) -> None:
    """Until nothing is open, or for as long as anything may take. What waits for longer than a lease is called up: its pause, not more."""
    for _ in range(CALM):
        if not await left_open(site):
            return
        async with site.app.store.database.write("call up") as conn:
            await conn.execute(text(CALLED_UP))
        await asyncio.sleep(1)


def _figures(site: Site, ledger: Ledger, verdict: Verdict, wrong: list[str], spans: dict[str, float]) -> Figures:
    met: Counter[str] = Counter()
    for replica in site.replicas:
        met.update(replica.directory.happened)
        met.update(replica.database.happened)
    written = [write for write in site.writes if write.done]
    effects = {
        "passwords set": sum(bool(w.password) for w in written),
        "locks taken off": sum(not w.password for w in written),
        "writes refused or void": len(site.writes) - len(written),
        "set by hand": len(ledger.by_hand),
        "letters": site.mail.letters.total(),
        "letters twice, broken off on their way": verdict.doubled,
        "audit rows": len(verdict.audit),
        **{f"traces in a log: {name}": n for name, n in verdict.traces().items()},
    }
    ends = dict(Counter(ledger.ends.values()))
    faults, answers = dict(ledger.faults), dict(ledger.answers)
    return Figures(verdict.plan.seed, spans, len(ledger.ends), ends, faults, dict(met), answers, effects, wrong)


def plainly(figures: Figures) -> dict[str, object]:
    """For another process."""
    return asdict(figures)
