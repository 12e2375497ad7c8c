"""What was typed or pressed, fitted to what was asked: tables of both, in both kinds of window."""

from dataclasses import replace

import pytest

from bot.engine.understand import LONGEST_SECRET, Over, options_of, pressed, typed
from bot.language.translations import Words
from bot.model.prompt import Ask, AskSecret, Choose, Code, Option, Password, Prompt, Say, Text, Wait
from bot.model.reply import Reply, Word
from bot.model.turn import PAGE, Window
from bot.platform.ids import ConversationId, Line, OptionId, WindowId, WordsId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

WORDS = Words("Contoso", lambda: "")
CHAT = Window(WindowId("w"), ConversationId("c"), "terminal", "ana")
SEALED = Window(WindowId("p"), ConversationId("c"), PAGE, "", browser="b" * 64)
TOTP = Option(OptionId("totp:m1"), WordsId("method.totp.name"))
SMS = Option(OptionId("sms:m2"), WordsId("method.sms.name.known"), Line("•••• 42"))
CHOOSE = Choose("verify.how", (TOTP, SMS))
CODE = Ask("method.sms.ask", Code(), (), (Option(OptionId("other"), WordsId("verify.other")),))
SECRET_CODE = AskSecret("method.sms.ask", Code())
PASSWORD = AskSecret("reset.new", Password())
NAME = Ask("find.self", Text(20))
WAIT = Wait("page.open", options=(TOTP,))
SAY = Say("reset.done")


def understood(prompt: Prompt, said: str, window: Window = CHAT) -> Reply:
    return typed(prompt, Secret(said), window, WORDS)


@pytest.mark.parametrize(
    "said",
    [
        "282279",
        "282 279",
        " 282279 ",
        "282\u202f279",
        "28 22-79",
        "2 8 2 2 7 9",
        "it's 282 279",
        "code 282279.",
        "Your code is 282\u00a0279. It is good for 10 minutes.",
        "282279 is your code\n\n@unlatch.example #282279",
        "２８２２７９",
        "٢٨٢٢٧٩",
        "\u200e282279\u202c",
        "sent on 2026-11-30 from +14251234567: 282-279",
    ],
)
def test_a_code_is_taken_as_people_type_and_paste_it(said: str) -> None:
    for given in (understood(CODE, said).given, understood(SECRET_CODE, said, SEALED).given):
        assert given
        assert given.reveal() == "282279"


@pytest.mark.parametrize("said", ["282279 113355", "282 279 113", "first 282279, then 113-355"])
def test_of_two_codes_none_is_taken_and_nothing_counted(said: str) -> None:
    with pytest.raises(Misstep, match=r"engine\.several_codes"):
        understood(CODE, said)


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("totp:m1", "totp:m1"),
        ("TOTP:M1", "totp:m1"),
        ("Authenticator app", "totp:m1"),
        ("authenticator app ", "totp:m1"),
        ("Authenticator-App", "totp:m1"),
        ("1", "totp:m1"),
        ("2", "sms:m2"),
        ("Text message to •••• 42", "sms:m2"),
    ],
)
def test_an_option_is_named_by_id_label_in_any_language_or_number(said: str, chosen: str) -> None:
    assert understood(CHOOSE, said).choice == chosen


@pytest.mark.parametrize(
    ("prompt", "said", "why"),
    [
        (CHOOSE, "3", "engine.pick_one"),
        (CHOOSE, "whatever", "engine.pick_one"),
        (CODE, "12345", "engine.digits"),
        (CODE, "1234567", "engine.digits"),
        (CODE, "12345a", "engine.digits"),
        (CODE, "²²²²²²", "engine.digits"),
        (CODE, "   ", "engine.type_it"),
        (NAME, "x" * 21, "engine.too_long"),
        (WAIT, "are you there", "engine.pick_one"),
        (replace(WAIT, options=()), "are you there", "engine.please_wait"),
        (SECRET_CODE, "123456", "engine.only_on_the_page"),
        (PASSWORD, "Copper-Lantern-58-Meadow", "engine.only_on_the_page"),
        (CHOOSE, "x" * (LONGEST_SECRET + 1), "engine.too_long"),
        (SAY, "hello", "engine.over"),
    ],
)
def test_what_does_not_fit_is_said_to_and_uses_nothing_up(prompt: Prompt, said: str, why: str) -> None:
    with pytest.raises(Misstep) as told:
        understood(prompt, said)
    assert told.value.words == why


@pytest.mark.parametrize("prompt", [CHOOSE, CODE, SECRET_CODE, PASSWORD, NAME, WAIT])
@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("cancel", Word.CANCEL),
        ("CANCEL!", Word.CANCEL),
        ("abbrechen", Word.CANCEL),
        ("start over", Word.START_OVER),
        ("human", Word.PERSON),
        ("that wasn't me", Word.NOT_ME),
    ],
)
def test_the_always_there_words_work_in_a_chat_whatever_is_asked(prompt: Prompt, said: str, word: Word) -> None:
    assert understood(prompt, said).word is word


@pytest.mark.parametrize("said", ["cancel", "1", " spaces stay ", "start over", "abbrechen", "ümläut"])
def test_on_the_page_a_password_is_taken_as_it_is(said: str) -> None:
    given = understood(PASSWORD, said, SEALED).given
    assert given
    assert given.reveal() == said


def test_on_the_page_an_endless_or_empty_password_is_refused_before_it_is_hashed() -> None:
    for said, why in (("x" * (LONGEST_SECRET + 1), "engine.too_long"), ("  ", "engine.type_it")):
        with pytest.raises(Misstep) as told:
            understood(PASSWORD, said, SEALED)
        assert told.value.words == why


def test_a_page_that_is_not_bound_is_no_place_for_a_secret() -> None:
    unopened = Window(WindowId("p"), ConversationId("c"), PAGE, "")
    with pytest.raises(Misstep):
        understood(PASSWORD, "Copper-Lantern-58-Meadow", unopened)


def test_a_name_is_text_and_no_secret() -> None:
    assert understood(NAME, " ana ") == Reply(text="ana")


def test_what_is_over_says_so() -> None:
    with pytest.raises(Over):
        understood(SAY, "hello")


def test_a_button_is_an_option_that_is_there_or_an_always_there_word() -> None:
    assert pressed(CHOOSE, "sms:m2").choice == "sms:m2"
    assert pressed(PASSWORD, "cancel").word is Word.CANCEL
    for prompt, option in ((CHOOSE, "email:m3"), (SAY, "totp:m1"), (CHOOSE, "1")):
        with pytest.raises(Misstep):
            pressed(prompt, option)


def test_the_last_word_has_no_buttons() -> None:
    assert options_of(SAY) == ()
    assert options_of(CODE) == CODE.options
