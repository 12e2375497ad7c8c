"""What takes a wish back or makes it doubtful: another thing, another person, a "don't", a "done", a question about rules."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from bot.language.intent_rules import IntentRule
from bot.language.lexicon import Meant

BESIDE, WITHIN, NEARBY = 2, 3, 4  # words apart
WEAK = 0.7  # a rule no stronger than this means nothing beside a thing that isn't ours
ACTIONS = frozenset({"reset", "unlock", "change", "register", "setup", "add"})
OURS = frozenset({"password", "account", "login", "pin", "method", "phone", "number", "pass", "key"})
TROUBLE = frozenset({"cannot", "nologin", "fail", "forgot", "wrong", "problem", "lockedout", "locked", "toomany"})
SHUT = frozenset({"locked", "lockedout", "toomany", "disabled"})
STATES = frozenset({"locked", "lockedout", "forgot", "lost", "stolen", "expired"})
SELF_SERVICE = frozenset({"reset", "unlock", "change", "register"})
PHONES = frozenset({"lost_phone", "new_phone"})
OF_SOMEBODY = frozenset({"reset", "unlock", "change", "new_number"}) | PHONES
DOERS = frozenset({"i", "we", "ive", "just", "have", "already", "schon", "finally"})


class Verdict(Enum):
    """What a doubt leaves of a wish."""

    HOLDS = auto()
    ASK = auto()  # possible, but no more
    ANOTHERS = auto()  # somebody else's
    GONE = auto()


@dataclass(frozen=True)
class Sign:
    """A rule that holds in a text. `way`: the words that made it hold."""

    wish: IntentRule
    way: tuple[Meant, ...]
    text: tuple[Meant, ...]

    @property
    def first(self) -> int:
        """The place in the text of the first word that the rule holds by."""
        return min(m.place for m in self.way)

    @property
    def last(self) -> int:
        """The place in the text of the last word that the rule holds by."""
        return max(m.place for m in self.way)

    def of(self, *concepts: str) -> list[Meant]:
        """The words of the text that mean one of these."""
        return [m for m in self.text if m.concept in concepts]

    def says(self, concepts: Iterable[str]) -> bool:
        """Whether the text speaks of one of these."""
        return any(m.concept in concepts for m in self.text)

    def built_on(self, concepts: Iterable[str]) -> bool:
        """Whether one of these made the rule hold."""
        return any(m.concept in concepts for m in self.way)

    def between(self, start: int, end: int) -> list[Meant]:
        """The words between two places."""
        return [m for m in self.text if start < m.place < end]

    def own(self) -> bool:
        """Whether "my" stands right before what it is about."""
        return any(0 < m.place - my.place <= BESIDE for my in self.of("my") for m in self.way if m.concept in OURS)


def about_a_thing(sign: Sign) -> Verdict:
    """A router has a password as well, a meeting room can be unlocked, and a phone has a charger."""
    things = sign.of("foreign")
    if things and (sign.wish.weight <= WEAK or not sign.built_on(OURS)):  # "locked out": of whatever the thing is
        return Verdict.GONE
    for thing in (t for t in things if sign.first - BESIDE <= t.place <= sign.last + NEARBY):
        if sign.own() and any(m.concept in {"and", "because"} for m in sign.between(sign.last, thing.place)):
            continue  # another sentence
        joined = any(m.concept in {"for", "to"} for m in sign.between(sign.last, thing.place))
        beside = thing.place <= sign.last + 1
        if sign.wish.intent == "lost_phone" and joined and not beside:
            continue  # where it was left
        return Verdict.GONE if joined or beside or not sign.own() else Verdict.ASK
    return Verdict.HOLDS


def about_somebody(sign: Sign) -> Verdict:
    """A colleague's account is the desk's business: a colleague is spoken of, or a name follows "for"."""
    if sign.wish.intent not in OF_SOMEBODY or sign.own():
        return Verdict.HOLDS
    others = any(sign.first - NEARBY <= m.place <= sign.last + NEARBY for m in sign.of("other"))
    named = any(
        a.concept == "for"
        and b.concept in {"", "address"}
        and not b.words.isdigit()
        and sign.first <= a.place <= sign.last + BESIDE
        for a, b in pairwise(sign.text)
    )
    return Verdict.ANOTHERS if others or named else Verdict.HOLDS


def not_wanted(sign: Sign) -> Verdict:
    """Such as "don't reset it" or "it isn't locked"; but not "can't reset it", "don't know how", "haven't set it up yet"."""
    if sign.wish.intent == "not_me":
        return Verdict.HOLDS
    able = sign.says({"can", "cannot", "know"})
    if any(0 < m.place - no.place <= BESIDE for no in sign.of("no") for m in sign.way if m.concept in {"new", "another"}):
        return Verdict.GONE
    for meant in sign.way:
        for no in sign.of("neg", "didnt"):
            if no in sign.way or no.words.startswith(("have", "has")):
                continue
            apart = meant.place - no.place
            if meant.concept == "want" and 0 < apart <= BESIDE:
                return Verdict.GONE
            refused = 0 < apart <= NEARBY or (no.words == "nicht" and -BESIDE <= apart < 0)
            if (meant.concept in ACTIONS and refused and not able) or (meant.concept in STATES and 0 < apart <= BESIDE):
                return Verdict.GONE
    return Verdict.HOLDS


def done_already(sign: Sign) -> Verdict:
    """Thanks, and tales of what has been done; but not when trouble follows."""
    tales = sign.of("done")
    if sign.wish.intent in SELF_SERVICE:
        tales += [*_worked(sign), *_did_it(sign), *_thanked(sign)]
    elif sign.wish.intent == "help":
        tales += _thanked(sign)
    if not tales or any(m.concept in TROUBLE and m.place > tales[0].place for m in sign.text):
        return Verdict.HOLDS
    return Verdict.GONE


def about_rules(sign: Sign) -> Verdict:
    """Such as "how often must it be changed?" or "new phone policy"; but who is locked out may ask for how long."""
    curious = sign.says({"policy", "remind"}) or (sign.says({"why"}) and not sign.says(TROUBLE))
    asks = curious and sign.wish.intent in SELF_SERVICE | PHONES and not sign.built_on(SHUT)
    return Verdict.GONE if asks else Verdict.HOLDS


def to_be_locked(sign: Sign) -> Verdict:
    """Who wants an account locked or deleted doesn't want it unlocked."""
    return Verdict.GONE if sign.wish.intent in SELF_SERVICE and sign.says({"lockit"}) else Verdict.HOLDS


