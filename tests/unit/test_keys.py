"""The key ring seals, signs and rotates, and is kind about a file that isn't as it should be."""

import json
from pathlib import Path

import pytest

from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys, Tampered, UnknownKey


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ring.json"


@pytest.fixture
def keys(path: Path) -> Keys:
    return Keys.create(path)


def test_what_is_sealed_opens_again_under_its_own_row_only(keys: Keys) -> None:
    sealed = keys.seal("method:1", b"JBSWY3DP")
    assert keys.open("method:1", sealed) == b"JBSWY3DP"
    assert b"JBSWY3DP" not in sealed
    with pytest.raises(Tampered):
        keys.open("method:2", sealed)


def test_the_same_plain_text_never_seals_to_the_same_bytes(keys: Keys) -> None:
    assert keys.seal("row", b"x") != keys.seal("row", b"x")


def test_every_changed_byte_of_a_sealed_row_is_noticed(keys: Keys) -> None:
    sealed = keys.seal("row", b"plain")
    for position in range(len(sealed)):
        changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises((Tampered, UnknownKey)):
            keys.open("row", changed)


@pytest.mark.parametrize("length", [0, 1, 5, 20])
def test_a_sealed_row_cut_short_is_noticed(keys: Keys, length: int) -> None:
    with pytest.raises((Tampered, UnknownKey)):
        keys.open("row", keys.seal("row", b"plain")[:length])


def test_an_empty_text_can_be_sealed(keys: Keys) -> None:
    assert keys.open("row", keys.seal("row", b"")) == b""


def test_a_signature_holds_for_its_purpose_and_text_only(keys: Keys) -> None:
    mac = keys.sign("grant", "ana reset")
    assert len(mac) == 32
    assert keys.signed("grant", "ana reset", mac)
    assert not keys.signed("proof", "ana reset", mac)
    assert not keys.signed("grant", "ben reset", mac)


@pytest.mark.parametrize("mac", ["", "0" * 32, "ä" * 32, "\udc80", "0" * 64])
def test_a_made_up_signature_is_refused_without_a_fault(keys: Keys, mac: str) -> None:
    assert not keys.signed("grant", "ana reset", mac)


def test_sealing_and_signing_use_different_subkeys_for_every_purpose(keys: Keys) -> None:
    assert len({keys.mac(purpose, "text") for purpose in ("seal", "grant", "proof", "link")}) == 4


def test_two_rings_have_nothing_in_common(keys: Keys, tmp_path: Path) -> None:
    other = Keys.create(tmp_path / "other.json")
    assert other.mac("grant", "text") != keys.mac("grant", "text")
    with pytest.raises(UnknownKey):
        other.open("row", keys.seal("row", b"plain"))


def test_a_ring_loaded_again_knows_what_it_sealed_and_signed(keys: Keys, path: Path) -> None:
    again = Keys.load(path)
    assert again.open("row", keys.seal("row", b"plain")) == b"plain"
    assert again.mac("link", "text") == keys.mac("link", "text")


def test_after_a_rotation_the_old_opens_and_the_new_seals(keys: Keys, path: Path) -> None:
    sealed, mac, before = keys.seal("row", b"plain"), keys.sign("grant", "text"), keys.mac("code", "text")
    rotated = Keys.rotate(path)
    assert rotated.open("row", sealed) == b"plain"
    assert rotated.signed("grant", "text", mac)
    assert rotated.mac("code", "text") != before
    assert rotated.macs("code", "text") == (rotated.mac("code", "text"), before)
    assert not rotated.sealed_with_current(sealed)
    assert rotated.sealed_with_current(rotated.seal("row", b"plain"))


def test_a_ring_in_use_notices_a_rotation_when_it_meets_the_new_key(keys: Keys, path: Path) -> None:
    other = Keys.load(path)
    rotated = Keys.rotate(path)
    assert keys.open("row", rotated.seal("row", b"plain")) == b"plain"
    assert keys.current == rotated.current
    assert other.signed("grant", "text", rotated.sign("grant", "text"))
    last = Keys.rotate(path)
    assert last.mac("code", "text") in other.macs("code", "text")


def test_a_ring_in_use_goes_on_when_its_file_is_gone(keys: Keys, path: Path) -> None:
    sealed, mac = keys.seal("row", b"plain"), keys.sign("grant", "text")
    path.unlink()
    assert keys.open("row", sealed) == b"plain"
    assert keys.signed("grant", "text", mac)


def test_many_rotations_lose_no_key(keys: Keys, path: Path) -> None:
    sealed = [keys.seal("row", b"0")] + [Keys.rotate(path).seal("row", b"0") for _ in range(5)]
    assert [Keys.load(path).open("row", one) for one in sealed] == [b"0"] * 6


def test_the_file_belongs_to_nobody_else(keys: Keys, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    Keys.rotate(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["ring.json"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_ring_that_others_may_touch_is_not_loaded(keys: Keys, path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(OperatorError, match="chmod 600"):
        Keys.load(path)


def test_a_ring_is_never_written_over(keys: Keys, path: Path) -> None:
    content = path.read_bytes()
    with pytest.raises(OperatorError, match="there already"):
        Keys.create(path)
    assert path.read_bytes() == content


def test_two_changes_at_once_are_refused_instead_of_losing_a_key(keys: Keys, path: Path) -> None:
    path.with_name("ring.json.new").touch()
    with pytest.raises(OperatorError, match="right now"):
        Keys.rotate(path)


def test_a_ring_that_is_not_there_is_said_kindly(path: Path) -> None:
    for use in (Keys.load, Keys.rotate):
        with pytest.raises(OperatorError, match="unlatch init"):
            use(path)
    with pytest.raises(OperatorError, match="can't be written"):
        Keys.create(path / "nowhere" / "ring.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{}",
        json.dumps({"current": "k1", "keys": {}}),
        json.dumps({"current": "k1", "keys": ["k1"]}),
        json.dumps({"current": "k1", "keys": {"k1": "zz"}}),
        json.dumps({"current": "k1", "keys": {"k1": 7}}),
        json.dumps({"current": "k1", "keys": {"k1": "00"}}),
    ],
)
def test_a_file_that_is_no_ring_is_said_kindly_and_without_its_content(path: Path, content: str) -> None:
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(OperatorError, match="backup") as caught:
        Keys.load(path)
    assert caught.value.__cause__ is None


def test_a_ring_shows_no_key(keys: Keys, path: Path) -> None:
    secret = next(iter(json.loads(path.read_text())["keys"].values()))
    assert secret not in repr(keys)
