"""The demo company: who moves in, and how its page plays them. Only ever over a demo store."""

import json
from functools import partial

from adapters.messengers.demo_phone import received
from adapters.web.demo_cheats import Start
from adapters.web.demo_company import DemoTown
from bot.app.demo_agent import DemoAgent, premises_store
from bot.app.parts import Parts
from bot.demo import at_hand, seed
from bot.engine.engine import Engine
from bot.policy.policy import dump
from bot.settings.demo import PREMISES
from store.argon2_hash import Hasher
from store.directory_admin import AdministeredDirectory


def town(app: Parts, engine: Engine, start: Start, agent: DemoAgent | None) -> DemoTown:
    """One chat, phone, mailbox and drawer for each account. `agent` stands before the second directory."""
    directory = next(iter(app.directories.values()))
    arrived = partial(received, app.store.vault)
    drawer = partial(at_hand.unused, app.keys)
    shown, records = at_hand.shown, app.store.records
    return DemoTown(engine, directory, records, arrived, shown, drawer, app.world, start, agent, seed.WELL_KNOWN, seed.NOTES)


async def populate(app: Parts) -> None:
    """Everybody moves in; the rules are the last thing that is written."""
    name, *others = app.directories
    hands = AdministeredDirectory(name, app.store.database, app.world, Hasher(app.world))
    apart = seed.ON_PREMISES if others else frozenset()
    await seed.company({name: hands}, app.store.records, app.world, app.keys, lambda login: login not in apart)
    if others:
        await _behind_the_agent(app)
    await app.store.policies.save(json.dumps(dump(seed.POLICY)), "operator:demo", 0)
    app.policies.forget()
    await app.policies.current()


async def _behind_the_agent(app: Parts) -> None:
    """Before it dials for the first time."""
    store = await premises_store(app)
    hands = AdministeredDirectory(PREMISES, store.database, app.world, Hasher(app.world))
    try:
        await seed.company({PREMISES: hands}, app.store.records, app.world, app.keys, lambda login: login in seed.ON_PREMISES)
    finally:
        await store.close()
