"""Nobody stays the same nobody."""

from pathlib import Path

from bot.identity.decoys import decoy
from bot.platform.keyring import Keys


def test_a_name_that_nobody_has_is_the_same_nobody_after_a_rotation(tmp_path: Path) -> None:
    keys = Keys.create(tmp_path / "ring.json")
    before = decoy(keys, "ghost")
    assert decoy(Keys.rotate(tmp_path / "ring.json"), "Ghost ") == before
    assert decoy(keys, "spook") != before
