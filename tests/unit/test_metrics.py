"""Counters count, and no id gets into a label."""

import pytest

from bot.platform.metrics import Metrics


def test_what_is_counted_is_told_in_text() -> None:
    metrics = Metrics()
    metrics.turn("settled")
    metrics.turn("settled")
    metrics.operation("reset", "changed")
    metrics.job("code", "done")
    metrics.refusal("verify.no_method_left")
    metrics.http("/p/{window}", 200, 0.02)
    lines = metrics.text().splitlines()
    assert 'unlatch_turns_total{outcome="settled"} 2.0' in lines
    assert 'unlatch_operations_total{action="reset",outcome="changed"} 1.0' in lines
    assert 'unlatch_jobs_total{kind="code",outcome="done"} 1.0' in lines
    assert 'unlatch_refusals_total{why="verify.no_method_left"} 1.0' in lines
    assert 'unlatch_http_seconds_bucket{le="0.025",route="/p/{window}",status="200"} 1.0' in lines


@pytest.mark.parametrize("label", ["w-00ff", "Ana", "ana@home.example", "+12025550101", "/p/w-1a2b", "", "x" * 81])
def test_what_could_be_an_id_is_counted_as_other(label: str) -> None:
    metrics = Metrics()
    metrics.http(label, 404, 0.1)
    metrics.refusal(label)
    assert 'unlatch_refusals_total{why="other"} 1.0' in metrics.text()
    assert 'route="other",status="404"' in metrics.text()


def test_two_sets_do_not_share_their_counters() -> None:
    first, second = Metrics(), Metrics()
    first.turn("settled")
    assert "settled" not in second.text()
