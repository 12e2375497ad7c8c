"""A store of SQLite, Twilio on this machine, and everything between them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.messengers.twilio import wiring
from adapters.messengers.twilio.text_messages import Texts
from bot.notify.admin_alerts import Alarms
from bot.platform.keyring import Keys
from store.open import Store
from tests.kit.stores import clock, keys, migrated, sqlite, store, world
from tests.messengers.standin import ORIGIN, Twilio, section

__all__ = ["alarms", "clock", "database_url", "keys", "migrated", "sqlite", "store", "texts", "twilio", "world"]


@pytest.fixture
def database_url(sqlite: str) -> str:
    return sqlite


@pytest_asyncio.fixture
async def twilio() -> AsyncIterator[Twilio]:
    made = Twilio()
    async with made.serving():
        yield made


@pytest.fixture
def alarms(store: Store) -> Alarms:
    return Alarms(store.records)


@pytest.fixture
def texts(twilio: Twilio, store: Store, alarms: Alarms, keys: Keys) -> Texts:
    return wiring.texts(section(), ORIGIN, store.records, alarms, keys, twilio.url)
