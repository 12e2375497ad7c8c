"""How somebody's own method is offered to them, to be tried again among others, and one that nobody registers as if it were registered."""

from collections.abc import Iterable

from bot.identity.masks import known_by, name_of
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import SignedOnPage, TypedCode
from bot.identity.registered import Registered
from bot.identity.strangers_door import plain_offer
from bot.model.prompt import Option
from bot.platform.ids import Kind, Line, MethodId, OptionId, SubjectId, WordsId
from bot.platform.secret import Secret


def offer_of(registered: Registered, *, several: bool) -> Option:
    """Where a message goes to it is told which one it is, and also where there are several."""
    method = METHODS[registered.kind]
    if method.unregistered or method.one_use or method.any_answers:
        return plain_offer(registered.kind)
    label, hint = known_by(registered) if method.channel or several else (name_of(registered.kind), Line(""))
    return Option(OptionId(f"{registered.kind}:{registered.id}"), label, hint)


def as_registered(kind: Kind, subject: SubjectId) -> Registered:
    """As if it were registered, so that rules can speak of all alike."""
    return Registered(id=MethodId(""), subject=subject, kind=kind, secret=Secret(""), registered_at=0.0, usable_from=0.0)


def may_be_tried(method: Registered) -> bool:
    """Without using it up."""
    return isinstance(METHODS[method.kind].asks, TypedCode | SignedOnPage) and not METHODS[method.kind].one_use


def suspended_offers(mine: Iterable[Registered]) -> tuple[Option, ...]:
    """Of those that count again once they were tried."""
    back = [m for m in mine if m.suspended and may_be_tried(m)]
    return tuple(Option(OptionId(m.id), WordsId(f"method.{m.kind}.again"), known_by(m)[1]) for m in back)
