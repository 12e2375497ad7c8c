"""The dialogs as their annotations tell them: every step is reached, every path ends, and nobody is left without an answer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from bot.engine.diagram import END, START, Graph, follows, page
from bot.model.codec import PARTS
from bot.model.prompt import Ask, AskSecret, Choose, Say, Wait
from flows.door import DIALOGS
from flows.menu import Menu

README = Path(__file__).resolve().parents[2] / "flows" / "README.md"
BEGINNINGS = {"door.doubt", "opening.leave"}  # where the engine and the front door put a conversation


def steps() -> Iterator[tuple[str, type[Any]]]:
    """All of the house's; tests' own ones don't count."""
    return ((n, c) for n, c in PARTS.items() if hasattr(c, "ask") and not c.__module__.startswith("tests."))


@pytest.fixture(params=DIALOGS, ids=str)
def graph(request: pytest.FixtureRequest) -> Graph:
    return follows(DIALOGS[request.param])


def test_every_step_is_reached() -> None:
    seen = {node.partition(" → ")[0] for begin in DIALOGS.values() for node in follows(begin)}
    assert {name for name, _ in steps()} - seen == BEGINNINGS


def test_every_path_ends(graph: Graph) -> None:
    for node in graph:
        assert END in reached(graph, node), node


def test_no_step_leads_to_one_that_is_not_drawn(graph: Graph) -> None:
    assert set[str]().union(*graph.values()) <= set(graph)


def test_a_dead_end_would_be_found() -> None:
    assert END not in reached({"a": {"b"}, "b": {"a"}}, "a")


def test_an_effect_is_reached_by_a_proof_or_by_proofs_on_record_only(graph: Graph) -> None:
    effects = {
        "reset.new",
        "reset.locked",
        "change.new",
        "mint.now",
        *(node for node in graph if node.startswith(("register.", "unlock.now", "unlock.unconf"))),
    }
    proofs = ("page.open", "verify.type", "verify.in_full", "verify.elsewhere", "find.self", "opening", "first_day.number")
    for node, ends in graph.items():
        if ends & effects:
            assert node == START or node in effects or node.startswith(proofs), node


def test_a_sub_dialog_is_filled_in_with_where_it_goes_back_to() -> None:
    change = follows(DIALOGS["Another password"])
    asked = {"verify.type → change.new", "verify.in_full → change.new", "verify.elsewhere → change.new"}
    assert change["verify.how → change.new"] == asked
    assert change["verify.type → change.new"] >= {"change.new", "verify.how → change.new"}
    assert change["change.new"] == {END, "change.new", "reset.follows"}


def test_two_dialogs_under_one_title_are_refused() -> None:
    from flows.find import WhoAreYou
    from flows.reset import NewPassword
    from flows.verify import HowToProve

    async def begin() -> WhoAreYou[NewPassword] | WhoAreYou[HowToProve[NewPassword]]:
        raise AssertionError

    begin.__annotations__["return"] = WhoAreYou[NewPassword] | WhoAreYou[HowToProve[NewPassword]]
    with pytest.raises(ValueError, match=r"find\.self → reset\.new"):
        follows(begin)


@pytest.mark.parametrize(("name", "cls"), [pytest.param(n, c, id=n) for n, c in steps()])
def test_who_waits_can_look_and_who_asks_can_be_answered(name: str, cls: type[Any]) -> None:
    kinds = asked(cls)
    assert kinds
    assert Wait not in kinds or hasattr(cls, "look"), name
    assert not kinds & {Ask, AskSecret, Choose} or hasattr(cls, "answer"), name
    assert Say not in kinds or not (hasattr(cls, "answer") or hasattr(cls, "look")), name


def test_the_menu_leads_wherever_words_lead() -> None:
    by_words = follows(DIALOGS["A wish, in words"])
    by_button = follows(Menu.answer)
    assert set(by_words) <= set(by_button)


def test_the_readme_is_the_generated_diagram() -> None:
    assert README.read_text(encoding="utf-8") == page(DIALOGS), "python -m bot.engine.diagram flows.door > flows/README.md"


def asked(cls: type[Any]) -> set[type]:
    ask: Callable[..., object] = cls.ask
    hint = get_type_hints(ask)["return"]
    return set(get_args(hint) or (hint,))


def reached(graph: Graph, node: str) -> set[str]:
    found: set[str] = set()
    todo = [node]
    while todo:
        found.add(step := todo.pop())
        todo += graph.get(step, set()) - found
    return found
