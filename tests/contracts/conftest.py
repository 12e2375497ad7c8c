"""What every contract test may ask for: stores on both databases."""

from tests.kit.directories import able, ana, directory, maker
from tests.kit.postgres import postgres, postgres_server
from tests.kit.stores import clock, database_url, keys, migrated, sqlite, store, world

__all__ = [
    "able",
    "ana",
    "clock",
    "database_url",
    "directory",
    "keys",
    "maker",
    "migrated",
    "postgres",
    "postgres_server",
    "sqlite",
    "store",
    "world",
]
