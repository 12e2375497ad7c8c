"""A store of SQLite, Twilio on this machine, and everything between them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.messengers.twilio import wiring
from adapters.messengers.twilio.text_messages import TextMessages
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.keyring import Keys
from store.open import Store
from tests.kit.stores import clock, keys, migrated, sqlite, store, world
from tests.messengers.standin import ORIGIN, Twilio, section

__all__ = ["alerts", "clock", "database_url", "keys", "migrated", "sqlite", "store", "texts", "twilio", "world"]


@pytest.fixture
def database_url(sqlite: str) -> str:
    return sqlite


@pytest_asyncio.fixture
async def twilio() -> AsyncIterator[Twilio]:
    made = Twilio()
    async with made.serving():
        yield made


@pytest.fixture
def alerts(store: Store) -> AdminAlerts:
    return AdminAlerts(store.records)


@pytest.fixture
def texts(twilio: Twilio, store: Store, alerts: AdminAlerts, keys: Keys) -> TextMessages:
    return wiring.texts(section(), ORIGIN, store.records, alerts, keys, twilio.url)
