"""ST18, ST22, ST23: names, typed or from the directory, are data wherever they go: database, pages, mails, log."""

import json
import time

import pytest
import structlog
from structlog.testing import capture_logs

from adapters.messengers.smtp import Smtp
from bot.directory.administration import NewAccount
from bot.identity.people import People
from bot.identity.registered import Registered
from bot.language.intent import understood
from bot.messaging.messenger import Message
from bot.platform.ids import MethodId, SubjectId
from bot.platform.process import log_to_stderr
from bot.platform.secret import Secret
from store.directory_admin import AdministeredDirectory
from tests.kit import plain_sql
from tests.kit.attackers import by_hand, count, opened, stranger
from tests.kit.kinds import EMAIL, TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town, quick

NASTY = "Eve\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script> {company} {0.__class__} <!channel> \x1b[31m"
TYPED = [
    "ana' OR '1'='1", "ana'; DROP TABLE window; --", "%", "_na", "an*", "*)(objectClass=*", "ana\\", "ana\u200b", "ａｎａ", "аna",
    "ana\r\nBcc: x", "\ud800", "{company}", "${jndi:ldap://x}", "../ana", "ana@contoso.example.evil.example", "\u202eana", "a" * 120,
    "decoy:0", "contoso:1",
]  # fmt: skip


async def eve(town: Town) -> SubjectId:
    """Somebody whose name is an attack."""
    admin = AdministeredDirectory("contoso", town.app.store.database, town.world, quick(town.world))
    subject = await admin.create(NewAccount("eve", NASTY, Secret(OLD), mail="eve@contoso.example", changed_at=1.0))
    for kind, secret in ((TOTP, "A" * 32), (EMAIL, "<b>e</b>@<i>.example")):
        method = Registered(MethodId(town.world.id("method")), subject, kind, Secret(secret), 0.0, 0.0)
        await town.app.store.records.register(method)
    return subject


@pytest.mark.parametrize("name", TYPED)
async def test_st18_a_typed_name_finds_itself_or_nobody(town: Town, name: str) -> None:
    windows = count(town, "window")
    chat = Terminal(town, None)
    await chat.says("I forgot my password")
    await chat.says(name)
    assert await chat.at() == "page.open"
    assert count(town, "window") == windows + 2
    step = by_hand(town, "select step from conversation")[-1][0]
    assert json.loads(step)["caller"]["subject"].startswith("decoy:")


@pytest.mark.parametrize("name", ["a" * 121, "x" * 1025, "y" * 60_000])
async def test_a_name_too_long_is_asked_for_again(town: Town, name: str) -> None:
    page = await stranger(town, name)
    assert (page.last.status, await page.at()) == (422, "find.self")


async def test_a_body_without_end_is_refused(town: Town) -> None:
    page = await stranger(town, "ana")
    assert (await page.types("z" * 70_000)).status == 413


async def test_st23_a_name_from_the_directory_is_text_on_every_page(town: Town) -> None:
    await eve(town)
    demo = await Browser(town).get("/?as=eve")
    assert demo.status == 200
    raw = await town.web.get("/?as=eve", headers={"Host": "localhost:8400"})
    assert "<script>alert" not in await raw.text()
    _, page = await opened(town, "eve", "E-mail")
    raw = await town.web.get(f"/p/{page.window}", headers={"Host": "localhost:8400", "Cookie": f"browser={page.cookie}"})
    assert "<b>" not in await raw.text()
    assert "<i>" not in await raw.text()


async def test_st22_a_name_adds_no_header_and_fills_no_blank_of_a_mail(town: Town) -> None:
    await eve(town)
    _, page = await opened(town, "eve")
    await page.types(await town.code("eve", TOTP))
    await page.types(GOOD)
    assert await page.at() == "reset.done"
    await town.settle()
    notices = [m for m in (await town.app.demo().inbox("eve")).messages if m.to == "eve@contoso.example"]
    assert notices
    for notice in notices:
        message = Message("n1", Secret(notice.to), f"{notice.subject} {NASTY}", Secret(notice.text + NASTY))
        mail = Smtp("127.0.0.1", 25, "Unlatch <unlatch@contoso.example>")._mail(message)
        assert "Bcc" not in mail
        assert mail["To"] == "eve@contoso.example"
        assert sorted(k.lower() for k in mail if k.lower() in {"from", "to", "subject", "bcc", "cc"}) == ["from", "subject", "to"]
        assert "Contoso Demo {0" not in notice.text


async def test_a_line_of_the_log_stays_one_line(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr()

    async def broken(_self: People, typed: str) -> SubjectId:
        raise ValueError(f'{typed}\n{{"level": "info", "event": "account:reset:changed"}}')

    monkeypatch.setattr(People, "visitor", broken)
    page = await stranger(town, 'x"} {"event": "forged"}')
    structlog.reset_defaults()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines if line["level"] == "error"][:1] == ["engine.fault"]
    assert not [line for line in lines if line["event"] in {"forged", "account:reset:changed"}]
    assert (await page.view()).notice is not None


@pytest.mark.parametrize("word", ["weiss ", "reset my password ", "a", "password"])
def test_a_long_text_costs_a_chat_nothing(word: str) -> None:
    begun = time.process_time()
    understood(word * (60_000 // len(word)))
    assert time.process_time() - begun < 4


async def test_a_name_that_nobody_has_is_kept_nowhere_but_as_its_mac(town: Town) -> None:
    """Strangers type passwords and other people's addresses into that field, too."""
    typed = "Zz-Nobody-9f3c@elsewhere.example"
    with capture_logs() as logged:
        page = await stranger(town, typed)
        await page.types("000001")
        chat = Terminal(town, None)
        await chat.says("I forgot my password")
        await chat.says(typed)
        await town.passes(901)
        await town.app.store.sweep()
    kept = plain_sql.everything(town.settings.database)
    assert "decoy:" in kept
    assert "zz-nobody-9f3c" not in f"{kept} {logged} {await town.audit()}".casefold()
