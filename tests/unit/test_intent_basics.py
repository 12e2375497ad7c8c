"""What people say when they want something, and what only sounds like it."""

import pytest

from bot.language.intent import understood

SAID = {
    "reset": [
        "reset my password",
        "I forgot my password",
        "Forgot password!!",
        "password",
        "i can't remember my pwd",
        "my password has expired",
        "please help, I lost my login credentials",
        "Passwort vergessen",
        "Ich habe mein Kennwort vergessen",
        "kennwort zurücksetzen bitte",
        "ich kann mich nicht anmelden, passwort weg",
    ],
    "unlock": [
        "unlock my account",
        "I'm locked out",
        "my account is locked",
        "My Account Is LOCKED",
        "Mein Konto ist gesperrt",
        "entsperren",
        "ich bin ausgesperrt",
        "bitte konto entsperren",
    ],
    "change": ["change my password", "I want a new password", "Passwort ändern", "ich möchte ein neues Kennwort"],
}
UNCLEAR = [
    "",
    "hello",
    "is the meeting room locked?",
    "please unlock the door for me",
    "reset the router",
    "the pdf is password protected, I forgot it: file password",
    "what's for lunch",
    "change my desk",
    "merge my PR",
    "der Drucker ist gesperrt",
    "cancel",
]


def begun(said: str) -> str | None:
    """What would be begun without asking."""
    found = understood(said)
    return str(found.intent) if found.sure else None


@pytest.mark.parametrize(("wish", "said"), [(wish, said) for wish, all_ in SAID.items() for said in all_])
def test_a_wish_is_understood(wish: str, said: str) -> None:
    assert begun(said) == wish


@pytest.mark.parametrize("said", UNCLEAR)
def test_what_is_no_wish_is_not_taken_for_one(said: str) -> None:
    assert begun(said) is None


def test_a_phones_apostrophe_reads_like_a_keyboards() -> None:
    assert begun("I can\u2019t log in, forgot password") == begun("I can't log in, forgot password") == "reset"


def test_a_very_long_text_is_no_wish_and_costs_nothing() -> None:
    assert begun("reset my password " * 200) is None
