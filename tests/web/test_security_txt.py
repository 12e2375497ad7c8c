"""Whoever finds a weakness finds whom to tell, in the form of RFC 9116; where nobody is named there is no such page."""

from datetime import datetime

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from adapters.web.security_txt import SECURITY, security_txt
from bot.platform.clock import World
from tests.web.canned import Canned
from tests.web.serving import serving

MAILBOX, NOW = "mailto:security@contoso.example", 1_800_000_000.0


async def test_it_names_whom_to_tell_and_until_when_that_holds() -> None:
    app = Application()
    app.add_routes(security_txt(MAILBOX, "https://unlatch.contoso.example", ("en", "de"), World(lambda: NOW)))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(SECURITY)
        said = dict(line.split(": ", 1) for line in (await answer.text()).splitlines())
    assert (answer.content_type, answer.charset) == ("text/plain", "utf-8")
    until = datetime.fromisoformat(said.pop("Expires")).timestamp() - NOW
    assert 0 < until < 366 * 86400
    assert said == {
        "Contact": MAILBOX,
        "Preferred-Languages": "en, de",
        "Canonical": f"https://unlatch.contoso.example{SECURITY}",
    }


async def test_it_is_there_where_somebody_is_named_and_not_otherwise() -> None:
    for contact, status in ((MAILBOX, 200), ("", 404)):
        async with serving(Canned(), hooks=security_txt(contact, "http://localhost", ("en",), World())) as client:
            assert (await client.get(SECURITY)).status == status
