"""What somebody seems to want, from their own words: patterns of the catalogue languages, and no language model."""

import re
import unicodedata

LONGEST = 500  # characters; a wish is shorter, and patterns search a long text slowly
WANTS = {
    "unlock": (
        r"\b(un ?lock|locked|lock(ed)? ?out|blocked out|entsperr\w*|gesperrt\w*|ausgesperrt\w*|sperre)\b",
        r"\b(account|acct|me|my|i|im|profile|user|konto|login|log ?in|sign ?in|mich|mir|ich|bin|zugang|benutzer)\b",
    ),
    "change": (
        r"\b(change|update|new|another|andern|aendern|wechseln|neues|anderes)\b",
        r"\b(pass ?words?|passwd|pwd?|kennworte?r?|passworte?r?|passwoerter)\b",
    ),
    "reset": (
        (
            r"\b(reset|forg[eo]t\w*|forgotten|lost|recover|expired|don'?t (know|remember)|can'?t (remember|log ?in|sign ?in)"
            r"|cannot (remember|log ?in|sign ?in)|vergessen|zurucksetz\w*|zuruecksetz\w*|abgelaufen|nicht (anmelden|einloggen)"
            r"|weiss .* nicht mehr)\b"
        ),
        r"\b(pass ?words?|passwd|pwd?|log ?in|sign ?in|credentials|kennwort|passwort|anmelden|einloggen)\b",
    ),
}
NEVER = r"\b(router|wifi|wi-?fi|wlan|meeting room|room|pr|pull request|phone screen|door|file|pdf|drucker|printer|tuer|database|branch)\b"
BARE = {
    "reset": "reset",
    "unlock": "unlock",
    "change": "change",
    "entsperren": "unlock",
    "password": "reset",
    "passwort": "reset",
}


def intent(text: str) -> str | None:
    """One of "reset", "unlock" and "change"; None when that isn't clear."""
    if len(text) > LONGEST:
        return None
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)).replace("ß", "ss")
    plain = plain.replace("\u2019", "'").strip()
    if plain.rstrip("!.?") in BARE:
        return BARE[plain.rstrip("!.?")]
    if re.search(NEVER, plain):
        return None
    order = ("reset", "unlock", "change") if re.search(WANTS["reset"][0], plain) else ("unlock", "change", "reset")
    for wanted in order:
        if all(re.search(pattern, plain) for pattern in WANTS[wanted]):
            return wanted
    return None
