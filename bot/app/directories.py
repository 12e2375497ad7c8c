"""Which directories this house has: their adapters are imported here, and only when they are configured."""

from collections.abc import Mapping
from typing import assert_never

from bot.accounts.directory import Directory
from bot.mend import Mend
from bot.settings import Settings
from bot.settings_directories import DirectorySection
from bot.world import World
from store.directory import EmbeddedDirectory
from store.open import Store
from store.passwords_hash import Hasher


def directories(settings: Settings, store: Store, world: World, hasher: Hasher) -> Mapping[str, Directory]:
    """By name, in the order of the settings. Raises Mend for one that can't be made."""
    return {name: _made(name, section, store, world, hasher) for name, section in settings.directories.items()}


def _made(name: str, section: DirectorySection, store: Store, world: World, hasher: Hasher) -> Directory:
    match section.kind:
        case "embedded":
            return EmbeddedDirectory(name, store.database, world, hasher)
        case "openldap":
            from adapters.directories.openldap.wiring import directory

            return directory(name, section, world)
        case "active-directory" | "entra" | "hybrid" | "agent":
            raise Mend(f"Directory {name} can't be used yet.")
        case _:
            assert_never(section.kind)
