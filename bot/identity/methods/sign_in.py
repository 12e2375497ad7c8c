"""Company sign-in: it registers the first method and links a chat account, and recovers nothing, since a session may be stolen."""

from dataclasses import dataclass

from bot.identity.methods.method import COMPANY, Method
from bot.identity.methods.oidc_state import confirmed_at
from bot.identity.methods.shapes import MetElsewhere, NotByPerson
from bot.identity.methods.tools import Means, Met, Tools
from bot.model.facts import Challenged
from bot.platform.ids import Action, Kind
from bot.platform.sentences import Refuse
from bot.policy.policy import Policy


def since(asked: Challenged, tools: Tools) -> Met | None:
    """Since when, for the sealed page that asked for it and no other."""
    page = tools.turn.sealed
    if not asked.signed_in or page is None:
        return None
    at = confirmed_at(tools.keys, asked, page, tools.turn.browser_of(page))
    if at is None:
        raise Refuse("accounts.no_right")
    return Met(at)


@dataclass(frozen=True)
class CompanySignIn(Method):
    """Where it is met, and what it takes: bot/identity/methods/signing_in.py."""

    kind = Kind("sign_in")
    group = COMPANY
    strength = 2
    lifetime = 900  # as long as its conversation: at the provider people search for their phones
    nist = "federation (SP 800-63C-4)"
    asks = MetElsewhere(since, signs_in=True)
    registers = NotByPerson()
    unregistered = True
    serves = frozenset({Action.LINK, Action.OVERVIEW})
    suffices_for = serves  # a link proves nothing, and one's own page only takes away: whoever the company knows may have them

    def begins(self, policy: Policy, *, admin: bool) -> bool:
        """Anybody's."""
        return True

    def carried(self, means: Means) -> bool:
        """Where there is a provider."""
        return means.signs_in
