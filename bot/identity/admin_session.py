"""An admin's session at our own pages: a signed cookie for one browser, short, and worth nothing without the role at that moment."""

import base64
import json
from dataclasses import dataclass

from bot.identity.methods.identity_provider import FRESH, SKEW
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys

LASTS = 1800.0  # seconds since the sign-in in which the pages may be looked at; something is changed only while it is FRESH
PURPOSE, FORM = "admin-session", "admin-form"


@dataclass(frozen=True, slots=True)
class AdminSession:
    """Who signed in, and when (`auth_time`). `browser` is the hash of the cookie that names it."""

    subject: SubjectId
    at: float
    browser: str

    def lasts(self, now: float) -> bool:
        """Whether the pages may still be looked at."""
        return -SKEW <= now - self.at <= LASTS

    def fresh(self, now: float) -> bool:
        """Whether something may be changed; else they sign in again."""
        return -SKEW <= now - self.at <= FRESH


def cookie_of(keys: Keys, session: AdminSession) -> str:
    """What the browser keeps. Nothing of it is on disk."""
    named = base64.urlsafe_b64encode(json.dumps([session.subject, session.at]).encode()).decode().rstrip("=")
    return f"{named}~{keys.sign(PURPOSE, _text(session))}"


def session_of(keys: Keys, cookie: str, browser: str, now: float) -> AdminSession | None:
    """Inverse, in the very browser that signed in. None: not ours, another browser's, or over."""
    named, _, mac = cookie.partition("~")
    try:
        subject, at = json.loads(base64.urlsafe_b64decode(named + "=" * (-len(named) % 4)))
        session = AdminSession(SubjectId(str(subject)), float(at), browser)
    except (ValueError, TypeError):
        return None
    return session if keys.signed(PURPOSE, _text(session), mac) and session.lasts(now) else None


def form_token(keys: Keys, session: AdminSession) -> str:
    """Stands in every form of this session: another site's page can't know it."""
    return keys.sign(FORM, _text(session))


def is_form_of(keys: Keys, session: AdminSession, token: str) -> bool:
    """In constant time."""
    return keys.signed(FORM, _text(session), token)


def _text(session: AdminSession) -> str:
    return repr((session.subject, session.at, session.browser))
