"""Settings come from file, environment and secret files; whatever is wrong stops the start with a sentence that names the mend."""

import os
from pathlib import Path

import pytest

from bot.platform.errors import OperatorError
from bot.settings.demo import demo_settings, prepared_demo
from bot.settings.settings import Settings
from bot.settings.source import load, resolve, unknown_variables
from bot.settings.table import KnownSetting, known, table
from tests.house.tree import ROOT

GOOD = 'base_url = "https://unlatch.example.com"\n[directories.main]\nkind = "embedded"\n'
HOT = "sesame-open"  # a secret that must never be shown


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("UNLATCH_")]:
        monkeypatch.delenv(name)


def written(text: str, folder: Path | None = None) -> Path:
    file = (folder or Path.cwd()) / "unlatch.toml"
    file.write_text(text, encoding="utf-8")
    return file


def wrong(text: str) -> str:
    with pytest.raises(OperatorError) as caught:
        load(written(text))
    assert HOT not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return str(caught.value)


def test_two_lines_are_enough_and_the_rest_is_careful() -> None:
    settings = load(written(GOOD))
    assert settings.base_url == "https://unlatch.example.com"
    assert (settings.host, settings.metrics.host) == ("127.0.0.1", "127.0.0.1")
    assert (settings.port, settings.metrics.port) == (8400, 8401)
    assert list(settings.directories) == ["main"]


def test_relative_paths_start_at_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    settings = load(written(GOOD + '[policy]\nfile = "policy.toml"\n', tmp_path / "etc"))
    assert settings.keys.ring_file == tmp_path / "etc/unlatch.keys"
    assert settings.policy.file == tmp_path / "etc/policy.toml"
    assert settings.database == f"sqlite:///{tmp_path}/etc/data/unlatch.sqlite3"
    assert settings.checkpoints == tmp_path / "etc/audit.checkpoints"
    absolute = load(written('database = "sqlite:////srv/u.sqlite3"\n' + GOOD + '[audit]\ncheckpoints = "/mnt/audit"\n'))
    assert (absolute.database, absolute.checkpoints) == ("sqlite:////srv/u.sqlite3", Path("/mnt/audit"))


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PORT": "9000",
        "LANGUAGES": "de, en",
        "ROLES_ADMIN": "CN=Admins,OU=Groups",
        "SMTP_FROM": "it@example.com",
        "DIRECTORIES_BRANCH_KIND": "embedded",
        "COMPANY": "",
    }.items():
        monkeypatch.setenv(f"UNLATCH_{name}", value)
    settings = load(written('port = 1\ncompany = "Contoso"\n' + GOOD + '[smtp]\nhost = "mail"\nfrom = "x@example.com"\n'))
    assert (settings.port, settings.languages, settings.company) == (9000, ("de", "en"), "Contoso")
    assert settings.roles.admin == "CN=Admins,OU=Groups"
    assert (settings.smtp.host, settings.smtp.sender) == ("mail", "it@example.com")
    assert sorted(settings.directories) == ["branch", "main"]


