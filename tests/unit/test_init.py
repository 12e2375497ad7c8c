"""`unlatch init` writes a settings file that can be read, with its key ring beside it, and never writes over anything."""

from pathlib import Path

import pytest

from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.settings.init import RING, begin, document, questions, write
from bot.settings.source import load


def defaults() -> dict[str, str]:
    return {question.setting: question.default for question in questions()}


def test_there_are_at_most_eight_questions() -> None:
    assert len(questions()) <= 8


def test_the_defaults_alone_make_settings_that_can_be_read(tmp_path: Path) -> None:
    config = tmp_path / "unlatch.toml"
    ring = write(config, defaults())
    settings = load(config)
    assert settings.base_url.startswith("https://")
    assert settings.keys.ring_file == ring == tmp_path / RING
    assert Keys.load(ring).current.startswith("k1-")
    assert (ring.stat().st_mode & 0o777, config.stat().st_mode & 0o077 & 0o007) == (0o600, 0)
    assert (tmp_path / "data").is_dir()
    assert settings.database == f"sqlite:///{tmp_path}/data/unlatch.sqlite3"


def test_answers_come_back_as_they_were_given(tmp_path: Path) -> None:
    config = tmp_path / "unlatch.toml"
    given = {
        "base_url": "https://Unlatch.Example.com/",
        "company": 'Bäcker "Süß" & Söhne \\ 🥐',
        "languages": "de, en",
        "database": "postgresql://unlatch@db/unlatch",
        "roles.admin": "Admins",
        "smtp.host": "mail.example.com",
        "smtp.from": "it@example.com",
    }
    write(config, given)
    settings = load(config)
    assert settings.base_url == "https://unlatch.example.com"
    assert settings.company == given["company"]
    assert settings.languages == ("de", "en")
    assert (settings.roles.admin, settings.roles.helpdesk) == ("Admins", "")
    assert (settings.smtp.host, settings.smtp.sender) == ("mail.example.com", "it@example.com")
    assert not (tmp_path / "data").exists()


def test_an_answer_that_is_no_setting_leaves_nothing_behind(tmp_path: Path) -> None:
    for bad in ({"base_url": "unlatch"}, {"languages": "xx"}, {"database": "postgresql://u:pw@db/u"}, {"company": "a\x7fb"}):
        with pytest.raises(OperatorError, match="answers"):
            write(tmp_path / "unlatch.toml", {**defaults(), **bad})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["unlatch.toml", RING])
def test_nothing_is_written_over(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    for use in (begin, lambda config: write(config, defaults())):
        with pytest.raises(OperatorError, match="never written over"):
            use(tmp_path / "unlatch.toml")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {there: "mine"}


def test_a_folder_that_is_not_there_is_said_kindly(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="make it first"):
        begin(tmp_path / "nowhere" / "unlatch.toml")


def test_no_secret_is_asked_for_and_the_file_says_where_it_goes() -> None:
    assert not [question for question in questions() if "password" in question.setting]
    assert "password_file" in document({"smtp.host": "mail"})
