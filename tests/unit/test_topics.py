"""What isn't ours is told apart, and an operator's own answers are read with care."""

from pathlib import Path

import pytest

from bot.language.topics import Topic, own_answer, read_answers, topic
from bot.language.translations import Words
from bot.platform.errors import OperatorError

WORDS = Words("Contoso", lambda: "the helpdesk, 555 0100")


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("my VPN doesn't connect", Topic.VPN),
        ("Der Drucker druckt nicht", Topic.PRINTER),
        ("打印机坏了", Topic.PRINTER),
        ("WLAN für einen Gast", Topic.GUEST_WIFI),
        ("outlook crashes", Topic.OUTLOOK),
        ("my laptop wants a BitLocker recovery key", Topic.BITLOCKER),
        ("Windows Hello PIN is gone", Topic.WINDOWS_PIN),
        ("reset my facebook password", Topic.OTHER_PASSWORD),
        ("this bot is useless", Topic.ABUSE),
        ("Dear helpdesk, " + "as I told you on the phone, it is urgent. " * 20, Topic.LONG),
        ("I didn't receive the reset mail", Topic.NO_MAIL),
        ("good morning", None),
        ("unlock my account", None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_isnt_ours_has_a_name(said: str, about: Topic | None) -> None:
    assert topic(said) is about


@pytest.mark.parametrize("about", list(Topic))
@pytest.mark.parametrize("language", ["en", "de"])
def test_each_says_what_cant_be_done_and_who_can_help(about: Topic, language: str) -> None:
    said = WORDS.prompt(f"answer.{about}", (), language)
    assert "the helpdesk, 555 0100" in said.body


def test_an_operators_answers_are_read_and_the_first_that_is_meant_wins(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(
        '[[answer]]\nwords = ["parking", "car park"]\nsentence = "Level 2 is ours."\nlink = "https://facilities.example/parking"\n'
        '[[answer]]\nwords = ["car"]\nsentence = "Ask the fleet desk."\n'
    )
    answers = read_answers(file)
    found = own_answer("Where is the CAR-park?", answers)
    assert found is not None
    assert found.sentence == "Level 2 is ours. https://facilities.example/parking"
    assert own_answer("my scarf is gone", answers) is None
    assert read_answers(None) == ()


@pytest.mark.parametrize(
    "written",
    [
        "answer = 1",
        '[[answer]]\nwords = []\nsentence = "Nothing leads here."',
        '[[answer]]\nwords = ["!"]\nsentence = "Nothing leads here."',
        '[[answer]]\nwords = ["parking"]\nsentence = ""',
        '[[answer]]\nwords = ["parking"]\nsentence = "Here."\nlink = "http://facilities.example"',
        '[[answer]]\nwords = ["parking"]\nsentence = "Here."\nlink = "javascript:alert(1)"',
        '[[answer]]\nwords = ["parking"]\nsentence = "Here."\nrun = "reboot"',
        f'[[answer]]\nwords = ["parking"]\nsentence = "{"a" * 301}"',
        "[[answer",
    ],
)
def test_what_cant_be_used_stops_the_start_and_says_the_form(tmp_path: Path, written: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(written)
    with pytest.raises(OperatorError, match="words = "):
        read_answers(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"answers\.toml"):
        read_answers(tmp_path / "answers.toml")
