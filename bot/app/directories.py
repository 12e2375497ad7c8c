"""Which directories this house has: their adapters are imported here, and only when they are configured."""

from collections.abc import Mapping
from typing import assert_never

from adapters.writeback.directory import AgentDirectory
from adapters.writeback.relay import Relay
from bot.directory.advice import advice
from bot.directory.interfaces import Directory
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection
from bot.settings.settings import Settings
from store.argon2_hash import Hasher
from store.directory import EmbeddedDirectory
from store.open import Store

PLAIN = ("sign-in-again",)  # what an agent's people are told where the settings say nothing


def build_directories(settings: Settings, store: Store, world: World, hasher: Hasher, relay: Relay) -> Mapping[str, Directory]:
    """By name, in the order of the settings. The parts of a hybrid are reached through it alone. Raises OperatorError for a faulty one."""
    sections, egress = settings.directories, settings.egress.way()
    parts = {part for section in sections.values() if section.kind == "hybrid" for part in (section.on_premises, section.cloud)}
    found = {
        name: AgentDirectory(name, relay, section.writeback, section.unlock, advice(name, section, PLAIN))
        if section.kind == "agent"
        else build_directory(name, section, store, world, hasher, egress)
        for name, section in sections.items()
        if section.kind != "hybrid"
    }
    hybrids = {name: _hybrid(name, each, sections, found) for name, each in sections.items() if each.kind == "hybrid"}
    return {name: {**found, **hybrids}[name] for name in sections if name not in parts}


def build_directory(
    name: str, section: DirectorySection, store: Store | None, world: World, hasher: Hasher, egress: Egress
) -> Directory:
    """One that is reached from this very machine, by the bot or by a writeback agent. Raises OperatorError."""
    match section.kind:
        case "embedded":
            if store is None:
                raise OperatorError(f"Directory {name} is embedded, and there is no database for it here.")
            return EmbeddedDirectory(name, store.database, world, hasher)
        case "active-directory":
            from adapters.directories.active_directory.wiring import directory

            return directory(name, section, world)
        case "openldap":
            from adapters.directories.openldap.wiring import directory as openldap

            return openldap(name, section, world)
        case "entra":
            from adapters.directories.entra.wiring import directory as entra

            return entra(name, section, world, advice(name, section), egress=egress)
        case "hybrid" | "agent":
            raise OperatorError(f"Directory {name} isn't reached from here, but through others.")
        case _:
            assert_never(section.kind)


def _hybrid(
    name: str, section: DirectorySection, sections: Mapping[str, DirectorySection], made: Mapping[str, Directory]
) -> Directory:
    from adapters.directories.entra.directory import EntraDirectory
    from adapters.directories.hybrid.directory import HybridDirectory

    here, there = made.get(section.on_premises), made.get(section.cloud)
    if here is None or sections[section.on_premises].kind not in ("active-directory", "agent"):
        raise OperatorError(f"[directories.{name}] on_premises has to name a directory of kind active-directory or agent.")
    if not isinstance(there, EntraDirectory):
        raise OperatorError(f"[directories.{name}] cloud has to name a directory of kind entra.")
    return HybridDirectory(name, here, there, advice=advice(name, section))
