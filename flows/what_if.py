"""What would other rules do to everybody? For admins and auditors, in numbers, without a word about one person."""

from collections.abc import Iterator

from bot.coverage.supposed import supposed
from bot.coverage.what_if import WhatIfReport
from bot.engine.desk import Desk
from bot.identity.masks import name_of
from bot.language.what_if_question import WhatIf, WhatIfQuestion
from bot.model.codec import kept, step
from bot.model.facts import Audited
from bot.model.prompt import Lines, PromptState, Say
from bot.platform.ids import Kind, Line, WordsId
from bot.platform.sentences import Args, args
from bot.policy.policy import Policy
from flows.coverage import reader_of

MOST_REASONS, MOST_GROUPS = 3, 5  # that a chat says; `unlatch coverage --what-if` says all
UNKNOWN = WordsId("")


@kept("what_if")
class Supposing:
    """The question. Nothing is changed by it, and from here nothing could be."""

    what: WhatIf
    kinds: tuple[Kind, ...] = ()
    page: Line = Line("")  # of the rules
    about = WordsId("about.coverage")

    async def begin(self, desk: Desk) -> "Foretold":
        """For whoever may see coverage, and nothing is counted for anybody else. Raises Refuse."""
        person = await reader_of(desk)
        policy = await desk.coverage.policies.current()
        new = supposed(policy, WhatIfQuestion(self.what, self.kinds))
        found = await desk.coverage.what_if(new)
        detail = args(what=self.what, lose=found.forecast.lose, conversation=desk.turn.conversation)
        desk.turn.note(Audited("coverage:forecast:shown", person.subject, detail))
        lines = tuple(_lines(self, found, policy, new))
        figures = found.forecast
        return Foretold(self.what, figures.total, figures.can_before, figures.can_after, figures.gain, figures.lose, lines)


@kept("what_if.line")
class ForecastLine:
    """One sentence, and what it is filled with; what isn't said in it is empty, or 0."""

    words: WordsId
    name: Line = Line("")
    first: WordsId = UNKNOWN
    second: WordsId = UNKNOWN
    number: int = 0
    before: int = 0
    after: int = 0

    @property
    def args(self) -> Args:
        """All of them."""
        ids = args(**{f"{name}_id": id for name, id in (("first", self.first), ("second", self.second)) if id})
        return (*args(name=self.name, number=self.number, before=self.before, after=self.after), *ids)


@step("what_if.told")
class Foretold:
    """So many could help themselves then."""

    what: WhatIf
    total: int
    before: int
    after: int
    gain: int
    lose: int
    lines: tuple[ForecastLine, ...] = ()

    def ask(self) -> Say:
        """The figures, and below them why, where, what would help, and where the rules stand."""
        figures = args(total=self.total, before=self.before, after=self.after, gain=self.gain, lose=self.lose)
        lines = Lines(tuple((line.words, line.args) for line in self.lines))
        return Say(f"what_if.{self.what}", figures, lines, PromptState.DONE)


def _lines(asked: Supposing, found: WhatIfReport, old: Policy, new: Policy) -> Iterator[ForecastLine]:
    if asked.kinds:
        yield _named("what_if.line.off", asked.kinds)
    if asked.what is WhatIf.RETIREMENTS:
        yield ForecastLine(WordsId("what_if.line.here"))
    if new == old:
        yield ForecastLine(WordsId("what_if.line.same"))
    for reason, count in found.lost[:MOST_REASONS]:
        yield ForecastLine(WordsId("what_if.line.lost"), first=WordsId(f"rollout.reason.{reason}"), number=count)
    for group in found.groups[:MOST_GROUPS]:
        yield ForecastLine(
            WordsId("what_if.line.group"), Line(group.name), number=group.total, before=group.before, after=group.after
        )
    if found.cure:
        yield _named("what_if.line.cure", found.cure.kinds, found.cure.people, found.forecast.can_after + found.cure.people)
    if found.forecast.silent:
        yield ForecastLine(WordsId("what_if.line.silent"), Line(", ".join(found.forecast.silent)))
    yield ForecastLine(WordsId("what_if.line.page"), asked.page)


def _named(words: str, kinds: tuple[Kind, ...], number: int = 0, after: int = 0) -> ForecastLine:
    """A sentence about one method, or two."""
    first, *others = map(name_of, kinds)
    second = others[0] if others else UNKNOWN
    return ForecastLine(WordsId(f"{words}.two" if others else f"{words}.one"), Line(""), first, second, number, after=after)
