"""All that a step may ask of the world, made anew for each turn. There is no door to a directory here."""

from dataclasses import dataclass

from bot.accounts.accounts import Accounts
from bot.coverage.explanation import Explanations
from bot.coverage.reports import Reports
from bot.helpdesk.caller_search import CallerSearch
from bot.helpdesk.cases import Cases
from bot.helpdesk.handover import Handover
from bot.helpdesk.real_agent import RealAgent
from bot.identity.chat_links import ChatLinks
from bot.identity.identity import Identity
from bot.identity.known_browsers import KnownBrowsers
from bot.identity.links import Links
from bot.identity.lost_phones import LostPhones
from bot.identity.minting import Minting
from bot.identity.people import People
from bot.identity.reconfirmation import Reconfirmation
from bot.identity.registration import Registration
from bot.identity.takeover_report import TakeoverReports
from bot.model.turn import Turn
from bot.writeback.admitting import Admitting


@dataclass(frozen=True, slots=True)
class Desk:
    """One turn's tools."""

    turn: Turn
    people: People
    identity: Identity
    accounts: Accounts
    links: Links
    registration: Registration
    reconfirmation: Reconfirmation
    takeovers: TakeoverReports
    coverage: Reports
    cases: Cases
    chat_links: ChatLinks
    agents: Admitting
    browsers: KnownBrowsers
    explanations: Explanations
    minting: Minting
    lost_phones: LostPhones
    handover: Handover
    callers: CallerSearch
    real_agent: RealAgent
