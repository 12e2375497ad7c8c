"""Whatever shows names to people makes them harmless by the one function that does, and by no other."""

import re
import unicodedata
from pathlib import Path

import pytest

from bot.platform.harmless import HOSTILE, SHOWN, harmless
from tests.house.tree import CODE, modules, text

RENDERERS = {  # where words become what a person sees; a new way to be seen stands here too
    "adapters/terminal/render.py", "adapters/slack/blocks.py", "adapters/teams/cards.py", "adapters/web/pages.py",
    "adapters/messengers/smtp.py", "adapters/messengers/twilio/text_messages.py", "bot/cli/options.py",
    "adapters/messengers/sms_webhook/text_messages.py",
}  # fmt: skip
OWN = {"bot/platform/harmless.py"}


def test_every_renderer_uses_it_and_nobody_else_has_a_way_of_their_own() -> None:
    users = {str(path) for path in modules(*CODE) if "harmless(" in text(path)}
    assert users - OWN == RENDERERS
    ways = [str(path) for path in modules("adapters") if re.search(r"\\u202|\\u200|\\x00-", text(path))]
    assert set(ways) - OWN <= {"adapters/teams/cards.py"}  # puts one in, of our own


@pytest.mark.parametrize("path", sorted(RENDERERS), ids=str)
def test_what_the_terminal_chats_mails_and_pages_say_goes_through_it(path: str) -> None:
    assert text(Path(path)).count("harmless") >= 2


def test_commands_say_nothing_by_another_way() -> None:
    said = [str(path) for path in modules("bot") if path.parts[1] == "cli" and re.search(r"typer\.echo\(|\bprint\(", text(path))]
    assert said == ["bot/cli/options.py"]


def test_it_takes_all_that_is_unseen_or_obeyed_and_leaves_what_people_are_called() -> None:
    unseen = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) in {"Cc", "Cs", "Zl", "Zp"}]
    turned = [
        chr(n)
        for n in range(0x110000)
        if unicodedata.bidirectional(chr(n)) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ]
    assert {each for each in (*unseen, *turned) if not HOSTILE.fullmatch(each)} == {"\n", "\t"}
    for name in ("José Müller", "Ñandú", "Łukasz", "Έλλη", "李小龍", "עדה", "أحمد", "O’Neil-Smith", "Zoë 😀", "न्ह"):
        assert harmless(name) == name
    assert harmless("ad\u200bmin\x1b[2J\u202e\r") == f"ad{SHOWN}min{SHOWN}[2J{SHOWN}{SHOWN}"
