"""What every contract test may ask for: stores on both databases."""

from tests.kit.directories import ana, directory
from tests.kit.postgres import postgres, postgres_server
from tests.kit.slapd import slapd, slapd_template
from tests.kit.stores import clock, database_url, keys, migrated, sqlite, store, world

__all__ = [
    "ana",
    "clock",
    "database_url",
    "directory",
    "keys",
    "migrated",
    "postgres",
    "postgres_server",
    "slapd",
    "slapd_template",
    "sqlite",
    "store",
    "world",
]
