"""The sentences that a method needs: by its shapes, so that generic code never meets a kind without one."""

from collections.abc import Iterator

from bot.identity.methods.method import Method
from bot.identity.methods.shapes import (
    AnsweredOnPage,
    MadeByBrowser,
    MadeElsewhere,
    MetElsewhere,
    Minted,
    NotByPerson,
    Printed,
    ShownAndTried,
    TypedAndTried,
    TypedCode,
    WrittenOnPage,
)
from bot.platform.ids import Action

UNPROVED = (Action.DISOWN,)  # by a signed link alone
ADMINS_ALONE = (Action.AGENTS,)


def needed(method: Method) -> set[str]:
    """All of them."""
    return {f"method.{method.kind}.{what}" for what in _needed(method)}


def _needed(method: Method) -> Iterator[str]:
    yield from ("name", "ask", "asked", "proved")
    if not isinstance(method.asks, MetElsewhere):
        yield "wrong"
    if isinstance(method.asks, TypedCode):
        yield "where"
    if not method.unregistered:
        yield "name.known"
    if not (method.unregistered or method.one_use or isinstance(method.asks, MetElsewhere | AnsweredOnPage)):
        yield from ("reconfirm", "again")
    if method.prompts:
        yield from ("over", "denied", "wrong_number")
    if method.in_directory:
        yield "name.directory"
    if isinstance(method.registers, ShownAndTried) and method.registers.named:
        yield "name.called"
    if method.in_a_row:
        yield "next"
    if method.channel:
        yield from ("ask.known", "invited")
        never = (*UNPROVED, *(ADMINS_ALONE if method.weak else ()))
        yield from (f"code.{action}" for action in Action if action not in never)
    match method.registers:
        case Minted():
            yield "minted"
        case ShownAndTried() | Printed() | MadeByBrowser() | MadeElsewhere() | WrittenOnPage():
            yield from ("add", "register")
        case TypedAndTried():
            yield from ("add", "register", "try", "in_full")
        case NotByPerson():
            return
