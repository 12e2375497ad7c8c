"""The commands about what is kept: the audit is verified and exported, keys rotate, a policy is shown and applied."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.audit.chain import GENESIS, AuditEntry, chained, exported
from bot.audit.checkpoints import append, checkpoint
from bot.model.facts import Audited
from bot.platform.dead_letters import DeadLetter
from bot.platform.errors import Unavailable
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Queue
from bot.platform.keyring import Keys
from bot.settings.settings import Settings
from tests.kit.commands import Run, Whole, stand_in


@pytest.fixture
def chain(whole: Whole) -> list[AuditEntry]:
    async def filled() -> list[AuditEntry]:
        for number in range(3):
            await whole.audit.write(Audited("account:password:reset:changed", f"town:{number}"))
        return whole.audit.rows_

    return asyncio.run(filled())


def test_verify_is_content_with_a_whole_chain_and_its_checkpoints(run: Run, whole: Whole, chain: list[AuditEntry]) -> None:
    assert run("audit", "verify")[:2] == (0, "3 rows, 0 checkpoints: nothing was changed, taken out, moved or cut.\n")
    append(whole.settings.checkpoints, checkpoint(3, chain[2].hash, 60.0, Keys.load(whole.settings.keys.ring_file)))
    assert "3 rows, 1 checkpoints" in run("audit", "verify")[1]
    assert whole.done == ["built", "closed", "built", "closed"]


def test_verify_finds_a_cut_tail_by_a_checkpoint_elsewhere(run: Run, whole: Whole, chain: list[AuditEntry]) -> None:
    append(Path("kept"), checkpoint(3, chain.pop().hash, 60.0, Keys.load(whole.settings.keys.ring_file)))
    assert run("audit", "verify")[0] == 0
    code, out, _ = run("audit", "verify", "--checkpoints", "kept")
    assert (code, "counted 3 rows, there are 2" in out) == (1, True)


def test_verify_finds_a_missing_row_and_a_checkpoint_that_nobody_signed(run: Run, whole: Whole, chain: list[AuditEntry]) -> None:
    del chain[1]
    append(whole.settings.checkpoints, checkpoint(9, "aa", 60.0, Keys.create(Path("other.json"))))
    code, out, _ = run("audit", "verify")
    assert code == 1
    assert "line 1: not a checkpoint that was signed by this key ring" in out
    assert "Row 2: it and all others before row 3 are missing." in out
    assert "counted 9" not in out


def test_checkpoints_that_were_named_and_are_not_there_are_wrong_use(run: Run, whole: Whole) -> None:
    code, _, err = run("audit", "verify", "--checkpoints", "nowhere")
    assert (code, "can't be read from nowhere" in err) == (2, True)


def test_an_export_is_audited_and_can_be_verified_without_the_database(run: Run, whole: Whole, chain: list[AuditEntry]) -> None:
    code, out, _ = run("audit", "export")
    assert (code, [json.loads(line)["tag"] for line in out.splitlines()][-1]) == (0, "operator:audit:exported")
    Path("audit.jsonl").write_text(out)
    whole.done.clear()
    assert "4 rows" in run("audit", "verify", "audit.jsonl")[1]
    assert whole.done == []
    Path("audit.jsonl").write_text(out.replace("town:1", "town:9"))
    assert run("audit", "verify", "audit.jsonl")[:2] == (1, "Row 2: its content isn't what was written.\n")


def test_a_file_that_is_no_export_is_wrong_use(run: Run, whole: Whole) -> None:
    row = chained(GENESIS, 1, 0, "a:b:c", "x", ())
    Path("audit.jsonl").write_text(f"{exported(row)}\nnonsense\n")
    for name, said in (("audit.jsonl", "line 2"), ("nowhere", "can't be read")):
        code, _, err = run("audit", "verify", name)
        assert (code, said in err) == (2, True)


def test_rotating_adds_a_key_seals_everything_with_it_and_is_audited(run: Run, whole: Whole) -> None:
    before = Keys.load(whole.settings.keys.ring_file)
    sealed = before.seal("row", b"plain")
    code, out, _ = run("keys", "rotate")
    after = Keys.load(whole.settings.keys.ring_file)
    assert (code, after.open("row", sealed)) == (0, b"plain")
    assert after.current == whole.ring
    assert f"{after.current} is the current key now, and 7 rows" in out
    assert [row.tag for row in whole.audit.rows_] == ["operator:keys:rotated"]


def test_a_database_that_can_not_be_reached_costs_no_key(run: Run, whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_settings: Settings) -> Whole:
        raise Unavailable("ConnectionRefusedError")

    stand_in(monkeypatch, "app", build=away)
    ring = whole.settings.keys.ring_file.read_text()
    code, _, err = run("keys", "rotate")
    assert (code, err) == (2, "The database can't be reached (ConnectionRefusedError); `unlatch doctor` looks closer.\n")
    assert whole.settings.keys.ring_file.read_text() == ring


def test_a_database_that_is_not_there_is_said_kindly_and_not_made(run: Run, whole: Whole) -> None:
    Path("unlatch.toml").write_text('base_url = "https://u.example.com"\n[directories.main]\nkind = "embedded"\n')
    Path("data/unlatch.sqlite3").unlink()
    for words in (("audit", "verify"), ("keys", "rotate"), ("policy", "show")):
        code, _, err = run(*words)
        assert (code, "`unlatch migrate` makes it" in err) == (2, True)
    assert whole.done == []


def test_the_policy_that_is_shown_can_be_applied(run: Run, whole: Whole) -> None:
    shown = run("policy", "show")[1]
    assert shown.startswith("# The defaults")
    Path("policy.toml").write_text(shown.replace("groups = []", 'groups = ["SSPR-Users"]'))
    assert run("policy", "check", "policy.toml")[:2] == (0, "policy.toml can be applied.\n")
    assert whole.versions.kept == []
    code, out, _ = run("policy", "apply", "policy.toml", "--yes")
    assert (code, out.startswith('scope.groups: [] → ["SSPR-Users"]\n\nCould help')) == (0, True)
    assert out.endswith("\n\nVersion 1 is in force.\n")
    assert json.loads(whole.versions.kept[0])["scope"]["groups"] == ["SSPR-Users"]
    assert run("policy", "show")[1].startswith("# version 1\n")


def test_the_threat_level_is_one_command_and_one_version_more(run: Run, whole: Whole) -> None:
    assert run("policy", "threat", "raised")[0] == 2  # nothing is in force yet
    Path("policy.toml").write_text('[scope]\nstate = "all"\n[[groups]]\ngroup = "Finance"\nrequired = 2\n')
    run("policy", "apply", "policy.toml", "--yes")
    assert run("policy", "threat", "raised")[:2] == (0, "The threat level is raised; version 2 is in force.\n")
    kept = json.loads(whole.versions.kept[-1])
    assert (kept["threat"], [group["group"] for group in kept["groups"]]) == ("raised", ["Finance"])
    assert run("policy", "threat", "raised")[1] == "The threat level is raised already.\n"
    assert run("policy", "threat", "red")[0] == 2
    assert "groups, Finance" in run("policy", "lint", "policy.toml", "--profile", "nist-aal2")[1]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.toml", "[scope]\nstate = 'everybody'", "scope.state is one of"),
        ("p.toml", "[scop]\n", "not known"),
        ("p.toml", "nonsense", "neither TOML nor JSON"),
        ("p.json", "[]", "is a section with keys"),
        ("p.json", "{", "neither TOML nor JSON"),
        ("nowhere", None, "can't be read"),
    ],
    ids=range(6),
)
def test_a_policy_that_can_not_be_is_wrong_use(run: Run, whole: Whole, name: str, text: str | None, said: str) -> None:
    if text is not None:
        Path(name).write_text(text)
    for command in ("check", "apply"):
        code, _, err = run("policy", command, name)
        assert (code, said in err) == (2, True)
    assert whole.versions.kept == []


def test_somebody_who_was_faster_is_said_kindly(run: Run, whole: Whole) -> None:
    whole.versions.faster = True
    Path("p.toml").write_text("[scope]\nstate = 'all'\n")
    code, _, err = run("policy", "apply", "p.toml", "--yes")
    assert (code, "Somebody else" in err) == (2, True)


def test_letters_that_never_got_there_are_listed_and_sent_again_by_their_number(run: Run, whole: Whole) -> None:
    assert run("letters", "list")[:2] == (0, "Every message got there, or is on its way.\n")
    whole.dead.append(DeadLetter(7, "notice", Queue.MAIL, SubjectId("town:ana"), "undelivered.address", 1, 0.0, 60.0))
    said = "7  1970-01-01 00:01 UTC  notice (mail)  town:ana  undelivered.address, 1 tries\n"
    assert run("letters", "list")[:2] == (0, said)
    assert run("letters", "send-again", "7")[:2] == (0, "On their way again: 1.\n")
    code, out, err = run("letters", "send-again", "7", "8")
    assert (code, out, "is kept: 8" in err) == (2, "On their way again: 1.\n", True)
