"""What to expect of phrases that nobody has seen: every source is judged by what was learned from all others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, product

from bot.language.decision import Margins, agree
from bot.language.intent import Understood, understood
from bot.language.scoring import Judgement, Wanted, scored
from bot.language.second_opinion import Opinion
from tests.intents.phrases import Phrase
from tests.intents.training import learned

FOLDS = 8
PRECISE, DEAR = 0.97, 3.0  # of what is begun, so much should be right; what is missing of it costs so much more
TRIED = tuple(
    Margins(sure, unsure, silent, act, ask)
    for sure, unsure, silent, act, ask in product(
        (1.0, 1.5, 2.5), (0.5, 1.2), (0.3, 1.0), (0.6, 0.75, 0.85, 0.92), (0.35, 0.4, 0.45, 0.55)
    )
)


@dataclass(frozen=True, slots=True)
class Opinions:
    """A phrase with both opinions on it; the second has never seen its source."""

    wanted: Wanted
    source: str
    rules: Understood
    second: Opinion


def opinions(own: Sequence[Phrase], others: Sequence[Phrase], asked: Mapping[Wanted, str]) -> Iterator[Opinions]:
    """`others`: what may be learned from; `asked`: what is judged, with its source."""
    for fold in folds(Counter(asked.values())):
        weights = learned([*own, *(p for p in others if p.source not in fold)])
        for wanted, source in asked.items():
            if source in fold:
                yield Opinions(wanted, source, understood(wanted.text), weights.opinion(wanted.text))


def folds(sources: Counter[str]) -> tuple[frozenset[str], ...]:
    """The sources in as many parts, of about as many phrases."""
    parts: list[set[str]] = [set() for _ in range(FOLDS)]
    for source, _ in sorted(sources.items(), key=lambda each: (-each[1], each[0])):
        min(parts, key=lambda part: sum(sources[s] for s in part)).add(source)
    return tuple(map(frozenset, parts))


def judged(all_: Sequence[Opinions]) -> Iterator[Judgement]:
    """Each fold with the margins that are best for the others."""
    tried = {margins: tuple(judged_by(all_, margins)) for margins in TRIED}
    for fold in folds(Counter(o.source for o in all_)):
        inside = [o.source in fold for o in all_]
        outside = {m: [j for j, within in zip(found, inside, strict=True) if not within] for m, found in tried.items()}
        yield from compress(tried[best(outside)], inside)


def best(tried: Mapping[Margins, Sequence[Judgement]]) -> Margins:
    """The cheapest, where beginning wrongly is dear."""

    def price(margins: Margins) -> float:
        score = scored(tried[margins])
        return score.cost + DEAR * max(0.0, PRECISE - score.precise)

    return min(tried, key=price)


def judged_by(all_: Iterable[Opinions], margins: Margins) -> Iterator[Judgement]:
    """What these margins would do."""
    for each in all_:
        decided = agree(each.rules, each.second, margins)
        yield Judgement(each.wanted, decided.would, decided.options)
