"""What to do about a text: begin a wish, ask which it is, or nothing. The rules and the second opinion decide it together."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from bot.language.intent import LONGEST, Intent, Understood, understood
from bot.language.second_opinion import Opinion, weights

OFFER = 0.06  # a button for what is at least as likely
BUTTONS = 3  # at most, beside "something else"
LEAST = 1e-4  # no opinion is so sure that the other couldn't change it
ASKED = frozenset({Intent.LOST_PHONE, Intent.NOT_ME})  # what takes something away is never begun on words alone


class Would(StrEnum):
    """What the bot would do."""

    ACT = "act"
    ASK = "ask"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Margins:
    """How much the rules add to the odds (logarithms), and how likely a wish has to be. `make intents` chooses and judges them."""

    sure: float = 1.5  # what the rules would begin
    unsure: float = 1.2  # what they would ask about
    silent: float = 1.0  # that nothing is wanted
    act: float = 0.85  # from here on what both name is begun
    ask: float = 0.4  # from here on it is rather a wish than none


@dataclass(frozen=True, slots=True)
class Decision:
    """`options`: what is begun, or asked with buttons, in order. `agreed`: both are sure of the first, and it's asked for safety alone."""

    would: Would
    options: tuple[Intent, ...]
    intent: Intent
    confidence: float
    why: str
    agreed: bool = False


MARGINS = Margins()
# Nobody has to know whether it is forgotten or locked: a reset proves first, names the cause, and offers the smallest cure.
LOCKED_OUT = re.compile(
    r"\s*(?:(?:hi|hello|hey|help|please|sorry|bitte|hallo|hilfe)[ ,!.]+)*"
    r"(?:i (?:can['’]?t|cannot|can not|couldn['’]?t|am (?:unable|not able) to|am locked out and can['’]?t)|i['’]m (?:unable|not able) to|can['’]?t|cannot|unable to) "
    r"(?:log|sign|get) ?(?:in|on|into my account|in to my account)(?: to my (?:account|computer|laptop|pc))?"
    r"(?: any ?more| again| today| this morning| at all)?[ .!?]*(?:please|help|please help)?[ .!?]*"
    r"|\s*ich (?:kann mich|konnte mich) (?:heute )?nicht (?:mehr )?(?:anmelden|einloggen)[ .!?]*"
    r"|\s*ich komme nicht (?:mehr )?(?:rein|hinein|in mein konto)[ .!?]*",
    re.IGNORECASE,
)


def decide(text: str) -> Decision:
    """The same text always gives the same answer."""
    if len(text) > LONGEST:
        return Decision(Would.SILENT, (), Intent.NOTHING, 0.0, "too long for a wish")
    if LOCKED_OUT.fullmatch(text):
        return Decision(
            Would.ACT, (Intent.RESET,), Intent.RESET, 0.95, "can't sign in: whatever it is, it begins with a proof", agreed=True
        )
    return agree(understood(text), weights().opinion(text))


def agree(rules: Understood, second: Opinion, by: Margins = MARGINS) -> Decision:
    """Where both name the same it is begun, where they differ it is asked; and asked is what takes something away."""
    likely = _together(rules, second, by)
    first, *others = sorted((i for i in Intent if i is not Intent.NOTHING), key=lambda i: -likely[i])
    words = ", ".join(second.words)
    why = f"rules: {rules.intent} {rules.confidence:.2f} ({rules.why}); second opinion: {second.first} {second.likely[second.first]:.2f} ({words})"
    agreed = likely[first] >= by.act and (rules.intent is first or first in rules.rivals)
    if agreed and first not in ASKED and (first is not Intent.LINK or rules.sure):  # of unlinking the rules are never sure
        return Decision(Would.ACT, (first,), first, round(likely[first], 2), why, agreed)
    if 1 - likely[Intent.NOTHING] >= by.ask:
        options = (first, *(i for i in others[: BUTTONS - 1] if likely[i] >= OFFER))
        return Decision(Would.ASK, options, first, round(likely[first], 2), why, agreed)
    return Decision(Would.SILENT, (), Intent.NOTHING, round(likely[first], 2), why)


def _together(rules: Understood, second: Opinion, by: Margins) -> dict[Intent, float]:
    odds = {i: math.log(max(second.likely.get(i, 0.0), LEAST)) for i in Intent}
    if rules.intent is Intent.NOTHING:
        odds[Intent.NOTHING] += by.silent
    elif rules.sure:
        odds[rules.intent] += by.sure
    else:
        for named in (rules.intent, *rules.rivals):
            odds[named] += by.unsure
    highest = max(odds.values())
    weighed = {i: math.exp(value - highest) for i, value in odds.items()}
    return {i: value / sum(weighed.values()) for i, value in weighed.items()}
