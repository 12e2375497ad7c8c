"""The words and the rules behind intents: they fit together, and typing errors are mended with care."""

import time

import pytest

from bot.language.intent import Intent, understood
from bot.language.intent_rules import _rule, wishes
from bot.language.lexicon import lexicon, lines
from bot.language.spelling import Spelling, edits


def test_rules_speak_of_concepts_that_have_words_and_make_intents_that_exist() -> None:
    concepts = {line.partition(": ")[0] for name in ("concepts.txt", "things.txt") for line in lines(name)}
    spoken = {concept for wish in wishes() for part in (*wish.parts, wish.never) for concept in part}
    assert spoken <= concepts
    assert {wish.intent for wish in wishes()} == set(Intent)


def test_a_rule_that_cant_be_read_stops_the_start() -> None:
    with pytest.raises(ValueError, match="reset often"):
        _rule("reset often: forgot + password")


def test_phrases_are_read_longest_first_and_pauses_count_as_words() -> None:
    read = lexicon().read("Locked out. Phone number?")
    assert [(m.words, m.concept, m.place) for m in read] == [("locked out", "lockedout", 0), ("phone number", "number", 5)]


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("reset", "reset", 0),
        ("unlcok", "unlock", 1),
        ("pasword", "password", 1),
        ("passwrod", "password", 1),
        ("lock", "look", 1),
        ("", "ab", 2),
    ],
    ids=str,
)
def test_letters_swapped_with_a_neighbour_are_one_error(a: str, b: str, apart: int) -> None:
    assert edits(a, b) == edits(b, a) == apart


def test_a_real_word_isnt_mended_and_neither_is_a_short_or_endless_one() -> None:
    spelling = Spelling(["locked", "password", "pin"], ["gesperrt"], ["looked"])
    assert spelling.meant("lokced") == (("locked",), 1)
    assert spelling.meant("looked") == ((), 0)
    assert spelling.meant("pun") == ((), 0)
    assert spelling.meant("passwordpassword" * 9) == ((), 0)
    assert spelling.meant("gesperrtes") == (("gesperrt*",), 0)
    assert spelling.meant("lockedpassword") == (("locked", "password"), 0)


def test_a_name_isnt_taken_for_a_word() -> None:
    assert understood("Schulz").intent is Intent.NOTHING


@pytest.mark.parametrize(
    "text",
    ["reset my password " * 27, "a" * 500, "x@" * 250, "\ufdfa" * 500, "my new phone number lost not reset " * 14],
    ids=["words", "letters", "signs", "ligatures", "concepts"],
)
def test_a_text_made_to_be_slow_isnt(text: str) -> None:
    understood("")
    began = time.process_time()
    understood(text)
    assert time.process_time() - began < 4
