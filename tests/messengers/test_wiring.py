"""Twilio is there when it is configured, over a store of real people, and otherwise not even imported."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from adapters.messengers.demo_phone import DemoPhone
from adapters.messengers.twilio.text_messages import TextMessages
from bot.app import App, build, vendors
from bot.doctor.site import demo as told_of_demo
from bot.messaging.messenger import Channel
from bot.platform.errors import OperatorError
from bot.platform.keyring import Keys
from bot.settings.settings import Settings
from bot.settings.source import checked
from store.open import Store
from tests.house.tree import ROOT
from tests.messengers.standin import KEY, ORIGIN, SENDER, SID, section, signed

UNCONFIGURED = """
import asyncio, sys
from pathlib import Path
from bot.app import build, migrate, vendors
from bot.platform.keyring import Keys
from bot.settings.settings import Settings

async def main() -> None:
    settings = Settings.demo(Path("data"))
    settings.keys.ring_file.parent.mkdir()
    Keys.create(settings.keys.ring_file)
    Path("data").mkdir()
    await migrate(settings)
    app = await build(settings)
    app.pages()
    assert [finding async for finding in vendors(settings)] == []
    await app.close()

asyncio.run(main())
print([name for name in sys.modules if name.partition(".")[0] == "twilio"])
"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    plain = Settings.demo(tmp_path / "data").model_dump(exclude={"twilio"})
    return Settings.model_validate({**plain, "base_url": ORIGIN, "database": database_url, "twilio": section()})


@pytest_asyncio.fixture
async def app(settings: Settings, keys: Keys) -> AsyncIterator[App]:
    made = await build(settings, keys=keys)
    yield made
    await made.close()


def test_what_is_not_configured_is_not_imported(tmp_path: Path) -> None:
    command = (sys.executable, "-c", UNCONFIGURED)
    ran = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.returncode) == ("[]\n", 0), ran.stderr


async def test_configured_it_carries_texts_and_hears_what_becomes_of_them(app: App) -> None:
    assert isinstance(app.messengers[Channel.TEXT], TextMessages)
    told = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    path = "/hooks/twilio/status?of=ch-1"
    async with TestClient(TestServer(app.pages())) as client:
        for host, signature, status in (
            ("unlatch.example.com", signed(ORIGIN + path, told), 204),
            ("unlatch.example.com", "", 403),
            ("evil.example", signed(ORIGIN + path, told), 421),
        ):
            headers = {"Host": host, "X-Twilio-Signature": signature}
            async with client.post(path, data=told, headers=headers) as answer:
                assert answer.status == status


async def test_a_demo_store_has_its_own_phone_and_no_hook(settings: Settings, keys: Keys, store: Store) -> None:
    await store.flags.mark_demo()
    app = await build(settings, keys=keys)
    assert isinstance(app.messengers[Channel.TEXT], DemoPhone)
    async with TestClient(TestServer(app.pages())) as client:
        headers = {"Host": "unlatch.example.com"}
        async with client.post("/hooks/twilio/status", data={"MessageStatus": "sent"}, headers=headers) as answer:
            assert answer.status == 404
    await app.close()
    assert "real text messages" in told_of_demo(True, settings).sentence


async def test_the_doctor_asks_nobody_when_nothing_is_configured(settings: Settings) -> None:
    none = settings.model_copy(update={"twilio": type(settings.twilio)()})
    assert [finding async for finding in vendors(none)] == []


def given(**twilio: object) -> dict[str, object]:
    sound = {"account_sid": SID, "api_key_sid": KEY, "api_key_secret_file": "secret", "from": SENDER, "countries": ["DE"]}
    return {
        "base_url": ORIGIN,
        "directories": {"main": {"kind": "embedded"}},
        "twilio": {name: value for name, value in {**sound, "daily_budget": 5, **twilio}.items() if value is not None},
    }


def test_settings_are_read_as_the_readme_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("sesame-open\n")
    monkeypatch.setenv("UNLATCH_TWILIO_COUNTRIES", "DE, AT")
    read = checked(given(), "unlatch.toml", tmp_path).twilio
    assert (read.sender, read.countries, read.daily_budget, read.price) == (SENDER, ("DE", "AT"), 5.0, 0.08)
    assert read.api_key_secret is not None
    assert read.api_key_secret.reveal() == "sesame-open"
    assert "sesame-open" not in repr(read)


@pytest.mark.parametrize(
    ("twilio", "said"),
    [
        ({"countries": None, "daily_budget": None}, "it needs countries, daily_budget too"),
        ({"api_key_secret_file": None}, "it needs api_key_secret_file too"),
        ({"daily_budget": 0}, "it needs daily_budget too"),
        ({"api_key_secret": "sesame-open"}, "[twilio] api_key_secret is a secret"),
        ({"auth_token": "sesame-open"}, "[twilio] auth_token is a secret"),
        ({"account_sid": "SK" + "a" * 32}, "[twilio] account_sid"),
        ({"from": "0151 123"}, "[twilio] from"),
        ({"from": "CONTOSO"}, "[twilio] from"),
        ({"countries": ["Germany"]}, "[twilio] countries"),
        ({"countries": ["de"]}, "[twilio] countries"),
        ({"daily_budget": -1}, "[twilio] daily_budget"),
        ({"price": 0}, "[twilio] price"),
        ({"form": SENDER}, "did you mean from?"),
    ],
    ids=range(13),
)
def test_what_is_wrong_stops_the_start(twilio: dict[str, object], said: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sesame-open\n")
    with pytest.raises(OperatorError) as caught:
        checked(given(**twilio), "unlatch.toml", tmp_path)
    assert said in str(caught.value)
    assert "sesame-open" not in str(caught.value)
