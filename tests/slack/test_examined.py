"""The doctor at Slack, the manifest, the settings, and links by file: each finding with its remedy, each mistake with its mend."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack.examined import clock, examined, scopes
from adapters.slack.manifest import manifest
from adapters.slack.scopes import EVENTS, SCOPES
from bot.doctor.finding import Level
from bot.secret import Secret
from bot.settings_chats import SlackSection
from bot.world import World
from tests.house.tree import ROOT
from tests.kit.commands import Run
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


@pytest.mark.parametrize("words", [("--url", "ftp://x"), ("--url", URL, "--name", "x" * 36), ("--url", URL + "/path")])
def test_a_bad_address_or_name_is_told(words: tuple[str, ...]) -> None:
    code, out, err = unlatch("manifest", "slack", *words)
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account,subject\n", "first line"),
        ("chat,account,subject\nslack,ana@contoso.example,corp:1\n", "line 2: needs immutable ids"),
        ("chat,account,subject\nslack,T1/U1\n", "line 2: needs immutable ids"),
        ("chat,account,subject\nslack,T1/U1,ana\n", "line 2: needs immutable ids"),
    ],
)
def test_links_by_file_take_immutable_ids_alone(run: Run, text: str, said: str) -> None:
    Path("links.csv").write_text(text)
    code, _, err = run("links", "import", "links.csv")
    assert (code, said in err) == (2, True)
