"""The desk of one turn: all that its steps may ask for, put together anew for each."""

from bot.accounts.accounts import Accounts
from bot.app.parts import Parts
from bot.coverage.reports import Reports
from bot.engine.desk import Desk
from bot.helpdesk.caller_search import CallerSearch
from bot.helpdesk.callers_case import CallersCases
from bot.helpdesk.cases import Cases
from bot.helpdesk.handover import Handover
from bot.helpdesk.real_agent import RealAgent
from bot.identity.attempt_limits import AttemptLimits
from bot.identity.challenges import Challenges
from bot.identity.chat_links import ChatLinks
from bot.identity.identity import Identity
from bot.identity.known_browsers import KnownBrowsers
from bot.identity.links import Links
from bot.identity.lost_phones import LostPhones
from bot.identity.methods.tools import Tools
from bot.identity.minting import Minting
from bot.identity.others_tries import OthersTries
from bot.identity.people import People
from bot.identity.reconfirmation import Reconfirmation
from bot.identity.registration import Registration
from bot.identity.sprays import Sprays
from bot.identity.takeover_report import TakeoverReports
from bot.model.turn import Turn
from bot.notify.admin_alerts import AdminAlerts


def build_desk(app: Parts, coverage: Reports, turn: Turn) -> Desk:
    """Nothing here outlives the turn but what the parts hold."""
    records = app.store.records
    people = People(app.directories, app.roles, app.policies, app.keys, records, app.world)
    alerts = AdminAlerts(records)
    sprays = Sprays(turn, records, alerts, app.keys)
    limits = AttemptLimits(turn, records, app.keys, sprays, OthersTries(records, records, app.world))
    accounts = Accounts(turn, app.store.operations, app.directories, people, lambda: identity, limits, app.check, app.metrics)
    house = app.settings.base_url, app.policies, app.settings.company
    challenges = Challenges(turn, records, limits, Tools(turn, accounts, app.keys, app.world, *house))
    identity = Identity(turn, records, people, limits, challenges, app.deliverable, app.keys, app.world)
    registration = Registration(turn, records, app.store.operations, identity, challenges, app.keys, app.world)
    browsers = KnownBrowsers(identity)
    cases = Cases(turn, app.store.cases, records, identity, frozenset(app.messengers), app.world)
    takeovers = TakeoverReports(turn, app.not_me, app.store.operations, accounts, identity, app.store.chat_links, browsers)
    chat_links = ChatLinks(turn, app.store.chat_links, records, app.keys, app.world)
    links, agents = Links(turn, app.world), app.writeback.admitting(turn, identity)
    return Desk(
        turn,
        people,
        identity,
        accounts,
        links,
        registration,
        Reconfirmation(registration),
        takeovers,
        coverage,
        cases,
        chat_links,
        agents,
        browsers,
        app.explanations,
        Minting(turn, identity, app.keys, app.world),
        LostPhones(turn, identity),
        Handover(cases),
        CallerSearch(turn, people, app.directories, app.store.accounts, records),
        RealAgent(turn, CallersCases(app.store.cases, app.directories, alerts)),
    )