def for_something_else(sign: Sign) -> Verdict:
    """Registering for what we don't know, "unlock the extras for my account", a "new number format"."""
    inside = sign.between(sign.first, sign.last)
    strange = [m.place for m in inside if not m.concept]
    extras = sign.way[0].concept in ACTIONS and strange and any(m.concept == "for" and m.place > strange[0] for m in inside)
    elsewhere = sign.wish.intent in {"register", "coverage"} and any(
        a.concept in ({"for"} if sign.wish.intent == "coverage" else {"for", "to"}) and not b.concept and a.place >= sign.last - 1
        for a, b in pairwise(sign.text)
    )
    compound = any(a in sign.way and not b.concept and b.place == a.place + 1 for a, b in pairwise(sign.text))
    if compound and sign.wish.intent == "new_phone":
        return Verdict.ASK
    number = compound and sign.wish.intent == "new_number" and sign.built_on({"nr"})
    system = sign.built_on({"nologin"}) and any(not m.concept for m in sign.between(sign.last, sign.last + NEARBY + 1))
    return Verdict.GONE if system or extras or elsewhere or number else Verdict.HOLDS


def beside_strange_words(sign: Sign) -> Verdict:
    """That it "wasn't me" is about an account only where nothing else is spoken of."""
    if sign.wish.intent != "not_me" or sign.says(OURS | {"code", "reset", "hacked"}):
        return Verdict.HOLDS
    if sign.says({"foreign", "who", "other"}):
        return Verdict.GONE
    return Verdict.ASK if sign.says({""}) else Verdict.HOLDS


DOUBTS: tuple[Callable[[Sign], Verdict], ...] = (
    about_a_thing,
    about_somebody,
    not_wanted,
    done_already,
    about_rules,
    to_be_locked,
    for_something_else,
    beside_strange_words,
)


def _worked(sign: Sign) -> Iterator[Meant]:
    refusals = sign.of("neg", "didnt", "cannot", "no")
    yield from (m for m in sign.of("works") if not any(abs(no.place - m.place) <= WITHIN for no in refusals))


def _did_it(sign: Sign) -> Iterator[Meant]:
    """Such as "I reset it", "I could reset it", "it is unlocked": the doer right before the deed, and no question."""
    if not sign.says({"want", "can", "how"}):
        yield from (m for m in sign.way if m.concept == "unlocked")
    if sign.says({"if", "how"}):
        return
    could = any(m.words == "konnte" for m in sign.text) and not sign.says({"cannot", "neg"})
    for deed in (m for m in sign.way if m.concept in {"reset", "unlock", "change"}):
        before = sign.between(deed.place - WITHIN - 1, deed.place)
        asked = any(m.concept in {"can", "want"} or m.words == "do" for m in before)
        told = before and before[-1].words in DOERS and not asked
        if could or told or [m.words for m in before[-2:]] == ["i", "could"]:
            yield deed


def _thanked(sign: Sign) -> Iterator[Meant]:
    said = [m for m in sign.text if m.concept != "filler"]
    for a, b in pairwise(said):
        if a.concept == "thanks" and b.concept == "for" and any(0 < m.place - b.place <= WITHIN for m in sign.way):
            yield a
