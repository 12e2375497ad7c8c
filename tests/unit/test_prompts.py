"""A prompt has a title like a heading and, below it, a body: in every language, for whatever a step can ask or end with."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import flows.door
import flows.guided  # noqa: F401 - whoever imports these two knows all steps
from adapters.terminal.render import Render
from bot.conversation.closed import LEFT, Closed, refused
from bot.conversation.view import View
from bot.identity.takeover_report import Undone
from bot.language.translations import LANGUAGES, Wording, Words
from bot.model.codec import load
from bot.model.prompt import PromptState, Stage
from bot.model.reply import Word
from bot.platform.ids import Line, SubjectId, WordsId
from bot.platform.sentences import Misstep, Refuse
from flows.reset import Reset
from flows.unlock import NotLocked
from tests.house.tree import kept_files, text
from tests.unit.test_words import catalogue

STEPS = Path(__file__).parent.parent / "golden" / "steps"
ASKING = {"Choose", "Ask", "AskSecret", "Wait", "Say", "Closed", "Refuse"}
ANY = "[a-z0-9_]+"
# Ids that come from afar: a silent or refusing directory ends what looks for itself, a message that doesn't arrive is told in a question.
FROM_AFAR = (
    *(f"{room}[.]{ANY}" for room in ("case[.]refused", "directory", "undelivered", "writeback")),
    "accounts[.]directory_silent",
)
# Families with prompts and others in them: only these are prompts.
MEMBERS: dict[str, list[str]] = {f"engine.{ANY}": [*Word], f"not_me.{ANY}": [*Undone]}
BODY = ".body"
LONGEST = 60  # characters: two lines of a heading on a phone


def sentences(said: ast.expr) -> Iterator[str]:
    """Patterns of the ids that this expression may be."""
    parts = {part for joined in ast.walk(said) if isinstance(joined, ast.JoinedStr) for part in joined.values}
    for node in ast.walk(said):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            yield re.escape(node.value)
        if isinstance(node, ast.JoinedStr):
            family = "".join(str(part.value) if isinstance(part, ast.Constant) else ANY for part in node.values)
            yield from (family.replace(ANY, member) for member in MEMBERS.get(family, [ANY]))


def named() -> Iterator[str]:
    """Those of all prompts that the code makes."""
    yield from FROM_AFAR
    for path in kept_files():
        if path.parts[0] in {"bot", "flows"} and path.suffix == ".py":
            for call in ast.walk(ast.parse(text(path))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ASKING and call.args:
                    yield from sentences(call.args[0])


@cache
def prompts() -> list[str]:
    """All that there are: of the steps that are kept, of the code, and whatever has a body."""
    kept = {load(json.loads(path.read_text(encoding="utf-8"))).ask().id for path in STEPS.glob("*.json")}
    asked = re.compile("|".join(named()))
    return sorted(kept | {id.removesuffix(BODY) for id in catalogue("en") if id.endswith(BODY) or asked.fullmatch(id)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_is_short_one_sentence_and_the_same_for_everybody(language: str) -> None:
    """A window's title stays in the browser's history, and a heading of a chat reads markup: neither may hold a name."""
    said = catalogue(language)
    assert len(prompts()) > 130
    assert [id for id in prompts() if not 0 < len(said[id]) <= LONGEST] == []
    assert [id for id in prompts() if any(sign in said[id] for sign in ("\n", "{", ". ", "*", "_", "<"))] == []
    assert [id for id in prompts() if said[id].endswith(".")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_body_has_a_title_and_says_something_else(language: str) -> None:
    said = catalogue(language)
    bodies = {id.removesuffix(BODY): body for id, body in said.items() if id.endswith(BODY)}
    assert bodies.keys() <= said.keys()
    assert [id for id, body in bodies.items() if body.startswith(said[id].rstrip("?"))] == []


def test_both_make_one_text_where_there_are_no_headings() -> None:
    assert Wording("Done").text == "Done"
    assert Wording("Your password is set", "Sign in.").text == "Your password is set. Sign in."
    assert Wording("Shall I?", "Yes.").text == "Shall I? Yes."
    assert Wording("Report", "One.\n\nTwo.").paragraphs == ["One.", "Two."]
    words = Words("Contoso", lambda: "")
    assert words.say("engine.cancel") == words.prompt("engine.cancel").text


def test_whoever_leaves_has_only_stopped_and_anything_else_is_told_as_a_problem() -> None:
    assert refused(Refuse("engine.cancel")) == Closed(WordsId("engine.cancel"), state=PromptState.STOPPED)
    assert refused(Refuse("engine.expired")).ask().state is PromptState.STOPPED
    assert refused(Refuse("barred.disabled")).ask().state is PromptState.ERROR
    assert refused(Misstep("accounts.directory_silent")).ask().state is PromptState.ERROR
    assert {id for id in LEFT if id in catalogue("en")} > {"engine.cancel", "engine.person", "engine.not_me"}


def test_a_last_word_that_an_older_replica_kept_claims_nothing() -> None:
    assert load({"part": "closed", "words": "reset.done"}).ask().state is PromptState.STOPPED


@pytest.mark.parametrize("why", ["expired", "fine", "must_change", "untold"])
def test_what_an_unlock_finds_can_be_asked_and_can_be_the_end(why: str) -> None:
    """Whoever unlocks for a caller is offered nothing else, so there it is the last word."""
    words, id, since = Words("Contoso", lambda: ""), WordsId(f"unlock.not_locked.{why}"), Line("2026-11-01")
    for prompt in (NotLocked(SubjectId("ana"), id, since, Reset(SubjectId("ana"))).ask(), Closed(id, since).ask()):
        assert ("2026-11-01" in words.say(prompt.id, prompt.args)) is (why == "expired")


def test_a_terminal_has_a_line_for_each_part_and_a_script_a_field() -> None:
    told = Closed(WordsId("engine.cancel")).ask()
    shown = View(told, 1, "token", True, None, None, (), None, True, False, False, "en")
    plain, script = (Render(Words("Contoso", lambda: ""), "", "en", as_json).view(shown) for as_json in (False, True))
    assert plain.splitlines() == ["■ Stopped, as you wished", "Nothing was changed. Write to me whenever you like."]
    said = json.loads(script)
    assert (said["state"], said["step"], said["title"], said["body"]) == (
        "stopped",
        None,
        "Stopped, as you wished",
        plain.splitlines()[1],
    )
    assert said["text"] == f"{said['title']}. {said['body']}"
    second = replace(shown, prompt=replace(told, stage=Stage(2, 2)))
    assert Render(Words("Contoso", lambda: ""), "", "de").view(second).startswith("Nachweis 2 von 2\n■ ")
