"""An explanation in sentences, one list for all who may read it: an admin, an agent of the helpdesk (in part), and its person."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from math import isinf

from bot.accounts.interfaces import OPEN
from bot.coverage.attempts import AttemptStage
from bot.coverage.explanation import Explanation
from bot.coverage.lacks import Lack
from bot.identity.interfaces import LOCKED
from bot.identity.masks import name_of
from bot.identity.registered import Registered
from bot.model.codec import kept
from bot.platform.ids import Line, Origin, WordsId
from bot.platform.sentences import Args
from bot.policy.scope import Barred


class ToldTo(StrEnum):
    """Who reads it."""

    ADMIN = "admin"
    AGENT = "agent"  # what would help, and nothing of a method
    SELF = "self"


@kept("explain.line")
class ToldLine:
    """One sentence, and what it is filled with: a time, and the sentences that stand in it."""

    words: WordsId
    at: Line = Line("")
    first: WordsId = WordsId("")
    second: WordsId = WordsId("")

    @property
    def args(self) -> Args:
        """Those that there are."""
        filled = (("at", self.at), ("first_id", self.first), ("second_id", self.second))
        return tuple((name, value) for name, value in filled if value)


def told(found: Explanation, reader: ToldTo, now: float) -> tuple[ToldLine, ...]:
    """Why not and what would help first; then whatever else is in the way; last how the methods stand."""
    mine = [ToldLine(WordsId("explain.by_group"), at=Line(found.group))] if found.group else []
    lines = [*_reason(found, now), *mine, *_in_the_way(found, reader, now), *_history(found)]
    return tuple(lines if reader is ToldTo.AGENT else [*lines, *(_method(m, now) for m in found.methods)])


def _reason(found: Explanation, now: float) -> Iterator[ToldLine]:
    if found.frozen_until == LOCKED:
        yield ToldLine(WordsId("explain.locked"))
        return
    if found.why_not:
        yield ToldLine(WordsId("explain.why"), first=WordsId(f"rollout.reason.{found.why_not}"))
    yield from _cure(found, now)


def _cure(found: Explanation, now: float) -> Iterator[ToldLine]:
    """One: the cheapest."""
    match found.why_not:
        case Barred() as why:
            yield ToldLine(WordsId(f"explain.cure.{why}"))
        case Lack.QUARANTINE:
            coming = [m.usable_from for m in found.methods if m.usable_from > now]
            yield ToldLine(WordsId("explain.cure.wait"), at=_time(max(coming, default=now)))
        case Lack() if not found.cure:
            yield ToldLine(WordsId("explain.cure.none"))
        case Lack():
            first, *others = map(name_of, found.cure)
            yield ToldLine(WordsId("explain.cure.two" if others else "explain.cure.one"), Line(""), first, *others)
        case None if found.state and found.state.locked:
            yield ToldLine(WordsId("explain.cure.unlock"))
        case None if found.state and (found.state.expired or found.state.must_change):
            yield ToldLine(WordsId("explain.cure.reset"))


def _in_the_way(found: Explanation, reader: ToldTo, now: float) -> Iterator[ToldLine]:
    if isinf(found.frozen_until):
        yield ToldLine(WordsId("explain.closed"))
    elif LOCKED != found.frozen_until > now:
        yield ToldLine(WordsId("explain.frozen"), at=_time(found.frozen_until))
    yield from dict.fromkeys(_spent(found, reader))
    if found.state is None:
        yield ToldLine(WordsId("explain.silent"))
    else:
        told = {"locked": found.state.locked, "expired": found.state.expired, "must_change": found.state.must_change}
        yield from (ToldLine(WordsId(f"explain.state.{what}")) for what, is_so in told.items() if is_so)
        if not found.state.tells_locks:
            yield ToldLine(WordsId("explain.state.untold"))
    if found.may_change_at > now:
        yield ToldLine(WordsId("explain.too_young"), at=_time(found.may_change_at))


def _spent(found: Explanation, reader: ToldTo) -> Iterator[ToldLine]:
    for spent in found.used_up:
        if spent.kind is None:
            yield ToldLine(WordsId("explain.spent.effects"))
        else:
            door = "ended" if spent.origin is None else "strangers" if spent.origin is Origin.STRANGER else "known"
            masked = reader is ToldTo.AGENT
            first = WordsId("explain.some_method") if masked else name_of(spent.kind)
            yield ToldLine(WordsId(f"explain.spent.{door}"), first=first)


def _history(found: Explanation) -> Iterator[ToldLine]:
    if found.attempt:
        stage, at = found.attempt.stage, _time(found.attempt.at)
        because = WordsId(found.attempt.words) if stage is AttemptStage.REFUSED else WordsId("")
        yield ToldLine(WordsId(f"explain.broke_off.{stage}"), at, because)
    if found.last:
        how = "open" if found.last.outcome in OPEN else "done"
        yield ToldLine(WordsId(f"explain.last.{how}"), _time(found.last.at), WordsId(f"about.{found.last.action}"))


def _method(method: Registered, now: float) -> ToldLine:
    name = name_of(method.kind)
    if method.suspended:
        return ToldLine(WordsId("explain.method.suspended"), first=name)
    if method.usable_from > now:
        return ToldLine(WordsId("explain.method.waits"), _time(method.usable_from), name)
    if method.proved_at:
        return ToldLine(WordsId("explain.method.worked"), _time(method.proved_at), name)
    return ToldLine(WordsId("explain.method.unused"), _time(method.registered_at), name)


def _time(seconds: float) -> Line:
    return Line(f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC") if seconds else Line("?")
