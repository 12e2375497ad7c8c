"""Every code of the table leads to a sentence that exists, and every alarm to one for admins."""

import pytest

from adapters.messengers.twilio.errors import BUSY, MEANINGS, NUMBER, PHONE, of_delivery, of_refusal
from bot.audit.chain import TAG
from bot.language.translations import LANGUAGES, Words
from bot.notify.message_parts import parts

WORDS = Words("Contoso", lambda: "4711")


@pytest.mark.parametrize("code", MEANINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(code: int, language: str) -> None:
    meaning = MEANINGS[code]
    assert WORDS.say(meaning.person, (), language)
    if meaning.alarm:
        assert TAG.fullmatch(meaning.alarm)
        assert str(code) in WORDS.say(".".join(("alarm", *meaning.alarm.split(":")[1:])), (("code", str(code)),), language)
    assert meaning.again == (meaning is BUSY)


@pytest.mark.parametrize(
    "ours", ["messages:budget:exhausted", "messages:budget:strangers", "messages:sms:range", "messages:sms:country"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_alarms_of_the_budget_have_words_too(ours: str, language: str) -> None:
    assert WORDS.say(".".join(("alarm", *ours.split(":")[1:])), (("country", "FR"),), language)


def test_a_code_that_nobody_knows_goes_by_its_state() -> None:
    assert of_refusal(500, 0) is BUSY
    assert of_refusal(429, 21211) is BUSY
    assert of_refusal(401, 1).alarm == "messages:sms:account"
    assert of_refusal(400, 1).alarm == "messages:sms:other"
    assert of_delivery(0) is PHONE
    assert of_delivery(12345) is PHONE
    assert of_delivery(30006) is NUMBER


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("Grüße für €5", 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("“" * 70, 1),
        ("“" * 71, 2),
        ("“" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
    ids=range(13),
)
def test_a_text_is_paid_in_parts(text: str, count: int) -> None:
    assert parts(text) == count


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", ["reset", "unlock", "change", "register", "link"])
def test_a_code_fits_into_one_part(language: str, action: str) -> None:
    values = (("code", "123456"), ("minutes", "5"))
    assert parts(WORDS.say(f"method.sms.code.{action}", values, language)) == 1
