"""How well phrases with known wishes are understood, as people feel it: each outcome has its price."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.language.decision import Would, decide
from bot.language.intent import Intent

# What was wanted -> what was done instead -> its price. A right deed costs nothing.
NOTHING_WANTED = {Would.SILENT: 0, Would.ASK: 1, Would.ACT: 3}
WRONG_ACT, WRONG_ASK, ASKED_NOT_ACTED, SILENT = 4, 3, 1, 2
WANTS = {
    "act": ("act",),
    "ask": ("ask",),
    "silent": ("silent",),
    "ask_or_silent": ("ask", "silent"),
    "any": ("act", "ask", "silent"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A phrase, what may be understood (`accept`), what should be done about it (a key of WANTS), and what it is counted under."""

    text: str
    accept: frozenset[str]
    want: str
    language: str
    intent: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One phrase, with what would be done about it."""

    wanted: Wanted
    would: Would
    options: tuple[Intent, ...]

    @property
    def right(self) -> bool:
        """Whether what it would begin, or one of its buttons, is wanted."""
        return any(option in self.wanted.accept for option in self.options)

    @property
    def cost(self) -> int:
        """The least of what it costs, where several things would do."""
        return min(self._cost(want) for want in WANTS[self.wanted.want])

    def _cost(self, want: str) -> int:
        if want == "silent":
            return NOTHING_WANTED[self.would]
        match self.would:
            case Would.SILENT:
                return SILENT
            case Would.ACT:
                return 0 if self.right else WRONG_ACT
            case Would.ASK:
                return (ASKED_NOT_ACTED if want == "act" else 0) if self.right else WRONG_ASK


@dataclass(frozen=True, slots=True)
class Score:
    """`at_once`: of what should be begun, the share that is; `reached`: begun, or among the buttons; `precise`: the right of what is begun."""

    phrases: int
    at_once: float
    reached: float
    precise: float
    false_asks: float
    cost: float


def scored(judged: Sequence[Judgement]) -> Score:
    """Shares of nothing are 0, and 1 where nothing could go wrong."""
    wishes = [o for o in judged if o.wanted.want in {"act", "ask"}]
    begun = [o for o in judged if o.would is Would.ACT]
    idle = [o for o in judged if o.wanted.want == "silent"]
    return Score(
        len(judged),
        _share([o for o in wishes if o.wanted.want == "act"], lambda o: o.would is Would.ACT and o.right),
        _share(wishes, lambda o: o.right),
        _share(begun, lambda o: o.right) if begun else 1.0,
        _share(idle, lambda o: o.would is Would.ASK),
        sum(o.cost for o in judged) / max(len(judged), 1),
    )


def judge(wanted: Wanted) -> Judgement:
    """What is done today."""
    decided = decide(wanted.text)
    return Judgement(wanted, decided.would, decided.options)


def tables(judged: Iterable[Judgement]) -> Mapping[str, Score]:
    """All, then by language, then by intent, each under its name."""
    groups: dict[str, list[Judgement]] = defaultdict(list)
    everything = list(judged)
    for language in sorted({o.wanted.language for o in everything}):
        groups[f"language {language}"] = [o for o in everything if o.wanted.language == language]
    for intent in sorted({o.wanted.intent for o in everything}):
        groups[f"intent {intent}"] = [o for o in everything if o.wanted.intent == intent]
    return {"all": scored(everything)} | {name: scored(group) for name, group in groups.items()}


def _share(judged: Sequence[Judgement], holds: Callable[[Judgement], bool]) -> float:
    return sum(map(holds, judged)) / max(len(judged), 1)
