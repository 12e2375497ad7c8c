"""What the whole is made of: the plain record that everything else is built from."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.app import vendors
from bot.app.writeback import Writeback
from bot.coverage.explanation import Explanations
from bot.directory.interfaces import Directory, tries
from bot.identity.joiner_links import JoinerLinks
from bot.identity.methods.identity_provider import Provider
from bot.identity.methods.registry import carried
from bot.identity.methods.tools import Means
from bot.identity.not_me_links import NotMeLinks
from bot.language.translations import Words
from bot.messaging.messenger import Channel, Messenger
from bot.messaging.phone_push import PhonePush
from bot.notify.directory_watch import some_answer
from bot.platform.clock import SharedClock, World
from bot.platform.descriptors import short_of_descriptors
from bot.platform.egress import Egress
from bot.platform.ids import Kind
from bot.platform.keyring import Keys
from bot.platform.metrics import Metrics
from bot.policy.check import PasswordCheck
from bot.policy.current import Policies
from bot.policy.roles import Roles
from bot.settings.settings import Settings
from store.open import Store

READY = 2.0  # seconds in which a balancer hears whether people can be served


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
    messengers: Mapping[Channel, Messenger]
    check: PasswordCheck
    is_demo: bool  # the store says of itself that it is the demo's
    writeback: Writeback
    provider: Provider | None = None
    metrics: Metrics = field(default_factory=Metrics)
    addresses: Mapping[str, str] = field(default_factory=dict)  # what stands for vendors, in tests
    clock: SharedClock | None = None  # what `world` goes by; None: a test has one of its own

    @cached_property
    def egress(self) -> Egress:
        """The way out, one for all vendors."""
        return self.settings.egress.way()

    @cached_property
    def push(self) -> PhonePush | None:
        """What wakes phones; None: people open the page."""
        return vendors.phone_push(self.settings, self.world, self.keys, is_demo=self.is_demo)

    @property
    def not_me(self) -> NotMeLinks:
        """The links "this wasn't me" that notices hold."""
        return NotMeLinks(self.keys, self.store.operations, self.store.records, self.world)

    @property
    def joiner_links(self) -> JoinerLinks:
        """The links of joiners' invitations."""
        return JoinerLinks(self.keys, self.store.records, self.world)

    @property
    def deliverable(self) -> frozenset[Kind]:
        """The methods that this house can carry."""
        tries_passwords = any(map(tries, self.directories.values()))
        return carried(Means(self.messengers, tries_passwords, self.provider is not None, self.settings.base_url))

    @property
    def explanations(self) -> Explanations:
        """Why somebody can't help themselves."""
        store, able = self.store, self.deliverable
        return Explanations(
            self.directories, self.roles, self.policies, store.records, store.operations, store.audit, able, self.world
        )

    async def ready(self) -> bool:
        """Whether people can be served now, and what they do be written. Agents come in where people do, so none is waited for."""
        if short_of_descriptors():
            return False
        try:
            async with asyncio.timeout(READY):
                await self.store.flags.writable()
                return await some_answer({n: d for n, d in self.directories.items() if n not in self.writeback.served})
        except Exception:  # noqa: BLE001 - whatever it is, the answer is no
            return False
