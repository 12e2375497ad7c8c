"""What people say beside a question is understood in every language, and what they answer or wish isn't taken for it."""

import pytest

from bot.language.asides import Aside, aside_in

SAID = {
    Aside.WHY: ["why?", "Why do you need that", "and what is this for?", "Wozu brauchst du das?", "warum"],
    Aside.SAFE: ["is this safe", "Is this a scam??", "how do I know it's really you", "Ist das sicher?", "phishing?"],
    Aside.HOW_LONG: ["how long does it take", "how many minutes is this going to be", "wie lange dauert das"],
    Aside.WHO: ["who are you?", "am I talking to a machine, are you a bot?", "wer bist du", "Sind Sie ein Mensch?"],
    Aside.WHERE_CODE: [
        "where is the code",
        "I didn't get a code",
        "no sms arrived yet",
        "Wo finde ich den Code?",
        "es kam kein code",
    ],
    Aside.LINK: ["the link doesn't work", "link expired, send a new one", "please send me a new link", "Der Link geht nicht"],
    Aside.ANOTHER_ACCOUNT: ["no, the other account", "that's the wrong account", "nein, ein anderes Konto"],
    Aside.BACK: ["go back", "back please", "zurück"],
    Aside.THANKS: ["thanks!", "Thank you very much", "danke schön"],
    Aside.STATUS: ["what happens now?", "are you still there", "und jetzt?"],
    Aside.HELP: ["what?", "help", "I don't understand", "Hilfe!", "was soll ich jetzt machen"],
}


@pytest.mark.parametrize(("aside", "said"), [(aside, said) for aside, all_ in SAID.items() for said in all_])
def test_it_is_understood(aside: Aside, said: str) -> None:
    assert aside_in(said) is aside


def test_each_has_phrases_of_its_own() -> None:
    assert set(SAID) == set(Aside)


@pytest.mark.parametrize(
    "said",
    [
        "ana.ferreira@contoso.example",
        "282 279",
        "authenticator app",
        "reset my password",
        "unlock my account please",
        "I lost my phone",
        "thanks to the new laptop I can't sign in",
        "the back office printer is out of paper",
        "Correct-Horse-7-Battery",
        "",
        "why " * 30,
    ],
)
def test_an_answer_and_a_wish_are_none(said: str) -> None:
    assert aside_in(said) is None
