"""A server whose descriptors strangers use up: it refuses them, serves whoever asks, says so when it runs short, and its log stays short."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from bot.platform.descriptors import raise_descriptor_limit, room_for_connections, short_of_descriptors
from tests.kit.service import Service, running

FEW = 64


def crowd(service: Service, many: int, said: bytes) -> ExitStack:
    """So many connections that say this and no more."""
    held = ExitStack()
    for _ in range(many):
        one = held.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=10))
        one.sendall(said)
    return held


def asked(service: Service, path: str) -> int:
    try:
        with urlopen(Request(f"http://127.0.0.1:{service.port}{path}"), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as no:
        return no.code


@pytest.mark.long
def test_with_few_descriptors_half_open_connections_end_in_refusals_and_not_in_traces(tmp_path: Path) -> None:
    with running("demo", tmp_path, descriptors=FEW, wait=90.0) as service:
        for said in (b"", b"POST /start HTTP/1.1\r\nHost: localhost\r\nContent-Le"):
            with crowd(service, 3 * FEW, said):
                assert [asked(service, path) for path in ("/healthz", "/start")] == [200, 200]
                assert asked(service, "/readyz") in (200, 503)  # the demo's own agent takes a few: it may say that it runs short
    log = (tmp_path / "demo.log").read_text()
    assert "Traceback" not in log
    assert len(log.splitlines()) < 30


@contextmanager
def limited(limit: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_running_short_is_told_before_nothing_is_left() -> None:
    used = len(list(Path("/dev/fd").iterdir()))
    with limited(used + 100):
        assert not short_of_descriptors()
    with limited(used + 1):
        assert short_of_descriptors()
    with limited(used - 1):
        assert short_of_descriptors()


def test_visitors_take_half_of_them_and_the_limit_is_raised_as_far_as_it_may() -> None:
    assert [room_for_connections(limit) for limit in (64, 1024, 1_000_000)] == [32, 512, 4096]
    with limited(256):
        assert raise_descriptor_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256
