"""The demo company: who moves in, and how its page plays them. Only ever over a demo store."""

import json
from functools import partial

from adapters.messengers.demo_phone import received
from adapters.web.demo_company import DemoTown
from bot.app.parts import Parts
from bot.demo import at_hand, seed
from bot.engine.engine import Engine
from bot.policy.policy import dump
from store.argon2_hash import Hasher
from store.directory_admin import AdministeredDirectory


def town(app: Parts, engine: Engine) -> DemoTown:
    """One chat, phone, mailbox and drawer for each account."""
    (directory,) = app.directories.values()
    arrived = partial(received, app.store.vault)
    drawer = partial(at_hand.unused, app.keys)
    return DemoTown(engine, directory, app.store.records, arrived, at_hand.shown, drawer, app.world, seed.WELL_KNOWN, seed.NOTES)


async def populate(app: Parts) -> None:
    """Everybody moves in; the rules are the last thing that is written."""
    (name,) = app.directories
    hands = AdministeredDirectory(name, app.store.database, app.world, Hasher(app.world))
    await seed.company({name: hands}, app.store.records, app.world, app.keys)
    await app.store.policies.save(json.dumps(dump(seed.POLICY)), "operator:demo", 0)
    app.policies.forget()
    await app.policies.current()
