"""What once hijacked a wish, or was taken for one: each with the word that did it."""

import pytest

from bot.language.decision import Would, decide
from bot.language.intent import Intent, understood


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("may I change my password over the phone", Intent.CHANGE),
        ("is it possible to change the password with my phone", Intent.CHANGE),
        ("Passwort über das Handy ändern", Intent.CHANGE),
        ("I forgot my password on the website", Intent.RESET),
        ("I see no option to change my password", Intent.CHANGE),
        ("tell me who has not got MFA", Intent.COVERAGE),
        ("which users don't have MFA", Intent.COVERAGE),
    ],
    ids=str,
)
def test_a_phone_a_page_and_an_option_beside_a_password_dont_hijack_it(text: str, wanted: Intent) -> None:
    found = understood(text)
    assert (found.intent, found.sure) == (wanted, True)
    assert wanted in decide(text).options


@pytest.mark.parametrize(
    "text",
    [
        "change the PIN of my debit card",
        "forgot the PIN of my SIM",
        "the laptop wants the BitLocker key",
        "reset my Windows Hello PIN",
        "Outlook says wrong password",
        "reset the Jenkins password",
        "thank you very much for your help",
        "danke für deine Hilfe",
        "authentication is written in small letters",
        "the user forgot to attach the file",
        "I reached out to the vendor",
        "the laptop is backed up except for my pictures",
    ],
    ids=str,
)
def test_what_isnt_ours_begins_nothing(text: str) -> None:
    assert understood(text).intent is Intent.NOTHING
    assert decide(text).would is not Would.ACT


@pytest.mark.parametrize("word", ["backed", "reached", "breath", "logic", "stack", "walking", "mails", "hafen", "kunden"])
def test_a_word_that_a_dictionary_knows_is_never_mended(word: str) -> None:
    from bot.language.lexicon import lexicon

    _, typos = lexicon().spelling.meant(word)
    assert typos == 0
