"""The demo company: who moves in, and how its page plays them. Only ever over a demo store."""

import json
from collections.abc import Sequence
from functools import partial

from adapters.messengers.demo_phone import received
from adapters.web.demo_company import DemoTown
from bot.app.parts import Parts
from bot.demo import seed
from bot.engine.engine import Engine
from bot.identity.recovery_sheets import Sheets, sheet_rows
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import dump
from store.argon2_hash import Hasher
from store.directory_admin import AdministeredDirectory


def town(app: Parts, engine: Engine) -> DemoTown:
    """One chat, phone, mailbox and drawer for each account."""
    (directory,) = app.directories.values()
    arrived = partial(received, app.store.vault)
    drawer = partial(_drawer, app)
    return DemoTown(engine, directory, app.store.records, arrived, drawer, app.world, seed.WELL_KNOWN, seed.NOTES)


async def populate(app: Parts) -> None:
    """Everybody moves in; the rules are the last thing that is written."""
    (name,) = app.directories
    hands = AdministeredDirectory(name, app.store.database, app.world, Hasher(app.world))
    await seed.company({name: hands}, app.store.records, app.world, Sheets(app.keys))
    await app.store.policies.save(json.dumps(dump(seed.POLICY)), "operator:demo", 0)
    app.policies.forget()
    await app.policies.current()


async def _drawer(app: Parts, subject: SubjectId) -> Sequence[Secret]:
    """What is left of a resident's recovery sheet."""
    sheets, unused = Sheets(app.keys), [m.secret for m in sheet_rows(await app.store.records.methods(subject))]
    codes = sheets.codes(seed.sheet_of(subject)) if unused else ()
    return [code for code in codes if any(sheets.kept(subject, code).equals(kept) for kept in unused)]
