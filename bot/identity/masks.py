"""The sentences that name methods and ask for them: in part before anything is proved, and to their owner by what tells one from the other."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain, repeat

from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.model.prompt import Option
from bot.platform.ids import Kind, Line, OptionId, WordsId
from bot.platform.sentences import Args, args


def masked(method: Registered) -> str:
    """Where it leads, in part: enough for its owner, too little for anybody else. Empty: nowhere."""
    return METHODS[method.kind].mask(method.secret)


def name_of(kind: Kind) -> WordsId:
    """The sentence that names all of a kind."""
    return WordsId(f"method.{kind}.name")


def asks_for(kind: Kind, hint: Line) -> str:
    """The sentence that asks for a proof; with the hint, where its owner is told which one."""
    return f"method.{kind}.ask.known" if hint else f"method.{kind}.ask"


def known_by(method: Registered) -> tuple[WordsId, Line]:
    """The sentence and its hint by which an owner tells this method from their others."""
    name, hint = name_of(method.kind), METHODS[method.kind].hint(method)
    if method.from_directory:
        return WordsId(f"{name}.directory"), hint
    if called := METHODS[method.kind].called(method):
        return WordsId(f"{name}.called"), called
    return WordsId(f"{name}.known") if hint else name, hint


def named(methods: Sequence[Registered]) -> tuple[Option, ...]:
    """As their owner knows them; those of one use are one, with how many are left."""

    def option(method: Registered) -> Option:
        if not METHODS[method.kind].one_use:
            return Option(OptionId(method.id), *known_by(method))
        left = Line(str(sum(m.kind == method.kind for m in methods)))
        return Option(OptionId(method.kind), WordsId(f"{name_of(method.kind)}.known"), left)

    return tuple(dict.fromkeys(map(option, methods)))


def alike(methods: Sequence[Registered], option: Option) -> list[Registered]:
    """What is told as this one."""
    return [m for m in methods if str(option.id) in (str(m.id), str(m.kind))]


def last_worked(methods: Sequence[Registered]) -> tuple[Line, ...]:
    """The day, for each that `named` names; empty: it hasn't yet."""
    at = [max(m.proved_at for m in alike(methods, option)) for option in named(methods)]
    return tuple(Line(f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}" if seconds else "") for seconds in at)


def with_last(options: Sequence[Option], worked: Sequence[Line]) -> tuple[tuple[str, Args], ...]:
    """Sentences that name each, and the day on which it last worked, since what hasn't for long may not any more."""
    return tuple(
        (f"register.worked.{'on' if day else 'never'}", (*args(first_id=option.label, at=day), *option.args))
        for option, day in zip(options, chain(worked, repeat(Line(""))), strict=False)
    )
