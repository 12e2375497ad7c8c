"""Opens the whole store."""

from dataclasses import dataclass

from bot.notify.admin_alerts import AdminAlerts
from bot.platform.clock import SharedClock, World
from bot.platform.keyring import Keys
from bot.platform.set_seals import SetSeals
from bot.settings.retention import DEFAULTS, RetentionSection
from store.accounts import StoredAccounts
from store.agents import StoredAgents
from store.audit import StoredAudit
from store.cases import StoredCases
from store.chat_links import StoredChatLinks
from store.chat_outbox import StoredShowings
from store.clock import set_by_database
from store.conversations import StoredConversations
from store.database import Database, Point, no_point
from store.identity_records import StoredRecords
from store.job_outbox import StoredJobs
from store.ledger import StoredLedger
from store.operations import StoredOperations
from store.policies import StoredPolicies
from store.reseal import reseal
from store.retention import StoredRetention
from store.set_survey import SetSurvey
from store.signed_sets import SignedSets
from store.store_flags import StoreFlags
from store.vault import StoredVault


@dataclass(frozen=True)
class Store:
    """One of each, over one database."""

    database: Database
    sets: SignedSets
    survey: SetSurvey
    conversations: StoredConversations
    chat_outbox: StoredShowings
    records: StoredRecords
    operations: StoredOperations
    jobs: StoredJobs
    audit: StoredAudit
    policies: StoredPolicies
    vault: StoredVault
    flags: StoreFlags
    accounts: StoredAccounts
    cases: StoredCases
    chat_links: StoredChatLinks
    agents: StoredAgents
    retention: StoredRetention

    async def sweep(self) -> None:
        """Once a minute: strangers' refusals go into the chain, and what counts no more is forgotten."""
        await self.audit.sweep_refusals()
        await self.agents.sweep()
        await self.retention.sweep()

    async def set_clock(self, clock: SharedClock) -> None:
        """By the database's."""
        await set_by_database(clock, self.database)

    async def reseal(self, keys: Keys) -> int:
        """After a rotation: how many rows were sealed anew with the current key."""
        return await reseal(self.database, keys) + await self.survey.sign_again(keys)

    async def close(self) -> None:
        """Connections are given back."""
        await self.database.close()


async def open_store(
    url: str, world: World, keys: Keys, point: Point = no_point, retention: RetentionSection = DEFAULTS
) -> Store:
    """`url` as Database.open takes it. The tables must be there already (store/migrate.py)."""
    database = Database.open(url, point)
    sets = SignedSets(database, world, AdminAlerts(StoredLedger(database, world)), SetSeals(keys))
    return Store(
        database,
        sets,
        SetSurvey(sets),
        StoredConversations(database, world, sets),
        StoredShowings(database, world),
        StoredRecords(database, world, keys, sets),
        StoredOperations(database, world),
        StoredJobs(database, world),
        StoredAudit(database, world),
        StoredPolicies(database, world, sets),
        StoredVault(database, world, keys),
        StoreFlags(database, world),
        StoredAccounts(database, world, keys, sets),
        StoredCases(database, world),
        StoredChatLinks(database, world, sets),
        StoredAgents(database, world, keys, sets),
        StoredRetention(database, world, retention, sets),
    )
