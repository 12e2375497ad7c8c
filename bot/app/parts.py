"""What the whole is made of: the plain record that everything else is built from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.app.writeback import Writeback
from bot.directory.interfaces import Directory
from bot.identity.codes import Codes
from bot.identity.identity_provider import Provider
from bot.identity.not_me_links import NotMeLinks
from bot.language.translations import Words
from bot.messaging.messenger import Messenger
from bot.platform.clock import SharedClock, World
from bot.platform.ids import Kind
from bot.platform.keyring import Keys
from bot.platform.metrics import Metrics
from bot.policy.check import PasswordCheck
from bot.policy.current import Policies
from bot.policy.roles import Roles
from bot.settings.settings import Settings
from store.open import Store


@dataclass
class Parts:
    """Settings, store, and what follows from them alone; neither engine nor chats, which are built from these."""

    settings: Settings
    world: World
    keys: Keys
    store: Store
    words: Words
    policies: Policies
    roles: Roles
    directories: Mapping[str, Directory]
    messengers: Mapping[Kind, Messenger]
    check: PasswordCheck
    codes: Codes
    marked: bool  # a demo store
    writeback: Writeback
    provider: Provider | None = None
    metrics: Metrics = field(default_factory=Metrics)
    addresses: Mapping[str, str] = field(default_factory=dict)  # what stands for vendors, in tests
    clock: SharedClock | None = None  # what `world` goes by; None: a test has one of its own

    @property
    def not_me(self) -> NotMeLinks:
        """The links in notices."""
        return NotMeLinks(self.keys, self.store.operations, self.store.records, self.world)
