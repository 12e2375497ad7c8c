"""What counts as a ticket's number in this house, by the policy's patterns: no regular expression that somebody could make slow."""

import re

from bot.platform.ids import Line
from bot.platform.sentences import Misstep
from bot.policy.helpdesk_rules import HelpdeskRules

LONGEST = 40  # letters
ANY = re.compile(r"#?[A-Za-z0-9][A-Za-z0-9_./-]{0,39}")
MOST_DIGITS = 12


def read_ticket(typed: str, rules: HelpdeskRules) -> Line:
    """As it goes on record. Raises Misstep with the patterns, for what fits none."""
    given = typed.strip()
    patterns = [_compiled(pattern) for pattern in rules.ticket_patterns] or [ANY]
    if not any(pattern.fullmatch(given) for pattern in patterns):
        raise Misstep("case.no_ticket_number", hint=" / ".join(rules.ticket_patterns) or "INC-7")
    return Line(given)


def _compiled(pattern: str) -> re.Pattern[str]:
    """`#` is a digit, `#+` some digits; everything else is itself."""
    parts = re.split(r"(#\+|#)", pattern)
    digits = {"#": "[0-9]", "#+": f"[0-9]{{1,{MOST_DIGITS}}}"}
    return re.compile("".join(digits.get(part, re.escape(part)) for part in parts), re.IGNORECASE)
