"""What may be kept in a conversation's row, and what happens to rows of other versions."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.model.codec import UnknownPart, dump, kept, load, step
from bot.model.prompt import Option
from bot.platform.ids import CaseId, ChallengeId, OptionId, SubjectId, WordsId
from bot.platform.secret import Secret
from flows.reset import Reset
from flows.unlock import Unlock
from flows.verify import HowToProve, TypeIt
from tests.kit.kinds import TOTP

AT = TypeIt(Reset(SubjectId("ana"), CaseId("c1")), ChallengeId("ch"), TOTP, OptionId("totp"))
RAW = dump(AT)

FORBIDDEN = [Secret, str, dict, object, list[int], tuple[Secret, ...], Secret | None, bytes, float]


@pytest.mark.parametrize("hint", FORBIDDEN, ids=str)
def test_a_field_that_could_hold_a_secret_or_anything_is_refused_when_the_class_is_defined(hint: object) -> None:
    shape = type("Bad", (), {"__annotations__": {"x": hint}, "__module__": __name__})
    with pytest.raises(TypeError, match=r"bad\.x: .* may not be kept"):
        kept("bad")(shape)


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match="two parts are called reset"):
        kept("reset")(type("Other", (), {"__annotations__": {}, "__module__": __name__}))


def test_a_step_that_asks_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="asks nothing"):
        step("mute")(type("Mute", (), {"__annotations__": {}, "__module__": __name__}))


def test_a_sub_dialog_keeps_its_caller_in_the_same_row() -> None:
    assert RAW["goal"] == {"part": "reset", "subject": "ana", "case": "c1"}
    assert load(json.loads(json.dumps(RAW))) == AT
    how = HowToProve(Unlock(SubjectId("b")), (Option(OptionId("sms"), WordsId("method.sms.name")),))
    assert load(json.loads(json.dumps(dump(how)))) == how


def test_an_older_row_takes_the_default_of_a_field_that_it_lacks() -> None:
    assert load({"part": "reset", "subject": "ana"}) == Reset(SubjectId("ana"))


NEWER: list[object] = [
    {"part": "reset", "subject": "ana", "why": "x"},
    {"part": "reset.v9"},
    {"part": "reset"},
    {"part": "reset", "subject": 7},
    {"part": "reset", "subject": True},
    {**RAW, "goal": {"part": "later"}},
    {**RAW, "goal": "ana"},
    {**RAW, "kind": "telepathy"},
    {**RAW, "in_chat": 1},
    {"part": "verify.how", "goal": RAW["goal"], "offers": {}},
    {},
    [],
    None,
]


@pytest.mark.parametrize("raw", NEWER, ids=repr)
def test_a_row_that_is_not_ours_is_recognised_as_a_newer_replicas(raw: object) -> None:
    with pytest.raises(UnknownPart):
        load(raw)


OPENING = """
from typing import assert_never

from bot.model.prompt import Ask, AskSecret, Choose, Prompt, Say
from bot.model.codec import kept
from bot.engine.desk import Desk
from bot.platform.ids import Action, CaseId, GrantId, Line, SubjectId
from bot.platform.secret import Secret
from flows.reset import NewPassword
from flows.unlock import Unlocking
from flows.verify import Proving, prove
"""
WRONG = {
    "a goal without granted()": (
        """
@kept("x1")
class Nope:
    subject: SubjectId
    case: CaseId | None = None
    action = Action.RESET

async def begin(desk: Desk) -> object:
    return await prove(Nope(SubjectId("a")), desk)
""",
        r'incompatible type "Nope"; expected "Goal',
    ),
    "a transition that the annotation hides": (
        """
@kept("x2")
class Sly:
    subject: SubjectId
    case: CaseId | None = None
    action = Action.RESET

    async def begin(self, desk: Desk) -> "Proving[Unlocking]":
        return await prove(self, desk)

    async def granted(self, grant: GrantId, desk: Desk) -> NewPassword:
        return NewPassword(self.subject, grant)
""",
        r'incompatible type "Sly"; expected "Goal|Incompatible return value',
    ),
    "a step that forgets a field": (
        """
def forgets() -> NewPassword:
    return NewPassword(SubjectId("a"))
""",
        r'Missing positional argument "grant"',
    ),
    "a renderer without Wait": (
        """
def renders(p: Prompt) -> str:
    match p:
        case Choose() | Ask() | AskSecret() | Say():
            return p.id
        case _:
            assert_never(p)
""",
        r'"assert_never" has incompatible type "Wait"',
    ),
    "a secret turned into text": (
        """
def leaks(s: Secret) -> Line:
    return Line(s)
""",
        r'"Line" has incompatible type "Secret"; expected "str"',
    ),
}


def test_mypy_refuses_each_wrong_program(tmp_path: Path) -> None:
    """One run over all of them; each error must stand in the lines of its own program."""
    program, spans = OPENING, {}
    for name, (code, _) in WRONG.items():
        spans[name] = range(program.count("\n") + 1, (program + code).count("\n") + 1)
        program += code
    path = tmp_path / "wrong.py"
    path.write_text(program, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    command = (sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", "--no-pretty", str(path))
    said = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True).stdout
    errors = [(int(m[1]), m[2]) for m in re.finditer(r"wrong\.py:(\d+): error: (.*)", said)]
    missed = [
        name
        for name, (_, expected) in WRONG.items()
        if not any(line in spans[name] and re.search(expected, text) for line, text in errors)
    ]
    assert missed == [], said
