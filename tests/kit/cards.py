"""Adaptive Cards as Teams takes them: the elements of version 1.5 that we use, each with the properties that its schema knows."""

import json
from collections.abc import Iterator
from typing import Any

KNOWN = {  # adaptivecards.io, "Schema Explorer", version 1.5
    "AdaptiveCard": {"type", "$schema", "version", "fallbackText", "body"},
    "TextBlock": {"type", "text", "style", "size", "weight", "wrap", "color"},
    "RichTextBlock": {"type", "inlines"},
    "TextRun": {"type", "text", "isSubtle"},
    "ActionSet": {"type", "actions"},
    "Input.Text": {"type", "id", "maxLength", "label"},
    "Action.Execute": {"type", "title", "verb", "data", "style", "mode"},
    "Action.Submit": {"type", "title", "data", "style"},
    "Action.OpenUrl": {"type", "title", "url", "style"},
}
STYLES, MODES = {"default", "positive", "destructive"}, {"primary", "secondary"}
WHOLE = 28_000  # bytes of a card with what is around it (Microsoft, "Format your bot messages")
ACTIONS = 6  # of one set


def checked(card: dict[str, Any]) -> dict[str, Any]:
    """The same, or an AssertionError that says what Teams would refuse or show wrongly."""
    assert card["type"] == "AdaptiveCard"
    assert card["version"] == "1.5"
    assert card["fallbackText"].strip()
    assert card["body"]
    assert len(json.dumps(card)) < WHOLE
    for part in parts(card):
        assert set(part) <= KNOWN[part["type"]], part
        match part["type"]:
            case "TextRun":
                assert part["text"].strip() or part["text"] == " "
                assert "\n" not in part["text"]
                assert "{{" not in part["text"]
            case "TextBlock":  # the one that reads Markdown
                assert part["style"] == "heading"
                assert part["wrap"]
                assert not set(part["text"]) & set("*_[]<>`#")
            case "ActionSet":
                primary = [a for a in part["actions"] if a.get("mode") != "secondary"]
                assert len(part["actions"]) > 0
                assert len(primary) <= ACTIONS
            case "Action.Execute" | "Action.Submit" | "Action.OpenUrl":
                assert 0 < len(part["title"]) <= 80
                assert part.get("style", "default") in STYLES
                assert part.get("mode", "primary") in MODES
    fields = [part["id"] for part in parts(card) if part["type"] == "Input.Text"]
    assert len(fields) == len(set(fields))
    assert len({action["data"]["token"] for action in [*executes(card), *submits(card)]}) <= 1
    if not fields:  # in a chat there is no field, and such a button opens a dialog
        assert [a["data"]["msteams"] for a in submits(card)] in ([], [{"type": "task/fetch"}])
    else:  # in a dialog nothing can be executed
        assert executes(card) == []
        assert [sorted(a["data"]) for a in submits(card)] == [["token"]]
    return card


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Whatever has a type, from the outside in; what a button carries is no part."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for name, inner in value.items():
            if name != "data":
                yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def executes(card: dict[str, Any]) -> list[dict[str, Any]]:
    """What can be pressed."""
    return [part for part in parts(card) if part["type"] == "Action.Execute"]


def submits(card: dict[str, Any]) -> list[dict[str, Any]]:
    """What opens a dialog, or sends what was typed into one."""
    return [part for part in parts(card) if part["type"] == "Action.Submit"]


def read(card: dict[str, Any]) -> str:
    """All that stands there."""
    return " ".join(part["text"] for part in parts(card) if part["type"] in {"TextBlock", "TextRun"})
