"""Somebody's short session at their own page: a signed text for one browser, of which nothing is on disk."""

import base64
import json
from dataclasses import dataclass

from bot.identity.methods.identity_provider import SKEW
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys

LASTS = 600.0  # seconds since the sign-in or the proof: nothing on the page can be changed for longer than it can be seen
SESSION, ENTRY, FORM = "own-session", "own-entry", "own-form"


@dataclass(frozen=True, slots=True)
class OwnSession:
    """Who came in and when. `browser` is the hash of the cookie that names it; `company`: by its sign-in, and not by a proof here."""

    subject: SubjectId
    at: float
    browser: str
    company: bool


def sealed_session(keys: Keys, session: OwnSession, purpose: str = SESSION) -> str:
    """What the browser keeps; with `ENTRY`, what the sealed page hands on."""
    kept = json.dumps([session.subject, session.at, session.company])
    return f"{base64.urlsafe_b64encode(kept.encode()).decode().rstrip('=')}~{keys.sign(purpose, _text(session))}"


def opened_session(keys: Keys, text: str, browser: str, now: float, purpose: str = SESSION) -> OwnSession | None:
    """Inverse, in the very browser that it was made for. None: not ours, another browser's, or over."""
    named, _, mac = text.partition("~")
    try:
        subject, at, company = json.loads(base64.urlsafe_b64decode(named + "=" * (-len(named) % 4)))
        session = OwnSession(SubjectId(str(subject)), float(at), browser, bool(company))
    except (ValueError, TypeError):
        return None
    lasts = -SKEW <= now - session.at <= LASTS
    return session if browser and lasts and keys.signed(purpose, _text(session), mac) else None


def own_form_token(keys: Keys, session: OwnSession) -> str:
    """Stands in every form of this session."""
    return keys.sign(FORM, _text(session))


def is_own_form(keys: Keys, session: OwnSession, token: str) -> bool:
    """In constant time."""
    return keys.signed(FORM, _text(session), token)


def _text(session: OwnSession) -> str:
    return repr((session.subject, session.at, session.browser, session.company))
