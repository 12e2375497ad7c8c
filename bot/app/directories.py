"""Which directories this house has: their adapters are imported here, and only when they are configured."""

from collections.abc import Mapping
from typing import assert_never

from adapters.writeback.directory import AgentDirectory
from adapters.writeback.relay import Relay
from bot.accounts.directory import Directory
from bot.mend import Mend
from bot.settings import Settings
from bot.settings_directories import DirectorySection
from bot.world import World
from store.directory import EmbeddedDirectory
from store.open import Store
from store.passwords_hash import Hasher


def directories(settings: Settings, store: Store, world: World, hasher: Hasher, relay: Relay) -> Mapping[str, Directory]:
    """By name, in the order of the settings. Raises Mend for one that can't be made."""
    return {
        name: AgentDirectory(name, relay, section.writeback, section.unlock)
        if section.kind == "agent"
        else made(name, section, store, world, hasher)
        for name, section in settings.directories.items()
    }


def made(name: str, section: DirectorySection, store: Store | None, world: World, hasher: Hasher) -> Directory:
    """One that is reached from this very machine, by the bot or by a writeback agent. Raises Mend."""
    match section.kind:
        case "embedded":
            if store is None:
                raise Mend(f"Directory {name} is embedded, and there is no database for it here.")
            return EmbeddedDirectory(name, store.database, world, hasher)
        case "active-directory":
            from adapters.directories.active_directory.wiring import directory

            return directory(name, section, world)
        case "openldap":
            from adapters.directories.openldap.wiring import directory as openldap

            return openldap(name, section, world)
        case "entra" | "hybrid" | "agent":
            raise Mend(f"Directory {name} can't be used yet.")
        case _:
            assert_never(section.kind)
