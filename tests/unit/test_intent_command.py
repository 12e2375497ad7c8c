"""`unlatch intent`: phrases in, one JSON object each out."""

import io
import json
import sys

import pytest

from tests.kit.commands import Run


def test_each_phrase_gets_one_object_and_nothing_needs_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("forgot pw\n\nTür entsperren\n"))
    code, out, err = run("intent")
    said = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [list(one) for one in said] == [["text", "intent", "confidence", "why", "would", "options"]] * 2
    assert [(one["text"], one["intent"]) for one in said] == [("forgot pw", "reset"), ("Tür entsperren", "nothing")]
    assert [(one["would"], one["options"]) for one in said] == [("act", ["reset"]), ("silent", [])]
    assert said[0]["confidence"] >= 0.8
