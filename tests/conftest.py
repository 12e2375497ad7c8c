"""What holds for every test: no address but loopback, a sample of lives unless UNLATCH_WHOLE is set, no skip where UNLATCH_NO_SKIP is."""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest

from bot.platform.process import log_to_stderr
from tests.kit.sample import left_out

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

NO_SKIP = os.environ.get("UNLATCH_NO_SKIP", "0") not in {"", "0"}
WHOLE = os.environ.get("UNLATCH_WHOLE", "0") not in {"", "0"}
LONG = {"conversations", "messengers", "sign_in", "slack", "teams", "walks"}  # folders of tests
SERVICE_FIXTURES = {"postgres", "chromium", "samba_template", "slapd_template"}


def pytest_configure() -> None:
    sys.addaudithook(_loopback_only)
    log_to_stderr()


def _loopback_only(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse a connection that leaves this machine: a test that needs the world outside isn't repeatable."""
    match event, arguments:
        case "socket.connect", (_, (str(host), *_)) if host not in {"localhost", "::1"} and not host.startswith("127."):
            raise ConnectionRefusedError(f"tests talk to loopback only, not to {host}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What would only be left out as long isn't even read: that costs seconds in each worker."""
    return True if collection_path.name in LONG and "not long" in config.option.markexpr else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the sample, and mark what uses a service's fixture and what is long, so that `make check` can leave them out."""
    if not WHOLE and (out := set(left_out(items))):
        config.hook.pytest_deselected(items=list(out))
        items[:] = [item for item in items if item not in out]
    for item in items:
        if LONG & set(item.path.parts):
            item.add_marker(pytest.mark.long)
        if isinstance(item, pytest.Function) and SERVICE_FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.service)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """What aiohttp has called once it keeps, and with it the whole application: a worker grew to a gigabyte."""
    if web_app := sys.modules.get("aiohttp.web_app"):
        web_app._cached_build_middleware.cache_clear()


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
