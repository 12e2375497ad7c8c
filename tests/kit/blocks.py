"""Blocks as real Slack takes them: its own models' checks, and what they miss."""

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

MOST, MOST_HOME = 50, 100
WHOLE = 13_000  # characters of a message's blocks (slackapi/bolt-js #2509)


def checked(blocks: list[dict[str, Any]], *, home: bool = False) -> list[dict[str, Any]]:
    """The same, or an AssertionError that says what Slack would refuse."""
    assert 0 < len(blocks) <= (MOST_HOME if home else MOST)
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert parsed.to_dict() == block
    names = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(names) == len(set(names))
    assert all(len(name) <= 255 for name in names)
    for block in blocks:
        if block["type"] == "actions":
            _elements(block["elements"])
    texts = list(_texts(blocks))
    assert all(text["type"] == "plain_text" and text.get("emoji") is False and text["text"].strip() for text in texts)
    assert sum(len(text["text"]) for text in texts) < WHOLE
    return blocks


def _elements(elements: list[dict[str, Any]]) -> None:
    names = [element["action_id"] for element in elements]
    assert len(names) == len(set(names)) <= 25
    for element in elements:
        options = element.get("options", [])
        assert all(0 < len(option["value"]) <= 150 for option in options)
        assert element["type"] != "overflow" or 2 <= len(options) <= 5 or len(options) == 1
        assert len(element.get("value", "")) <= 2000


def _texts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "type" in part and isinstance(part.get("text"), str):
            yield part
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)
