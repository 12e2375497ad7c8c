"""The rules page, put together: who may come in, what may be changed, and how each directory is."""

import asyncio
from collections.abc import Sequence

from adapters.web.admin_door import HOME
from adapters.web.demo_port import Demo
from adapters.web.demo_sign_in import CLAIM, DemoSignIn
from adapters.web.rules_port import PremisesLine, RulesDesk
from bot.app.parts import Parts
from bot.coverage.reports import Reports
from bot.coverage.rollout import Rollouts
from bot.directory.interfaces import Directory
from bot.identity.admin_sign_in import AdminSignIn, SecondFactor
from bot.identity.admin_signature import AdminSignature
from bot.identity.admins import Admins
from bot.identity.methods.identity_provider import Claimed, Provider
from bot.identity.methods.registry import METHODS, listable
from bot.identity.methods.shapes import SignedOnPage
from bot.platform.ids import SubjectId, directory_of
from bot.platform.sentences import Args
from bot.policy.rule_changes import RuleChanges
from bot.writeback.agent_mac import genuine
from flows.agents import line_of

PATIENCE = 2.0  # seconds that a page waits for a directory to say how it is


def build_rules(app: Parts, coverage: Reports, demo: Demo | None) -> RulesDesk:
    """`demo`: a demo store's company, which has a stand-in for a company's sign-in."""
    store, stand_in = app.store, DemoSignIn(demo, app.world) if demo else None
    changes = RuleChanges(
        store.policies,
        app.policies,
        coverage.forecast,
        store.records,
        app.keys,
        app.world,
        app.policies.listable,
        f"{app.settings.base_url}{HOME}/changes/",
    )
    kinds = tuple(kind for kind in METHODS if kind in listable())
    premises = Premises(app)
    admins = Admins(app.directories, app.roles, app.keys, app.world)
    return RulesDesk(
        admins,
        _sign_in(app, stand_in, admins),
        _signature(app, admins),
        changes,
        coverage,
        Rollouts(coverage, store.records, app.directories, app.world),
        premises.lines,
        premises.name_of,
        kinds,
        app.deliverable,
        app.keys,
        app.world,
        stand_in,
    )


def _sign_in(app: Parts, stand_in: Provider | None, admins: Admins) -> AdminSignIn | None:
    section = app.settings.sign_in
    provider, named, claim = app.provider, section.directory, section.claim
    if provider is None and stand_in is not None:
        provider, named, claim = stand_in, "", CLAIM
    if provider is None:
        return None
    claimed, second = Claimed(app.directories, named, claim), SecondFactor(section.admin_amr, section.admin_acr)
    return AdminSignIn(provider, claimed, admins, second, app.store.records, app.keys, app.world)


def _signature(app: Parts, admins: Admins) -> AdminSignature | None:
    """By the first method that is signed, is two by itself, and can be carried here."""
    for kind, method in METHODS.items():
        if isinstance(method.asks, SignedOnPage) and method.counts_as_two and kind in app.deliverable:
            ports = admins, app.policies, app.store.records, app.keys, app.world
            return AdminSignature(method, method.asks, *ports, app.settings.base_url)
    return None


class Premises:
    """How the directories are, and who somebody is in them; a silent one keeps no page waiting."""

    def __init__(self, app: Parts) -> None:
        self._app = app

    async def lines(self) -> Sequence[PremisesLine]:
        """In the order of the settings."""
        agents = await self._agents()
        return await asyncio.gather(*(self._line(n, d, agents.get(n, ())) for n, d in self._app.directories.items()))

    async def name_of(self, subject: str) -> str | None:
        """None: no account, or nobody can tell now."""
        directory = self._app.directories.get(directory_of(SubjectId(subject)))
        if directory is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                person = await directory.person(SubjectId(subject))
        except Exception:  # noqa: BLE001 - a name is no reason to fail
            return subject
        return person.name if person else subject

    async def _line(self, name: str, directory: Directory, agents: Sequence[tuple[str, Args]]) -> PremisesLine:
        section = self._app.settings.directories[name]
        confirmed = await self._app.store.operations.last_confirmed(name)
        return PremisesLine(name, section.kind, await _answers(directory), section.writeback, section.unlock, confirmed, agents)

    async def _agents(self) -> dict[str, list[tuple[str, Args]]]:
        found: dict[str, list[tuple[str, Args]]] = {}
        for known in await self._app.store.agents.agents():
            if genuine(self._app.keys, known.agent):
                line = line_of(known, self._app.world.now())
                found.setdefault(known.agent.directory, []).append((line.words, line.args))
        return found


async def _answers(directory: Directory) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return (await directory.health()).ok
    except Exception:  # noqa: BLE001 - whatever it is, the answer is no
        return False
