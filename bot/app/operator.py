"""What an operator's commands open without starting anything."""

from adapters.writeback.relay import Relay
from bot.app.directories import build_directories
from bot.identity.methods.registry import listable
from bot.platform.clock import World
from bot.platform.keyring import Keys
from bot.policy.current import Policies
from bot.settings.settings import Settings
from store.argon2_hash import Hasher
from store.doctor_site import StoredSite
from store.migrate import migrate as migrate_store
from store.open import open_store


async def migrate(settings: Settings) -> None:
    """Bring the tables up to this version."""
    await migrate_store(settings.connection().reveal())


async def site(settings: Settings) -> StoredSite:
    """What `unlatch doctor` looks at; nothing is started or changed."""
    world, keys, url = World(), Keys.load(settings.keys.ring_file), settings.connection().reveal()
    store = await open_store(url, world, keys)
    found = build_directories(settings, store, world, Hasher(world), Relay(store.agents, keys, world))
    return StoredSite(url, store, Policies(store.policies, world, listable()), found)
