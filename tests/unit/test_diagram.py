"""How a graph is drawn."""

from bot.engine.diagram import mermaid, page, title
from flows.page import OpenPage
from flows.reset import NewPassword
from flows.unlock import Unlocking
from flows.verify import HowToProve, TypeIt


def test_a_title_names_where_the_dialog_goes_back_to_in_the_end() -> None:
    assert title(NewPassword) == "reset.new"
    assert title(HowToProve[NewPassword]) == "verify.how → reset.new"
    assert title(OpenPage[HowToProve[NewPassword] | TypeIt[NewPassword] | NewPassword]) == "page.open → reset.new"
    assert title(OpenPage[NewPassword | Unlocking]) == "page.open → reset.new or unlock.now"


def test_start_and_end_are_drawn_as_mermaid_draws_them() -> None:
    drawn = mermaid({"start": {"ask"}, "ask": {"closed", "ask"}, "closed": set()})
    assert drawn.splitlines() == [
        "stateDiagram-v2",
        '    state "ask" as s0',
        "    s0 --> s0",
        "    s0 --> [*]",
        "    [*] --> s0",
    ]


def test_what_was_drawn_before_is_not_drawn_again() -> None:
    async def begin() -> NewPassword:
        raise AssertionError

    begin.__annotations__["return"] = NewPassword
    first, second = page({"One": begin, "Two": begin}).split("## Two")
    assert "s0 --> [*]" in first
    assert "s0 --> [*]" not in second
    assert "[*] --> s0" in second
