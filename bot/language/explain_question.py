"""Whether somebody asks how an account stands or why it can't help itself, and whose: their own, or one that is named. Read by rules, and kept nowhere."""

import re

OWN = ""  # whoever speaks asks about themselves

_name = r"(?P<name>[\w.@+'’-]{1,120}?)"
_possessive = r"(?:['’]s|s['’])?"
_verb = r"(?:reset|unlock|change|register|recover|sign in|log ?in|get in|help (?:him|her|them)sel(?:f|ves)|do it)\b.{0,60}"
_no = r"(?:can(?:['’]?t|not| not)|couldn['’]?t|could not)"
_kann = r"(?:kann|konnte|darf)"
_tun = r"(?:zurück ?setz|zurueck ?setz|änder|aender|entsperr|anmeld|registrier|helfen|einlogg)\w*"
_end = r"\s*[?.!]*\s*"
OWNS = re.compile(
    rf"\s*why {_no} i (?:reset|unlock|change|recover|register|help myself)\b.{{0,60}}{_end}"
    rf"|\s*(?:am|are) i (?:already |even |all )?(?:registered|enrolled|set up|signed up)\b.{{0,60}}{_end}"
    rf"|\s*(?:which|what) (?:\w+ )?(?:methods|ways|options|factors)\b.{{0,30}} (?:do i have|have i|did i|am i)\b.{{0,60}}{_end}"
    rf"|\s*(?:what|which phone|which number) (?:do you have|have you got|is|did i (?:put|give)) (?:on file|registered|for me)\b.{{0,60}}{_end}"
    rf"|\s*(?:can|could) i (?:help myself|reset my (?:own )?password myself)\b.{{0,30}}{_end}"
    rf"|\s*bin ich (?:schon |bereits |überhaupt )?(?:registriert|eingerichtet|angemeldet für)\b.{{0,60}}{_end}"
    rf"|\s*welche (?:methoden|wege|möglichkeiten|verfahren) habe ich\b.{{0,60}}{_end}"
    rf"|\s*was (?:habe ich|ist für mich|ist von mir) (?:\w+ )?(?:hinterlegt|eingerichtet|registriert)\b.{{0,30}}{_end}"
    rf"|\s*why (?:didn['’]?t|did not|doesn['’]?t|does not) my (?:password )?(?:reset|unlock|registration) work\w*{_end}"
    rf"|\s*why did my (?:password )?(?:reset|unlock|registration) (?:fail|not work)\w*{_end}"
    rf"|\s*(?:warum|wieso|weshalb) {_kann} ich .{{0,60}}\bnicht .{{0,40}}?{_tun}{_end}",
    re.IGNORECASE,
)
NAMED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\s*why {_no} {_name} {_verb}{_end}",
        rf"\s*(?:what['’]?s|what is) (?:wrong|up|the matter) with (?:the account of )?{_name}{_possessive}(?: account)?{_end}",
        rf"\s*explain (?:the account of )?{_name}{_possessive}(?: account)?{_end}",
        rf"\s*(?:warum|wieso|weshalb) {_kann} {_name} .{{0,60}}\bnicht .{{0,40}}?{_tun}{_end}",
        rf"\s*was (?:ist (?:los )?|stimmt nicht )mit (?:dem konto von )?{_name}{_possessive}(?: konto)?(?: los)?{_end}",
        rf"\s*was stimmt mit (?:dem konto von )?{_name}{_possessive}(?: konto)? nicht{_end}",
    )
)
WORDS = frozenset(
    [
        "i",
        "we",
        "you",
        "he",
        "she",
        "they",
        "it",
        "this",
        "that",
        "my",
        "our",
        "your",
        "his",
        "her",
        "their",
        "the",
        "a",
        "an",
        "me",
        "us",
        "him",
        "them",
        "nobody",
        "anybody",
        "somebody",
        "people",
        "everyone",
        "users",
        "ich",
        "wir",
        "du",
        "sie",
        "er",
        "es",
        "man",
        "mein",
        "meine",
        "meinem",
        "unser",
        "das",
        "die",
        "der",
        "dem",
        "den",
        "jemand",
        "niemand",
        "leute",
        "alle",
    ]
)


def asked_about(text: str) -> str | None:
    """The name that was named, OWN for whoever speaks, None: it's no such question."""
    if OWNS.fullmatch(text):
        return OWN
    found = (form.fullmatch(text) for form in NAMED)
    name = next((match["name"] for match in found if match), None)
    return name if name and name.casefold() not in WORDS else None