@pytest.mark.parametrize("one", list(known()), ids=lambda one: one.variable)
def test_every_setting_of_the_table_is_read_from_its_variable(one: KnownSetting, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen()
    monkeypatch.setenv(one.variable.replace("NAME", "MAIN"), "impossible value")
    assert seen() != before


def seen() -> str:
    try:
        return str(load(written(GOOD)))
    except OperatorError as mend:
        return str(mend)


def test_secrets_come_from_the_environment_before_their_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pw").write_text(f"{HOT}\n")
    file = written(GOOD + '[smtp]\npassword_file = "pw"\n')
    password = load(file).smtp.password
    assert password is not None
    assert password.reveal() == HOT
    monkeypatch.setenv("UNLATCH_SMTP_PASSWORD", "other")
    password = load(file).smtp.password
    assert password is not None
    assert password.reveal() == "other"


def test_the_database_password_is_put_into_its_address_and_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_DATABASE_PASSWORD", "p@ss/word")
    settings = load(written('database = "postgresql://unlatch@db:5432/unlatch"\n' + GOOD))
    assert settings.connection().reveal() == "postgresql://unlatch:p%40ss%2Fword@db:5432/unlatch"
    assert "p@ss" not in repr(settings)
    assert "p%40ss" not in repr(settings)


def test_a_literal_secret_stops_the_start_and_the_mend_is_named() -> None:
    said = wrong(GOOD + f'[smtp]\npassword = "{HOT}"\n')
    assert "[smtp] password is a secret" in said
    assert "password_file" in said
    assert "UNLATCH_SMTP_PASSWORD" in said
    assert "database_password_file" in wrong(f'database_password = "{HOT}"\n' + GOOD)
    for url in (f"postgresql://u:{HOT}@db/u", f"postgresql://u@db/u?password={HOT}"):
        assert "UNLATCH_DATABASE_PASSWORD" in wrong(f'database = "{url}"\n' + GOOD)


def test_an_unknown_key_stops_the_start_and_the_one_that_was_meant_is_named() -> None:
    assert "[smtp] hots isn't a setting; did you mean host?" in wrong(GOOD + f'[smtp]\nhots = "{HOT}"\n')
    assert "compnay isn't a setting; did you mean company?" in wrong('compnay = "x"\n' + GOOD)
    assert "stmp isn't a setting; did you mean smtp?" in wrong(GOOD + '[stmp]\nhost = "x"\n')
    assert "[directories.main] kid isn't a setting; did you mean kind?" in wrong(GOOD + 'kid = "x"\n')
    assert "docs/settings.md lists all there are" in wrong('zzz = "x"\n' + GOOD)


def test_an_unknown_variable_of_a_known_section_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_SMTP_HOTS", HOT)
    assert "UNLATCH_SMTP_HOTS: [smtp] hots isn't a setting" in wrong(GOOD)


def test_what_the_environment_got_wrong_is_said_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_PORT", "tcp://10.0.0.1:8400")
    assert wrong(GOOD).startswith("UNLATCH_PORT: port: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "base_url is missing"),
        ('base_url = "https://u.example.com"', "there is no directory"),
        ('base_url = "https://u.example.com"\n[directories]', "at least one"),
        ('base_url = "https://u.example.com"\n[directories.main]', "[directories.main] kind is missing"),
        (GOOD.replace("embedded", "novell"), '"novell" is no kind of directory that this version knows'),
        (GOOD.replace("main", "decoy"), "can't be a directory's name"),
        (GOOD.replace("main", '"a:b"'), "can't be a directory's name"),
        (GOOD.replace("https://", "ftp://"), "has to be an address"),
        (GOOD.replace("example.com", "example.com/path"), "without a path"),
        (GOOD.replace("https://", "https://user:pw@"), "has to be an address"),
        ("base_url = 7\n[directories.main]\nkind = 'embedded'", "base_url"),
        ("port = 70000\n" + GOOD, "port"),
        ('port = "x"\n' + GOOD, "port"),
        ('database = "mysql://x"\n' + GOOD, "sqlite:/// or postgresql://"),
        ("database = 7\n" + GOOD, "database"),
        ('languages = ["xx"]\n' + GOOD, "isn't spoken here; there is en, de"),
        ("languages = []\n" + GOOD, "languages"),
        ('keys = "x"\n' + GOOD, "keys"),
        ("[[smtp]]\n" + GOOD, "smtp"),
        ("directories = 7\nbase_url = 'https://x.example.com'", "directories"),
        (GOOD + '[smtp]\npassword_file = "nowhere"', "the secret can't be read from"),
        ("base_url", "isn't TOML"),
        ("a = 1\na = 2", "isn't TOML"),
    ],
    ids=range(23),
)
def test_whatever_is_wrong_is_one_kind_sentence_a_line(text: str, said: str) -> None:
    lines = wrong(text).splitlines()
    assert any(said in line for line in lines)
    assert all(line.endswith(".") for line in lines)


def test_a_file_that_is_no_text_is_said_kindly() -> None:
    Path("unlatch.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(OperatorError, match="UTF-8"):
        load(Path("unlatch.toml"))


def test_the_file_is_looked_for_in_its_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OperatorError, match="unlatch init"):
        resolve()
    written(GOOD)
    assert resolve().company == "Your company"
    other = tmp_path / "other.toml"
    other.write_text('company = "Other"\n' + GOOD)
    monkeypatch.setenv("UNLATCH_CONFIG", str(other))
    assert resolve().company == "Other"
    assert resolve(Path("unlatch.toml")).company == "Your company"
    with pytest.raises(OperatorError, match="no settings file at nowhere"):
        resolve(Path("nowhere"))


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_BASE_URL", "https://unlatch.example.com")
    monkeypatch.setenv("UNLATCH_DIRECTORIES_MAIN_KIND", "embedded")
    assert resolve().directories["main"].kind == "embedded"


