"""Everybody's own page, put together: who may come in by the company's sign-in, and what there is to be seen."""

from adapters.web.own_door import OwnDesk, Proves, Registers
from adapters.web.rules_port import RulesDesk
from bot.app.parts import Parts
from bot.coverage.own_page import OwnPage
from bot.coverage.sent_figures import SentCounts
from bot.coverage.sent_to_register import SentToRegister
from bot.helpdesk.callers_case import CallersCases
from bot.identity.own_sign_in import MARK, OwnSignIn
from bot.identity.sign_in_trip import SignInTrip
from bot.notify.admin_alerts import AdminAlerts


def build_own_page(app: Parts, rules: RulesDesk, proves: Proves, registers: Registers) -> OwnDesk:
    """The provider is that of the rules page: a demo store has a stand-in for one."""
    store = app.store
    cases = CallersCases(store.cases, app.directories, AdminAlerts(store.records))
    page = OwnPage(app.explanations, store.records, store.chat_links, store.audit, cases)
    counts = SentCounts(store.records, app.world)
    sent = SentToRegister(app.explanations, counts, app.settings.sign_in.return_to)
    return OwnDesk(page, _sign_in(app, rules), proves, registers, sent, app.keys, app.world)


def _sign_in(app: Parts, rules: RulesDesk) -> OwnSignIn | None:
    if rules.sign_in is None:
        return None
    provider, claimed = rules.sign_in.provider, rules.sign_in.claimed
    return OwnSignIn(SignInTrip(MARK, "own-sign-in", provider, claimed, app.store.records, app.keys, app.world))
