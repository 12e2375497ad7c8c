"""What holds for every test: no address but loopback, and no skipping where UNLATCH_NO_SKIP is set."""

import os
import sys
from collections.abc import Generator
from typing import TypeVar

import pytest

from bot.platform.process import log_to_stderr

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

NO_SKIP = os.environ.get("UNLATCH_NO_SKIP", "0") not in {"", "0"}
LONG = {"conversations", "attacks", "messengers", "sign_in", "slack", "teams", "walks"}  # folders of tests
SERVICE_FIXTURES = {"postgres", "chromium", "samba_template", "slapd_template"}


def pytest_configure() -> None:
    sys.addaudithook(_loopback_only)
    log_to_stderr()


def _loopback_only(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse a connection that leaves this machine: a test that needs the world outside isn't repeatable."""
    match event, arguments:
        case "socket.connect", (_, (str(host), *_)) if host not in {"localhost", "::1"} and not host.startswith("127."):
            raise ConnectionRefusedError(f"tests talk to loopback only, not to {host}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a service's fixture, and whole stories, so that `make check` can leave them out."""
    for item in items:
        if LONG & set(item.path.parts):
            item.add_marker(pytest.mark.long)
        if isinstance(item, pytest.Function) and SERVICE_FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.service)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _no_skip((yield))


def _no_skip(report: Report) -> Report:
    """Turn a skip into a failure that names what was missing; an expected failure stays one."""
    if NO_SKIP and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"UNLATCH_NO_SKIP is set, and this was skipped: {str(reason).removeprefix('Skipped: ')}"
    return report