def test_settings_can_not_be_changed_once_they_are_read() -> None:
    settings = load(written(GOOD))
    with pytest.raises(ValueError, match="frozen"):
        settings.smtp.host = "other"


def test_the_demo_stays_on_this_machine_and_its_keys_outside_its_data(tmp_path: Path) -> None:
    demo = prepared_demo()
    assert (demo.base_url, demo.host, demo.metrics.host) == ("http://localhost:8400", "127.0.0.1", "127.0.0.1")
    assert demo.database == f"sqlite:///{tmp_path}/data/unlatch.sqlite3"
    assert demo.keys.ring_file == tmp_path / ".unlatch/ring.json"
    assert demo.keys.ring_file.stat().st_mode & 0o777 == 0o600
    assert prepared_demo() == demo


def test_the_demo_listens_to_its_two_variables_and_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_PORT", "8500")
    monkeypatch.setenv("UNLATCH_DATA", "elsewhere/data")
    monkeypatch.setenv("UNLATCH_HOST", "0.0.0.0")
    demo = demo_settings()
    assert (demo.base_url, demo.port, demo.metrics.port, demo.host) == ("http://localhost:8500", 8500, 8501, "127.0.0.1")
    assert demo.keys.ring_file == Path("elsewhere/.unlatch/ring.json").absolute()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "²"])
def test_a_port_that_is_none_is_said_kindly(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_PORT", port)
    with pytest.raises(OperatorError, match="from 1 to 65535"):
        demo_settings()


def test_the_demo_of_this_folder_is_found_without_a_file() -> None:
    demo = prepared_demo()
    with pytest.raises(OperatorError, match="unlatch init"):
        resolve()
    Path("data/unlatch.sqlite3").touch()
    assert resolve() == demo


def test_a_demo_whose_key_ring_is_gone_does_not_begin_with_another() -> None:
    demo = prepared_demo()
    Path("data/unlatch.sqlite3").touch()
    demo.keys.ring_file.unlink()
    with pytest.raises(OperatorError, match=r"Delete .*data to begin anew"):
        prepared_demo()


def test_variables_that_look_like_ours_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNLATCH_SMPT_HOST", "UNLATCH_SERVICE_HOST"):
        monkeypatch.setenv(name, "x")
    for name in ("UNLATCH_SMTP_HOST", "UNLATCH_DIRECTORIES_MAIN_KIND", "UNLATCH_CONFIG", "UNLATCH_DATA"):
        monkeypatch.setenv(name, "x")
    assert unknown_variables() == ["UNLATCH_SERVICE_HOST", "UNLATCH_SMPT_HOST"]


def test_every_setting_says_what_it_is() -> None:
    assert [one.name for one in known() if not one.description.endswith((".", "`"))] == []


def test_the_page_about_settings_holds_the_table_as_it_is() -> None:
    assert table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_settings_made_in_code_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNLATCH_COMPANY", "Elsewhere")
    assert Settings.demo(Path("data")).company == "Contoso Demo"


DC = """base_url = "https://unlatch.example.com"
[directories.corp]
kind = "active-directory"
hosts = ["dc1.corp.example"]
base = "DC=corp,DC=example"
ca_file = "ca.pem"
account = "svc@corp.example"
"""


def test_a_directory_says_what_its_kind_needs_and_what_means_nothing_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OperatorError, match=r"\[directories\] corp: .*active-directory, so it needs password_file too"):
        load(written(DC))
    monkeypatch.setenv("UNLATCH_DIRECTORIES_CORP_PASSWORD", HOT)
    assert load(written(DC)).directories["corp"].hosts == ("dc1.corp.example",)
    with pytest.raises(OperatorError, match="to which tenant_id mean nothing"):
        load(written(DC + 'tenant_id = "x"\n'))
    with pytest.raises(OperatorError, match="isn't LDAPS"):
        load(written(DC.replace("dc1.corp", "ldap://dc1.corp")))
    with pytest.raises(OperatorError, match="unlock mean nothing"):
        load(written(GOOD + "unlock = false\n"))
