"""What an operator has to say for company sign-in, and what the doctor thinks of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.doctor.finding import Finding, Level
from bot.doctor.sign_in import sign_in
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.platform.secret import Secret
from bot.settings.sections import SignInSection
from bot.settings.settings import Settings
from bot.settings.source import load
from tests.kit.stores import Clock
from tests.sign_in.company import Claims, Company

FILE = """
base_url = "https://unlatch.example.com"
[sign_in]
issuer = "https://login.example.com/tenant/"
client_id = "unlatch"
[directories.main]
kind = "embedded"
"""
HOME = "https://unlatch.example.com"


def read(folder: Path, text: str = FILE) -> Settings:
    (folder / "unlatch.toml").write_text(text, encoding="utf-8")
    return load(folder / "unlatch.toml")


def test_an_issuer_and_a_name_are_enough(tmp_path: Path) -> None:
    made = read(tmp_path).sign_in
    assert (made.issuer, made.client_id, made.claim) == ("https://login.example.com/tenant/", "unlatch", "sub")
    assert made.client_secret is None


def test_the_secret_comes_from_a_file_or_the_environment_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OperatorError, match="client_secret is a secret"):
        read(tmp_path, FILE.replace("[directories", 'client_secret = "oops"\n[directories'))
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    filed = read(tmp_path, FILE.replace("[directories", 'client_secret_file = "secret"\n[directories')).sign_in
    assert filed.client_secret and filed.client_secret.equals(Secret("from a file"))
    monkeypatch.setenv("UNLATCH_SIGN_IN_CLIENT_SECRET", "from outside")
    monkeypatch.setenv("UNLATCH_SIGN_IN_CLAIM", "upn")
    outside = read(tmp_path).sign_in
    assert outside.client_secret and outside.client_secret.equals(Secret("from outside")) and outside.claim == "upn"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://login", "http://login", "has to be an https:// address"),
        ("https://login", "https://user@login", "has to be an https:// address"),
        ("/tenant/", "/tenant?x=1", "has to be an https:// address"),
        ('client_id = "unlatch"', "", "so it needs client_id too"),
        ("[directories", 'directory = "other"\n[directories', "directory has to be one of main"),
        ("[directories", '[directories.second]\nkind = "embedded"\n[directories', "directory has to be one of"),
    ],
)
def test_what_is_wrong_stops_the_start_with_a_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(OperatorError, match=said):
        read(tmp_path, FILE.replace(old, new))


@pytest_asyncio.fixture
async def work(clock: Clock) -> AsyncIterator[Company]:
    async with Company(clock).open() as made:
        yield made


async def found(issuer: str, claim: str = "sub", secret: str | None = "s") -> list[Finding]:
    section = SignInSection(issuer=issuer, client_id="unlatch", client_secret=Secret(secret) if secret else None, claim=claim)
    return [finding async for finding in sign_in(section, HOME, Egress())]


async def test_the_doctor_says_which_address_has_to_be_registered(work: Company) -> None:
    findings = await found(work.issuer)
    assert {finding.level for finding in findings} == {Level.OK}
    assert f"{HOME}/sign-in/callback" in findings[-1].sentence
    assert work.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    ("described", "level", "said"),
    [
        ({"issuer": "https://elsewhere.example"}, Level.FAIL, "another issuer"),
        ({"token_endpoint": None}, Level.FAIL, "has no token_endpoint"),
        ({"code_challenge_methods_supported": ["plain"]}, Level.WARN, "PKCE"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, Level.WARN, "RS256"),
        ({"claims_supported": ["email"]}, Level.WARN, "the claim sub"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, Level.WARN, "client_secret_basic"),
    ],
    ids=str,
)
async def test_the_doctor_finds_what_is_wrong(work: Company, described: Claims, level: Level, said: str) -> None:
    work.described = described
    assert [f for f in await found(work.issuer) if f.level is level and said in f.sentence and f.remedy]


async def test_the_doctor_survives_whatever_is_there(work: Company) -> None:
    work.status = 404
    assert [f.level for f in await found(work.issuer)] == [Level.FAIL]
    assert [f.level for f in await found("http://127.0.0.1:9")] == [Level.FAIL]
    assert [f.level for f in await found("")] == [Level.OK]
