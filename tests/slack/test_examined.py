"""The doctor at Slack, the manifest, the settings, and links by file: each finding with its remedy, each mistake with its mend."""

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml

from adapters.slack.checks import clock, examined, scopes
from adapters.slack.manifest import manifest
from adapters.slack.scopes import EVENTS, SCOPES
from bot.app.manifests import slack as slack_manifest
from bot.doctor.finding import Level
from bot.platform.clock import World
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection
from bot.settings.settings import origin
from tests.house.tree import ROOT
from tests.kit.slack import SECRET, TOKEN, Workspace

URL = "https://unlatch.example.com"


def unlatch(*words: str) -> tuple[int, str, str]:
    """In a process of its own, since it needs the real composition root."""
    command = (sys.executable, "-c", "from bot.cli import main; main()", *words)
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return told.returncode, told.stdout, told.stderr


def test_the_manifest_in_the_repository_is_the_one_that_is_printed() -> None:
    code, out, _ = unlatch("manifest", "slack", "--url", URL)
    assert code == 0
    assert (ROOT / "manifest" / "slack.yaml").read_text(encoding="utf-8") == out
    assert yaml.safe_load(out) == manifest(URL)


@pytest.mark.parametrize("how", [{}, {"socket": True}, {"several": True}])
def test_a_manifest_asks_for_the_least_and_keeps_slacks_limits(how: dict[str, Any]) -> None:
    made: dict[str, Any] = manifest(URL, **how)
    assert made["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}
    assert made["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    assert (URL in json.dumps(made["settings"])) is not how.get("socket", False)
    assert made["settings"]["socket_mode_enabled"] is how.get("socket", False)
    features = made["features"]
    assert all(c["command"].startswith("/") and len(c["command"]) <= 32 for c in features["slash_commands"])
    assert all(len(s["name"]) <= 24 and len(s["callback_id"]) <= 255 for s in features["shortcuts"])
    assert len(made["display_information"]["name"]) <= 35


@pytest.mark.parametrize(
    "words",
    [
        ("--url", "ftp://x"),
        ("--url", "http://unlatch.example.com"),
        ("--url", "https://unlatch.example.com:99999"),
        ("--url", "https://unlatch.example.com:x"),
        ("--url", "https://"),
        ("--url", "https://un latch.example.com"),
        ("--url", "https://user@unlatch.example.com"),
        ("--url", "unlatch.example.com"),
        ("--url", "https://kennwörter.example"),
        ("--url", URL, "--name", "x" * 36),
        ("--url", URL, "--name", " "),
        ("--url", URL, "--name", "<!channel> help"),
        ("--url", URL, "--name", "Pass\u202eword"),
        ("--url", URL, "--name", "Slack Help\n"),
        ("--url", URL + "/path"),
        ("--url", URL + "?a=1"),
    ],
    ids=range(16),
)
def test_a_bad_address_or_name_is_told(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"has to|A name|https://|[Pp]ort|IP"):
        manifest_of(*words)


def test_the_command_tells_it_kindly() -> None:
    code, out, err = unlatch("manifest", "slack", "--url", "http://unlatch.example.com")
    assert (code, out) == (2, "")
    assert err.startswith("--url or --name")


@pytest.mark.parametrize(
    ("said", "level"),
    [(",".join(SCOPES), Level.OK), ("chat:write", Level.FAIL), (",".join([*SCOPES, "admin"]), Level.WARN), ("", Level.WARN)],
)
def test_scopes_too_few_and_too_many(said: str, level: Level) -> None:
    assert scopes(said).level is level


@pytest.mark.parametrize(
    ("said", "level"),
    [("Wed, 25 Nov 2026 12:00:00 GMT", Level.OK), ("Wed, 25 Nov 2026 12:20:00 GMT", Level.FAIL), ("soon", Level.WARN)],
)
def test_the_clock_that_signatures_hang_on(said: str, level: Level) -> None:
    assert clock(said, 1_795_608_000.0).level is level


@pytest.mark.parametrize(
    "url", [URL + "/", "https://UNLATCH.example.com", "https://unlatch.example.com:8443", "https://xn--kennwrter-57a.example"]
)
def test_a_good_address_is_taken(url: str) -> None:
    assert manifest_of("--url", url)["settings"]["event_subscriptions"]["request_url"] == url.lower().rstrip("/") + "/hooks/slack"


@pytest.mark.parametrize("name", ["Password Help", "Kennwort-Hilfe für Ana", "パスワード", "it's: {a} # 'b' \"c\""])
def test_a_good_name_is_taken(name: str) -> None:
    assert manifest_of("--url", URL, "--name", name)["display_information"]["name"] == name


def manifest_of(_url: str, url: str, _name: str = "", name: str = "Password Help") -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(slack_manifest(origin(url), name, socket=False, several=False))
    return made


@pytest.mark.parametrize(
    ("kind", "page"), [("application/json", "<html>"), ("text/html", "<html>"), ("text/plain", "no"), ("application/json", "[]")]
)
async def test_a_page_instead_of_slacks_answer_is_a_finding(kind: str, page: str) -> None:
    slack = Workspace()
    api = await slack.start()
    section = SlackSection(mode="socket", bot_token=Secret(TOKEN), app_token=Secret("xapp-1"))
    slack.pages = {"auth.test": [(200, kind, page)], "apps.connections.open": [(502, kind, page)]}
    found = [finding async for finding in examined(section, URL, World(), api)]
    await slack.close()
    assert [(finding.level, bool(finding.remedy)) for finding in found] == [(Level.FAIL, True)] * 2


@pytest.mark.parametrize(
    ("token", "said"), [("xoxp-1", "a person's"), ("xapp-1", "app-level"), ("xoxe.xoxb-1", "expires"), ("abc", "xoxb-")]
)
async def test_a_token_of_another_kind_is_told(token: str, said: str) -> None:
    slack = Workspace()
    api = await slack.start()
    section = SlackSection(bot_token=Secret(token), signing_secret=Secret(SECRET))
    first, *_ = [finding async for finding in examined(section, "http://127.0.0.1:9", World(), api)]
    await slack.close()
    assert (first.level is Level.OK, said in first.sentence, bool(first.remedy)) == (False, True, True)
    assert token not in first.sentence


async def test_an_address_that_slack_cant_call_is_told() -> None:
    slack = Workspace()
    api = await slack.start()
    section = SlackSection(bot_token=Secret(TOKEN), signing_secret=Secret(SECRET))
    found = [finding async for finding in examined(section, "http://localhost:8400", World(), api)]
    await slack.close()
    assert [f for f in found if "https://" in f.sentence and f.remedy]
    assert set(slack.calls) == {"auth.test"}  # nothing is said or changed


async def test_the_doctor_says_what_slack_says() -> None:
    slack = Workspace()
    api = await slack.start()
    section = SlackSection(bot_token=Secret(TOKEN), signing_secret=Secret(SECRET))
    good = [finding async for finding in examined(section, "http://127.0.0.1:9", World(), api)]
    assert good[0].level is Level.OK
    assert "Contoso" in good[0].sentence
    assert "can't be reached" in good[-1].sentence
    slack.refuses["auth.test"] = [(200, {}, {"ok": False, "error": "invalid_auth"})]
    bad = [finding async for finding in examined(section, "http://127.0.0.1:9", World(), api)]
    assert (bad[0].level, "invalid_auth" in bad[0].sentence, bool(bad[0].remedy)) == (Level.FAIL, True, True)
    await slack.close()
    away = [finding async for finding in examined(section, "http://127.0.0.1:9", World(), api)]
    assert "Slack can't be reached" in away[0].sentence


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bot_token": Secret("x")}, "signing_secret_file"),
        ({"mode": "socket", "bot_token": Secret("x")}, "app_token_file"),
        ({"client_id": "1.2", "signing_secret": Secret("x")}, "client_secret_file, team_ids"),
        ({"client_id": "1.2", "bot_token": Secret("x"), "signing_secret": Secret("x")}, "both bot_token and client_id"),
        ({"team_ids": ["contoso"]}, "team_ids"),
    ],
)
def test_half_a_configuration_is_told(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        SlackSection(**given)
