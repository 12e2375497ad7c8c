"""A one-time code in what people type and paste: "Your code is 123 456", in whatever digits their keyboard has."""

import re
import unicodedata

from bot.platform.sentences import Misstep

BETWEEN = r"[\s\-\u2010-\u2015.\u00b7'\u2019]"  # one of these, the same throughout, parts the groups of one code


def code_of_digits(said: str, digits: int) -> str:
    """The one that stands in it. Raises Misstep when none does, or more than one: nothing is compared, nothing counted."""
    text = "".join(str(unicodedata.decimal(c, c)) for c in said if unicodedata.category(c) != "Cf")
    return _only(_candidates(text, digits, "0-9"), Misstep("engine.digits", digits=digits))


def code_of_letters(said: str, length: int) -> str:
    """Base32 as RFC 4648 section 6 has it; digits that look like its letters are taken as these. Raises Misstep as `code_of_digits` does."""
    text = "".join(c for c in said.upper() if unicodedata.category(c) != "Cf").translate(str.maketrans("018", "OIB"))
    return _only(_candidates(text, length, "A-Z2-7"), Misstep("engine.sheet_code", length=length))


def _only(found: set[str], none: Misstep) -> str:
    if not found:
        raise none
    if len(found) > 1:
        raise Misstep("engine.several_codes")
    return found.pop()


def _candidates(text: str, length: int, alphabet: str) -> set[str]:
    """All of it; or groups of one size, parted alike, that together have the length: no date, and no part of a longer number."""
    whole = re.sub(BETWEEN, "", text)
    if re.fullmatch(f"[{alphabet}]{{{length}}}", whole):
        return {whole}
    found = set[str]()
    for size in (size for size in range(1, length + 1) if length % size == 0):
        more = (
            f"(?P<gap>{BETWEEN})[{alphabet}]{{{size}}}(?:(?P=gap)[{alphabet}]{{{size}}}){{{length // size - 2}}}"
            if size < length
            else ""
        )
        pattern = rf"(?<![^\W_])(?=([{alphabet}]{{{size}}}{more})(?![^\W_]))"
        found |= {re.sub(BETWEEN, "", match[1]) for match in re.finditer(pattern, text)}
    return found
