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

ADVICE = {"sign-in-again": "after_reset.sign_in_again", "vpn": "after_reset.vpn", "phone": "after_reset.phone"}


def directories(settings: Settings, store: Store, world: World, hasher: Hasher) -> Mapping[str, Directory]:
    """By name, in the order of the settings. The parts of a hybrid are reached through it alone. Raises Mend for a faulty one."""
    sections = settings.directories
    parts = {part for section in sections.values() if section.kind == "hybrid" for part in (section.on_premises, section.cloud)}
    made = {name: _made(name, each, store, world, hasher) for name, each in sections.items() if each.kind != "hybrid"}
    hybrids = {name: _hybrid(name, each, sections, made) for name, each in sections.items() if each.kind == "hybrid"}
    return {name: {**made, **hybrids}[name] for name in sections if name not in parts}


def advice(name: str, section: DirectorySection) -> tuple[str, ...]:
    """What people are told after a new password; empty: what its kind says. Raises Mend for an advice that there isn't."""
    if unknown := [each for each in section.after_reset if each not in ADVICE]:
        known = ", ".join(f'"{each}"' for each in ADVICE)
        raise Mend(f'[directories.{name}] after_reset knows no "{unknown[0]}"; it knows {known}.')
    return tuple(ADVICE[each] for each in section.after_reset)


def _made(name: str, section: DirectorySection, store: Store, world: World, hasher: Hasher) -> Directory:
    match section.kind:
        case "embedded":
            return EmbeddedDirectory(name, store.database, world, hasher)
        case "entra":
            from adapters.directories.entra.wiring import directory

            return directory(name, section, world, advice(name, section))
        case "active-directory" | "openldap" | "agent" | "hybrid":
            raise Mend(f"Directory {name} can't be used yet.")
        case _:
            assert_never(section.kind)


def _hybrid(
    name: str, section: DirectorySection, sections: Mapping[str, DirectorySection], made: Mapping[str, Directory]
) -> Directory:
    from adapters.directories.entra.directory import EntraDirectory
    from adapters.directories.hybrid import HybridDirectory

    here, there = made.get(section.on_premises), made.get(section.cloud)
    if here is None or sections[section.on_premises].kind not in ("active-directory", "agent"):
        raise Mend(f"[directories.{name}] on_premises has to name a directory of kind active-directory or agent.")
    if not isinstance(there, EntraDirectory):
        raise Mend(f"[directories.{name}] cloud has to name a directory of kind entra.")
    return HybridDirectory(name, here, there, advice=advice(name, section))
