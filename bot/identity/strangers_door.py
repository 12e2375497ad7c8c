"""What is offered to a stranger and asked of one: it follows from the rules and from what has been taken, never from an account."""

from collections.abc import Collection, Sequence

from bot.identity.assurance import Need, as_offered
from bot.identity.masks import name_of
from bot.identity.methods.registry import METHODS
from bot.model.prompt import Option
from bot.platform.ids import Action, Kind, OptionId
from bot.policy.policy import Policy


def anybodys_need(action: Action, kinds: Collection[Kind]) -> Need:
    """What is asked of whoever it may be; of somebody without methods, where it is given what only they may begin with."""
    return Need(action, admin=False, bare=action is Action.REGISTER and any(METHODS[k].unregistered for k in kinds))


def strangers_offers(
    policy: Policy, deliverable: Collection[Kind], action: Action, taken: Sequence[Kind], known: Collection[Kind] = ()
) -> tuple[Option, ...]:
    """The same for everybody, registered or not. What counts by two answers in a row is asked again before any other way.

    `known`: what helps the account on, where the browser is known for it. No stranger is offered what is for such a browser alone.
    """
    if demanded := [k for k, method in METHODS.items() if action in method.demanded_by and k not in taken]:
        return tuple(map(plain_offer, demanded))
    again = [k for k in taken if METHODS[k].in_a_row and len(taken) == 1]
    used = {METHODS[k].group for k in taken}
    anybodys = [k for k in deliverable if METHODS[k].unregistered and _for_anybody(k, action, policy)]
    listed = [k for k in policy.methods.available if k in deliverable and (k in known or not METHODS[k].known_only)]
    available = [*anybodys, *listed]
    free = (k for k in as_offered(policy.methods.order, available) if METHODS[k].group not in used)
    return tuple(map(plain_offer, (*again, *free)))


def plain_offer(kind: Kind) -> Option:
    """A method, and nothing that tells whose."""
    return Option(OptionId(kind), name_of(kind))


def _for_anybody(kind: Kind, action: Action, policy: Policy) -> bool:
    method = METHODS[kind]
    return action in method.serves or (action is Action.REGISTER and method.begins(policy, admin=False))
