"""Wer Deutsch spricht, wird auf Deutsch geholfen: who speaks German is helped in German."""

import pytest

from tests.kit.attackers import two_codes
from tests.kit.kinds import TOTP
from tests.kit.people import Browser, Talker, Terminal, WebChat
from tests.kit.residents import GOOD
from tests.kit.town import Town


@pytest.mark.parametrize("kind", [Terminal, WebChat], ids=["terminal", "demo"])
async def test_lena_says_it_in_german_and_reads_german_everywhere(town: Town, kind: type[Terminal] | type[WebChat]) -> None:
    lena: Talker = kind(town, "lena", "de")
    await lena.says("Ich habe mein Passwort vergessen")
    assert "Öffnen" in await lena.hears()
    page = Browser(town, language="de")
    landing = await page.get(await lena.link())
    assert '<html lang="de"' in landing.text
    await page.lands(await lena.link(), "Authenticator-App")
    await page.types(await town.code("lena", TOTP))
    await page.picks("Ich brauche ein neues Kennwort")
    assert "Wählen" in await page.reads()
    await page.types(GOOD)
    assert await page.at() == "reset.done"
    said, shown = town.app.words.prompt("reset.done", (), "de"), await page.reads()
    assert [part for part in ("Erledigt: ", said.title, said.body) if part not in shown] == []
    await town.settle()
    texts = [m.text for m in (await town.app.demo().inbox("lena")).messages]
    assert texts
    assert all("Kennwort" in text for text in texts)


async def test_words_to_stop_work_in_german_too(town: Town) -> None:
    lena = Terminal(town, "lena", "de")
    await lena.says("Mein Konto ist gesperrt")
    assert (await lena.at()).startswith(("verify.", "method."))
    await lena.says("abbrechen")
    assert await lena.at() == "engine.cancel"


async def test_the_portal_speaks_the_browsers_language(town: Town) -> None:
    page = Browser(town, language="de-AT,en;q=0.5")
    assert '<html lang="de"' in (await page.get("/start")).text
    await page.starts("reset")
    assert '<html lang="de"' in await page.reads()
    await page.types("lena")
    await page.picks("Authenticator-App")
    await two_codes(town, page, "lena")
    assert await page.at() == "reset.locked"
