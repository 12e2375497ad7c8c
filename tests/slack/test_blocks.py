"""Every step that there is, as Slack shows it: valid by Slack's own models and by what they miss, in each language, in the chat's eyes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import flows.door
import flows.guided  # noqa: F401 - whoever imports these two knows all steps
from adapters.slack.blocks import BUTTONS, SECTION, Blocks, bare, parts, plain, token_of
from bot.conversation.interfaces import Notice, Standing
from bot.conversation.view import View
from bot.conversation.windows import Windows
from bot.language.translations import Words
from bot.model.codec import load
from bot.model.prompt import Chart, Choose, Lines, Option, Qr, Table
from bot.model.turn import Party, Window
from bot.platform.ids import ConversationId, Line, OptionId, Origin, SubjectId, WindowId, WordsId
from bot.platform.keyring import Keys
from tests.kit.blocks import checked

FILES = sorted((Path(__file__).parent.parent / "golden" / "steps").glob("*.json"))
WORDS = Words("Contoso", lambda: "")
BLOCKS = Blocks(WORDS, "https://unlatch.example.com")


def view_of(keys: Keys, raw: object, language: str = "en", *, closed: bool = False) -> View:
    step = load(raw)
    window = Window(WindowId("win-1"), ConversationId("c1"), "slack", "T1/U1")
    page = Window(WindowId("page-1"), ConversationId("c1"), "page", "", "b" * 64, "Firefox on Windows", 1_800_000_000.0)
    party = Party(Origin.LINKED, SubjectId("contoso:1"), language)
    return Windows(keys).view(Standing(window, step, 3, None, closed, False, party, page, 0, step, "slack", 1_800_000_000.0))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_is_a_message_that_slack_takes(keys: Keys, path: Path, language: str) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    for closed in (False, True):
        view = view_of(keys, raw, language, closed=closed)
        blocks = checked(BLOCKS.view(view))
        assert BLOCKS.text(view).strip()
        assert closed is False or not [b for b in blocks if b["type"] == "actions"]


def test_the_token_comes_back_with_what_is_pressed(keys: Keys) -> None:
    view = view_of(keys, {"part": "menu"})
    tokens = {token_of(block["block_id"]) for block in BLOCKS.view(view) if "block_id" in block}
    assert tokens == {view.token}


def chosen(keys: Keys, prompt: Choose) -> list[dict[str, object]]:
    return checked(BLOCKS.view(replace(view_of(keys, {"part": "menu"}), prompt=prompt)))


def test_more_than_five_are_a_menu(keys: Keys) -> None:
    options = tuple(Option(OptionId(str(n)), WordsId("method.totp.named"), Line(str(n))) for n in range(40))
    known = tuple(Option(OptionId(str(n)), WordsId("menu.reset")) for n in range(40))
    assert "static_select" in str(chosen(keys, Choose("menu", known)))
    assert "static_select" not in str(chosen(keys, Choose("menu", known[:BUTTONS])))
    assert len(options) == 40


def test_tables_and_long_texts_are_cut_where_slack_would_refuse_them(keys: Keys) -> None:
    rows = tuple((f"Group {n} <!here>", str(n), "1") for n in range(300))
    blocks = BLOCKS._content(
        view_of(keys, {"part": "menu"}), Table(("coverage.head.group", "coverage.head.total", "coverage.head.enabled"), rows)
    )
    assert all(len(block["text"]["text"]) <= SECTION for block in blocks)
    assert parts("") == []
    assert len(parts("x" * 6001)) == 3
    assert plain(" ")["text"]["text"] == "…"
    lines = chosen(keys, Choose("menu", (), content=Lines((("menu.reset", ()),))))
    assert "• " in str(lines)


def test_a_notification_holds_no_markup() -> None:
    assert bare("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert len(bare("&" * 5000)) <= 2900


HOSTILE = [
    "<!channel> <@U1> <#C1> <https://evil.example|bank> & *bold* :skull:",
    "\u202eevil",
    "a\u200bb\ufeff",
    "\u2066x",
    "x" * 5000,
    "\x07\x00",
    "😀" * 90,
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("many", [1, 4, 150])
def test_whatever_a_directory_calls_something_is_shown_as_letters(keys: Keys, name: str, many: int) -> None:
    options = tuple(Option(OptionId(str(n)), WordsId("agents.act.stop"), Line(name)) for n in range(many))
    rows = tuple((name, str(n), "1") for n in range(many))
    table = Table(("coverage.head.group", "coverage.head.total", "coverage.head.enabled"), rows)
    view = replace(view_of(keys, {"part": "menu"}), notice=Notice("chat.home.hello", (("name", name),)))
    for content in (table, Chart(tuple((name, 50.0) for _ in range(many))), Qr(name * many)):
        view = replace(view, prompt=Choose("menu", options, content=content))
        blocks = checked(BLOCKS.view(view))
        assert [b for b in blocks if b["type"] == "actions"]  # what is to be pressed is never cut off
        said = BLOCKS.text(view) + str([b.get("text") for b in blocks])
        assert not set(said) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\x00\x07")


def test_a_long_report_says_that_it_goes_on(keys: Keys) -> None:
    rows = tuple((f"Group {n} of a long name", str(n), "1") for n in range(3000))
    table = Table(("coverage.head.group", "coverage.head.total", "coverage.head.enabled"), rows)
    blocks = chosen(keys, Choose("menu", (Option(OptionId("a"), WordsId("menu.reset")),), content=table))
    assert "…" in str([b for b in blocks if b["type"] == "section"][-1])
    assert "Reset" in str(blocks[-2]) or "assword" in str(blocks[-2])
