"""Whether somebody asks on behalf of another person, and of whom: "ben forgot his password", "my boss is locked out". Read by rules, and kept nowhere."""

import re
from dataclasses import dataclass

from bot.language.lexicon import lexicon
from bot.language.topics import topic

_kin = (
    r"(?:my|our|a|an|the|one of (?:my|our|the)|another) (?:new )?(?:boss|manager|supervisor|ceo|director|chief|team ?lead|"
    r"co-?worker|colleague|teammate|employee|intern|assistant|customer|client|caller|friend|"
    r"wife|husband|spouse|partner|mother|mom|father|dad|son|daughter|sister|brother|staff member|team member)"
)
_kin_de = (
    r"(?:mein|unser|ein|der|die|das|dem|den)(?:e[rmns]?)? (?:neue[rnms]? )?(?:chef(?:in)?|vorgesetzte[rn]?|kolleg(?:e|in|en)|mitarbeiter(?:in|s)?|"
    r"praktikant(?:in)?|assistent(?:in)?|kund(?:e|in|en)|anrufer(?:in)?|freund(?:in)?|frau|mann|mutter|vater|sohn|tochter|schwester|bruder)"
)
_name = r"(?P<name>(?!(?:i|we|you|it|this|that|he|she|they|my|our|your|his|her|their|the|a|ich|wir|du|es|er|sie)\b)[\w.@+-]{2,120}?(?: [\w'’-]{2,60})?)"
_own = r"(?:password|passwort|passcode|account|login|log-in|sign-?in|user ?name|konto|zugang|kennwort)"
_ask = r"(?:(?:hi|hello|hey|please|can you|could you|can i|can we|could i|would you|will you|i need to|i want to|i need you to|how (?:do|can) i|help me)[ ,]+)*"
_bitte = r"(?:(?:hallo|bitte|kannst du|können sie|koennen sie|ich möchte|ich muss|ich will)[ ,]+)*"
_do = r"(?:reset|unlock|change|recover|fix|unblock)"
_rest = r"(?:\b.{0,120})"
_who = rf"(?:{_kin}|{_name})"
_wer = rf"(?:{_kin_de}|{_name})"
_possessive = r"(?:['’]s|s['’]|['’])"
# Names and persons that aren't whoever speaks. Where only a name stands, a pronoun or "of" says that it is one.
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_ask}{_do} (?:the |a )?{_own} (?:of|for) {_who}[ ?.!]*",
        rf"{_ask}{_do} {_who}{_possessive} {_own}[ ?.!]*(?:please)?[ ?.!]*",
        rf"{_who}(?: has| just| keeps)? (?:forgot|forgotten|forgetting|lost) (?:his|her|their) (?:own )?{_own}{_rest}",
        rf"{_who} (?:can['’]?t|cannot|can not|is unable to|couldn['’]?t) (?:get into|access|remember|unlock|sign ?in to|log ?in to) (?:his|her|their) {_own}{_rest}",
        rf"(?:(?:i have|there is) )?{_kin}(?: who)?(?: has| just)? (?:forgot|forgotten|lost|can['’]?t remember|cannot remember|doesn['’]?t know) (?:his|her|their|the) {_own}{_rest}",
        rf"{_kin}(?: is| got| has been| was)(?: now| just)? locked(?: out)?{_rest}",
        rf"{_kin} (?:can['’]?t|cannot|can not|is unable to|couldn['’]?t) (?:log|sign|get) ?(?:in|on)\b{_rest}",
        rf"{_kin}{_possessive} {_own} (?:is|got|has) {_rest}",
        rf"{_who} (?:called|phoned|rang|is calling|is on the (?:phone|line)|just called|needs a (?:new password|password reset|reset)){_rest}",
        rf"{_bitte}(?:das |ein )?{_own} (?:von|für|fuer) {_wer} (?:zurücksetzen|zuruecksetzen|entsperren|ändern|aendern){_rest}",
        rf"{_bitte}(?:setz(?:e|en sie)?|entsperr(?:e|en sie)?|änder(?:e|n sie)?) (?:bitte )?(?:das )?{_own} (?:von|für) {_wer}(?: zurück)?[ ?.!]*",
        rf"{_wer} hat (?:sein|ihr) {_own} (?:vergessen|verloren|gesperrt){_rest}",
        rf"{_kin_de} (?:ist|wurde) (?:ausgesperrt|gesperrt){_rest}",
        rf"{_kin_de} (?:kann|konnte) sich nicht (?:mehr )?(?:anmelden|einloggen){_rest}",
        rf"{_wer} (?:hat angerufen|ruft(?: gerade)? an|ist am (?:telefon|apparat)){_rest}",
    )
)


@dataclass(frozen=True, slots=True)
class Another:
    """Somebody else. `name` is empty where only what they are was said."""

    name: str


def asked_for_another(text: str) -> Another | None:
    """The first form that the whole text has. None: whoever speaks means themselves, or nobody knows."""
    said = " ".join(text.split()).rstrip()
    found = next((match for form in FORMS if (match := form.fullmatch(said))), None)
    name = (found.groupdict().get("name") or "").strip() if found else ""
    return Another(name) if found and not _a_thing(name) else None


def _a_thing(name: str) -> bool:
    """Of which somebody may have a password: no person."""
    return bool(name) and (
        topic(name) is not None or any(m.concept not in {"", "address"} and not m.typos for m in lexicon().read(name))
    )
