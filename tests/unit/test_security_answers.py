"""What is no answer to a security question, row by row: too short, known to everybody, or much like another one."""

import pytest

from bot.identity.methods.security_answers import Answered, normalised, unfit

TOY, SONG = ("What was the name of your favourite toy?", "Wie hieß Ihr liebstes Kuscheltier?"), ("Which song?",)
NAMES = {"ana.lopez@contoso.example", "ana.lopez", "Ana López", "López", "Contoso Ltd"}


def row(answer: str, asks: tuple[str, ...] = TOY, *, own: bool = False) -> Answered:
    return Answered("own" if own else asks[0], asks, answer, own=own)


def own(question: str, answer: str) -> Answered:
    return row(answer, (question,), own=True)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("  Purple   Rhino ", "purplerhino"),
        ("ＲＨＩＮＯ", "rhino"),
        ("Straße", "STRASSE"),
        ("e\u0301te\u0301", "Été"),
        ("Rhi\u200bno\u00a0", "rhino"),
        ("ﬁnch", "Finch"),
    ],
)
def test_answers_are_the_same_whichever_keyboard_typed_them(typed: str, same: str) -> None:
    assert normalised(typed) == normalised(same)


@pytest.mark.parametrize(("one", "other"), [("été", "ete"), ("rhino", "rhino!"), ("ß", "s")])
def test_what_is_written_otherwise_is_another_answer(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([row("rhino"), row("yellow submarine", SONG)], {}),
        ([row("rhino"), Answered("", (), "tiger")], {2: "none"}),
        ([row("ox")], {1: "length"}),
        ([row("o x ")], {1: "length"}),
        ([row("r" * 40)], {}),
        ([row("r" * 41)], {1: "length"}),
        ([row("Toy")], {1: "in_question"}),
        ([row("favourite TOY")], {1: "in_question"}),
        ([row("kuscheltier")], {1: "in_question"}),
        ([row("Ame")], {}),  # spells a piece of "name", and is a word of its own
        ([own("What is Rexy called?", "rex")], {1: "in_question"}),
        ([own("Who was it", "rhino")], {}),
        ([own("Who was?", "rhino")], {1: "own"}),
        ([own("W" * 201, "rhino")], {1: "own"}),
        ([row("LÓPEZ")], {1: "name"}),
        ([row("ana lópez")], {1: "name"}),
        ([row("contoso ltd")], {1: "name"}),
        ([row("Ana.Lopez@contoso.example")], {1: "name"}),
        ([row("rhino"), row("tiger")], {2: "twice"}),
        ([row("rhino"), own("what was the NAME of your favourite toy?", "tiger")], {2: "twice"}),
        ([row("Rhino"), row(" rhino", SONG)], {2: "alike"}),
        ([row("rhino"), row("Rhino 2", SONG)], {2: "alike"}),
        ([row("rhino"), row("white rhino", SONG)], {}),
        ([row("ox"), row("López", SONG), own("Who was it?", "tiger")], {1: "length", 2: "name"}),
    ],
)  # fmt: skip
def test_each_row_is_told_what_is_wrong_with_it(rows: list[Answered], wrong: dict[int, str]) -> None:
    assert unfit(rows, NAMES) == {number: f"question.unfit.{why}" for number, why in wrong.items()}


def test_an_answer_is_in_no_trace() -> None:
    assert "rhino" not in repr(row("rhino"))
