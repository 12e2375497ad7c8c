"""ST17: codes, passwords, keys, addresses and links are in no log, trace, queue, audit or metric, faults included."""

import logging

import pytest
import structlog

from bot.audit.chain import exported
from bot.platform.process import log_to_stderr
from bot.platform.secret import Secret
from store.directory import EmbeddedDirectory
from tests.kit.attackers import MAIL, TEXT, at_code, by_hand, opened, proven
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.people import Terminal
from tests.kit.residents import GOOD
from tests.kit.town import Town

SUSPECT = "Velvet-Compass-47-Thunder"
ADDRESSES = ("ana@home.example", "+1202555")


async def a_busy_day(town: Town) -> list[str]:
    """Everything that has a secret in it. Returns the secrets."""
    chat = Terminal(town, "ana")
    await chat.says("I forgot my password")
    link = (await chat.link()).removeprefix("/l/")
    await chat.says(SUSPECT)  # into the chat, by mistake
    _, page = await opened(town, "ana", MAIL)
    mail = await town.code("ana", EMAIL)
    await page.types(mail)
    await page.picks("Authenticator app") if await page.at() == "verify.how" else None
    app = await town.code("ana", TOTP)
    await page.types(app)
    await page.types("short")
    await page.types(GOOD)
    stranger = await at_code(town, "ben", TEXT)
    await stranger.types(SUSPECT)
    await town.settle()
    keys = [m.secret.reveal() for m in await town.app.store.records.methods(await town.subject("ana")) if m.kind == TOTP]
    return [SUSPECT, GOOD, mail, app, link, page.cookie, *keys, *ADDRESSES]


async def test_st17_no_secret_is_in_queue_audit_metrics_or_log(
    town: Town, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    log_to_stderr()
    secrets = await a_busy_day(town)
    structlog.reset_defaults()
    queue = str(by_hand(town, "select kind, subject, about from job"))
    audit = "\n".join([exported(row) for row in await town.audit()])
    said = capsys.readouterr()
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp.access"))
    for place in (queue, audit, town.app.metrics.text(), said.err, said.out, ours):
        assert not [number for number, secret in enumerate(secrets) if secret in place]


async def test_st17_what_is_queued_names_a_challenge_and_no_code_or_address(town: Town) -> None:
    _, page = await opened(town, "ana", TEXT)
    await page.presses("again")
    (about,) = by_hand(town, "select about from job")[0]
    assert not [address for address in ADDRESSES if address in about]
    await town.settle()
    assert await town.code("ana", SMS) not in about


async def test_st17_a_fault_with_a_password_in_hand_shows_none_of_it(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the wire broke")

    log_to_stderr()
    _, page = await proven(town)
    monkeypatch.setattr(EmbeddedDirectory, "reset", broken)
    await page.types(SUSPECT)
    structlog.reset_defaults()
    said = capsys.readouterr().err
    assert "engine.fault" in said
    assert "the wire broke" in said
    assert SUSPECT not in said
    shown = await page.reads()
    assert "the wire broke" not in shown
    assert SUSPECT not in shown


async def test_st17_metrics_name_nobody(town: Town) -> None:
    await a_busy_day(town)
    text = town.app.metrics.text()
    for id in ("contoso:", "ana", "ben", "challenge-", "grant-", "page-", "decoy"):
        assert id not in text.replace("unlatch", "")


def test_st17_a_secret_has_no_text_by_accident() -> None:
    secret = Secret(SUSPECT)
    assert SUSPECT not in repr({"said": secret})
    for shown in (str, "{}".format, f"{{:>{3}}}".format):
        with pytest.raises(TypeError, match="no text"):
            shown(secret)
