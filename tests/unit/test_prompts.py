"""A prompt has a title like a heading and, below it, a body: in every language, for whatever a step can ask or end with."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import flows.door
import flows.guided  # noqa: F401 - whoever imports these two knows all steps
from bot.conversation.closed import LEFT, Closed, refused
from bot.identity.takeover_report import Undone
from bot.language.translations import LANGUAGES, Wording, Words
from bot.model.codec import load
from bot.model.prompt import PromptState
from bot.model.reply import Word
from bot.platform.ids import WordsId
from bot.platform.sentences import Misstep, Refuse
from tests.house.tree import kept_files, text
from tests.unit.test_words import catalogue

STEPS = Path(__file__).parent.parent / "golden" / "steps"
ASKING = {"Choose", "Ask", "AskSecret", "Wait", "Say", "Closed", "Refuse"}
# Ids that come from afar: a silent or refusing directory ends what looks for itself, a message that doesn't arrive is told in a question.
FROM_AFAR = ("accounts.directory_silent", "case.refused.", "directory.", "undelivered.", "unlock.not_locked", "writeback.")
# Families with prompts and others in them: only these are prompts.
MEMBERS = {"engine.": set(Word), "not_me.": set(Undone)}
BODY = ".body"
LONGEST = 60  # characters: two lines of a heading on a phone


def named() -> Iterator[str]:
    """Whole ids, and beginnings of ids that end while running."""
    yield from FROM_AFAR
    for path in kept_files():
        if path.parts[0] in {"bot", "flows"} and path.suffix == ".py":
            for call in ast.walk(ast.parse(text(path))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ASKING and call.args:
                    yield from (
                        n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                    )


def prompts() -> list[str]:
    """All that there are: of the steps that are kept, of the code, and whatever has a body."""
    kept = {load(json.loads(path.read_text(encoding="utf-8"))).ask().id for path in STEPS.glob("*.json")}
    known = [id for id in catalogue("en") if not id.endswith(BODY)]
    whole = {id for begin in named() for id in known if id == begin or (begin.endswith(".") and _member(id, begin))}
    return sorted(kept | whole | {id.removesuffix(BODY) for id in catalogue("en") if id.endswith(BODY)})


def _member(id: str, family: str) -> bool:
    return id.startswith(family) and (family not in MEMBERS or id.removeprefix(family) in MEMBERS[family])


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
