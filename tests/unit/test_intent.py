"""What is understood of free text: figures over phrases that may not fall, and one example for each thing that decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.intent import SURE, UNSURE, Intent, understood

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Figures:
    """`at_once`: what was begun without asking; `asked`: begun or asked with the right button among them. (recall, precision)"""

    at_once: tuple[float, float]
    asked: tuple[float, float]


def phrases(name: str) -> Iterator[tuple[set[str], str]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            wanted, _, text = line.partition("\t")
            yield set(wanted.split("|")), text


def figures(name: str) -> Figures:
    wishes = begun = right = offered = helped = 0
    for wanted, text in phrases(name):
        found = understood(text)
        real = Intent.NOTHING not in wanted
        wishes += real
        begun += found.sure
        right += real and found.sure and found.intent in wanted
        offered += found.intent is not Intent.NOTHING
        helped += real and bool(wanted & ({found.intent} if found.sure else {found.intent, *found.rivals}))
    return Figures((right / wishes, right / begun), (helped / wishes, helped / offered))


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("intents_tuned.tsv", Figures((0.89, 0.995), (0.99, 0.99))),
        ("intents_heldout.tsv", Figures((0.86, 0.99), (0.96, 0.97))),
    ],
    ids=["tuned", "held-out"],
)
def test_recall_and_precision_dont_fall(name: str, floor: Figures) -> None:
    now = figures(name)
    assert all(
        reached >= least for reached, least in zip((*now.at_once, *now.asked), (*floor.at_once, *floor.asked), strict=True)
    )


def test_the_held_out_phrases_are_none_of_the_tuned_ones() -> None:
    tuned = {text.casefold() for _, text in phrases("intents_tuned.tsv")}
    held_out = [text.casefold() for _, text in phrases("intents_heldout.tsv")]
    assert len(held_out) >= 300
    assert sum(text in tuned for text in held_out) / len(held_out) < 0.06  # "help!" is written by everybody


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("forgot pw", Intent.RESET),
        ("Konto gesperrt", Intent.UNLOCK),
        ("Kennwort ändern", Intent.CHANGE),
        ("new joiner, how do I set up my authenticator", Intent.REGISTER),
        ("phone was stolen", Intent.LOST_PHONE),
        ("neues Handy", Intent.NEW_PHONE),
        ("my number changed", Intent.NEW_NUMBER),
        ("who hasn't registered yet", Intent.COVERAGE),
        ("help jdoe", Intent.HELP),
        ("help bob.miller", Intent.HELP),
        ("help anna.schmidt", Intent.HELP),  # once read as "wanna"
        ("I got a mail that my password was reset but I didn't do it", Intent.NOT_ME),
    ],
    ids=str,
)
def test_each_wish_is_understood_at_once(text: str, wanted: Intent) -> None:
    found = understood(text)
    assert (found.intent, found.sure) == (wanted, True)


@pytest.mark.parametrize(
    "text",
    ["unlcok my accuont", "UNLOCK MY ACCOUNT!!!", "unlockmyaccount", "pls unlock my acount", "unloooock my account"],
    ids=str,
)
def test_spelling_and_shouting_dont_matter(text: str) -> None:
    assert understood(text).intent is Intent.UNLOCK


@pytest.mark.parametrize("text", ["Passwort zurücksetzen", "passwort zuruecksetzen", "PASSWORT ZURUCKSETZEN"], ids=str)
def test_umlauts_may_be_written_in_any_way(text: str) -> None:
    assert understood(text).intent is Intent.RESET


@pytest.mark.parametrize(
    ("wish", "none"),
    [
        ("reset my password", "reset my router password"),
        ("unlock my account", "unlock the meeting room"),
        ("reset my password", "don't reset my password"),
        ("I can't reset my password", "I could reset my password :)"),
        ("password doesn't work", "thanks, password works now"),
        ("change my password", "I changed my password yesterday"),
        ("my account is locked", "lock my account"),
        ("my account is locked", "my account isn't locked"),
        ("how do I change my password", "how often do I have to change my password"),
        ("I got a new phone", "I want to order a new phone"),
        ("lost my phone", "lost my phone charger"),
        ("new number", "new order number"),
        ("register", "register for the summer party"),
        ("registration coverage", "insurance coverage"),
        ("it wasn't me", "it wasn't me who broke the build"),
        ("I'm locked out", "I'm locked out of my house"),
    ],
    ids=lambda text: text,
)
def test_what_takes_a_wish_back_is_heard(wish: str, none: str) -> None:
    assert understood(wish).intent is not Intent.NOTHING
    assert understood(none).intent is Intent.NOTHING


def test_trouble_after_a_tale_of_success_is_a_wish() -> None:
    assert understood("I changed my password yesterday and now I can't log in").intent is Intent.RESET


def test_who_cant_log_in_is_asked_whether_to_reset_or_to_unlock() -> None:
    found = understood("cant log in since monday")
    assert UNSURE <= found.confidence < SURE
    assert {found.intent, *found.rivals} >= {Intent.RESET, Intent.UNLOCK}


def test_somebody_elses_account_is_asked_and_never_begun() -> None:
    for text in ("my colleague forgot his password", "unlock Peter's account", "reset the password for jmeier"):
        found = understood(text)
        assert (found.intent, found.sure) == (Intent.HELP, False)
        assert found.rivals


def test_it_is_said_which_words_decided() -> None:
    assert understood("forgt my pasword").why == "forgot (forgot) + password (password)"
    assert "about_a_thing" in understood("reset my router password").why


@given(st.text(max_size=600))
def test_any_text_is_understood_or_not_but_never_a_fault(text: str) -> None:
    found = understood(text)
    assert 0 <= found.confidence <= 1
    assert (found.confidence >= UNSURE) is (found.intent is not Intent.NOTHING)
    assert found == understood(text)
