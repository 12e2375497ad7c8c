"""What the rules page is made of; whoever wires the whole hands it over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters.web.demo_sign_in import DemoSignIn
from bot.coverage.interfaces import GroupSize
from bot.coverage.rollout import Rollouts
from bot.identity.admin_sign_in import AdminSignIn
from bot.identity.admin_signature import AdminSignature
from bot.identity.admins import Admins
from bot.platform.clock import World
from bot.platform.ids import Kind
from bot.platform.keyring import Keys
from bot.platform.sentences import Args
from bot.policy.rule_changes import RuleChanges


@dataclass(frozen=True, slots=True)
class PremisesLine:
    """One directory: whether it answers, how far its settings let rules go, and its agents as sentences of the catalogue."""

    name: str
    kind: str
    answers: bool
    writeback: bool
    unlock: bool
    confirmed_at: float  # when it last confirmed a change of ours, read back from it; 0: never
    agents: Sequence[tuple[str, Args]] = ()


class GroupSizes(Protocol):
    """How many accounts are in which group, as coverage counted them."""

    async def groups(self, limit: int) -> Sequence[GroupSize]:
        """The largest there are."""

    async def sizes(self, names: Sequence[str]) -> Sequence[GroupSize]:
        """Of these; nobody is in one that isn't among the answers."""


@dataclass(frozen=True, slots=True)
class RulesDesk:
    """`sign_in` None: this house has no company sign-in; `signature` None: it can carry no key. With neither nobody changes rules on a page."""

    admins: Admins
    sign_in: AdminSignIn | None
    signature: AdminSignature | None
    changes: RuleChanges
    groups: GroupSizes
    rollout: Rollouts
    premises: Callable[[], Awaitable[Sequence[PremisesLine]]]
    name_of: Callable[[str], Awaitable[str | None]]  # of an account, by its subject; None: an operator, or gone
    kinds: tuple[Kind, ...]  # methods that may be listed, as they are offered
    carried: frozenset[Kind]  # those that this house can carry
    keys: Keys
    world: World
    stand_in: DemoSignIn | None = None  # for the company's sign-in, over a demo store
