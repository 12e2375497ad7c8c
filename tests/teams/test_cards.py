"""Every step that there is, as Teams shows it: by the elements of version 1.5, in each language, in the chat's eyes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import flows.door
import flows.guided  # noqa: F401 - whoever imports these two knows all steps
from adapters.teams.cards import LONGEST, Cards, escaped, kept, plain
from bot.conversation.interfaces import Standing
from bot.conversation.view import View
from bot.conversation.windows import Windows
from bot.language.translations import Words
from bot.model.codec import load
from bot.model.prompt import Ask, Choose, Lines, Option, Table
from bot.model.turn import Party, Window
from bot.platform.ids import ConversationId, OptionId, Origin, SubjectId, WindowId, WordsId
from bot.platform.keyring import Keys
from tests.kit.cards import checked, executes, parts, read, submits

FILES = sorted((Path(__file__).parent.parent / "golden" / "steps").glob("*.json"))
CARDS = Cards(Words("Contoso", lambda: ""), "https://unlatch.example.com")


def view_of(keys: Keys, raw: object, language: str = "en", *, closed: bool = False) -> View:
    step = load(raw)
    window = Window(WindowId("win-1"), ConversationId("c1"), "teams", "t1/u1")
    page = Window(WindowId("page-1"), ConversationId("c1"), "page", "", "b" * 64, "Firefox on Windows", 1_800_000_000.0)
    party = Party(Origin.LINKED, SubjectId("contoso:1"), language)
    return Windows(keys).view(Standing(window, step, 3, None, closed, False, party, page, 0, step, "teams", 1_800_000_000.0))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_is_a_card_that_teams_takes(keys: Keys, path: Path, language: str) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    for closed in (False, True):
        view = view_of(keys, raw, language, closed=closed)
        card = checked(CARDS.view(view))
        assert CARDS.summary(view).strip()
        pressed = {action["data"]["token"] for action in [*executes(card), *submits(card)]}
        assert pressed <= (set() if closed else {view.token})
        asks = isinstance(view.prompt, Ask) and not closed
        assert (fields(card), len(submits(card))) == ([], int(asks))
        dialog = checked(CARDS.dialog(view))
        assert (len(fields(dialog)), len(submits(dialog)), executes(dialog)) == (int(asks), int(asks), [])
        assert {action["data"]["token"] for action in submits(dialog)} <= {view.token}


def fields(card: dict[str, object]) -> list[dict[str, object]]:
    return [part for part in parts(card) if part["type"] == "Input.Text"]


def chosen(keys: Keys, prompt: Choose) -> dict[str, object]:
    return checked(CARDS.view(replace(view_of(keys, {"part": "menu"}), prompt=prompt)))


def test_many_options_stand_in_rows(keys: Keys) -> None:
    options = tuple(Option(OptionId(str(n)), WordsId("menu.reset")) for n in range(40))
    card = chosen(keys, Choose("menu", options))
    assert len([action for action in executes(card) if action["data"]["option"].isdecimal()]) == 40


def test_a_table_that_is_too_long_is_cut_visibly(keys: Keys) -> None:
    rows = tuple((f"Group {n} **x**", str(n), "1") for n in range(3000))
    table = Table(("coverage.head.group", "coverage.head.total", "coverage.head.enabled"), rows)
    card = chosen(keys, Choose("menu", (), content=table))
    assert read(card).endswith("…")
    assert "Group 2 **x**" in read(card)


def test_lists_have_a_line_for_each(keys: Keys) -> None:
    card = chosen(keys, Choose("menu", (), content=Lines((("menu.reset", ()), ("menu.unlock", ())))))
    assert read(card).count("• ") == 2


def test_a_run_breaks_no_lines_and_makes_no_dates() -> None:
    assert kept(["a\n\nb", "", "c"]) == ["a", "b", "c"]
    assert sum(map(len, kept(["x" * 5000] * 9))) <= LONGEST
    assert "{{" not in str(plain("{{DATE(2026-01-01T00:00:00Z,SHORT)}}"))


def test_what_a_client_without_cards_shows_has_no_markup(keys: Keys) -> None:
    assert escaped("[bank](https://evil.example) **b** <at>") == r"\[bank\](https://evil.example) \*\*b\*\* \<at\>"


def outline(card: dict[str, object]) -> list[str]:
    """The tree of a card without its sentences: what stands above what, and what can be pressed."""
    lines = []
    for part in parts(card["body"]):
        match part["type"]:
            case "ActionSet":
                lines.append("row " + ", ".join(map(_action, part["actions"])))
            case "RichTextBlock":
                (run,) = part["inlines"]
                lines.append("text subtle" if run.get("isSubtle") else "text")
            case "TextBlock":
                lines.append(f"{part['style']} {part['color']}")
            case "Input.Text":
                lines.append(f"field {part['id']}, at most {part['maxLength']}")
    return lines


def _action(action: dict[str, Any]) -> str:
    if action["type"] == "Action.Submit":
        what = "opens dialog" if "msteams" in action["data"] else "sends"
    else:
        what = action.get("data", {}).get("option") or action.get("verb") or "link"
    return " ".join([str(what), *(str(action[key]) for key in ("style", "mode") if key in action)])


KEPT = Path(__file__).parent.parent / "golden"
GOLDEN, DIALOGS = (json.loads((KEPT / f"teams_{what}.json").read_text(encoding="utf-8")) for what in ("cards", "dialogs"))


@pytest.mark.parametrize("path", [path for path in FILES if path.stem in GOLDEN], ids=lambda path: path.stem)
def test_the_trees_are_as_they_were_looked_at(keys: Keys, path: Path) -> None:
    view = view_of(keys, json.loads(path.read_text(encoding="utf-8")))
    assert outline(CARDS.view(view)) == GOLDEN[path.stem]


@pytest.mark.parametrize("path", [path for path in FILES if path.stem in DIALOGS], ids=lambda path: path.stem)
def test_so_are_those_of_the_dialogs(keys: Keys, path: Path) -> None:
    view = view_of(keys, json.loads(path.read_text(encoding="utf-8")))
    assert outline(CARDS.dialog(view)) == DIALOGS[path.stem]


def test_the_trees_that_are_kept_are_of_steps_that_there_are(keys: Keys) -> None:
    assert GOLDEN.keys() <= {path.stem for path in FILES}
    assert len(GOLDEN) > 50
    assert {stem for stem, tree in GOLDEN.items() if any("opens dialog" in line for line in tree)} == DIALOGS.keys()
