"""Strangers, at the portal and in a terminal without a linked account: every name is treated alike, and nobody gets a grant."""

import re

import pytest

from bot.platform.ids import Kind
from tests.kit.kinds import EMAIL, PASSWORD, SMS, TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.town import Town

NOBODIES = ("nobody", "nora", "olaf", "pia")  # no account; no methods; disabled; protected
GUESS = "271828"


ELSEWHERE = {SMS: "+1 202 555 0143", EMAIL: "somebody@else.example"}


async def walk(town: Town, login: str, wish: str, kind: Kind, destination: str = "") -> list[str]:
    """Everything that somebody sees who knows a name and nothing else; what can't be alike anyway is blotted out."""
    page = Browser(town)
    seen = []
    await page.starts(wish)
    await page.types(login)
    seen.append(await page.reads())
    if kind != PASSWORD:
        await page.picks({TOTP: "Authenticator", SMS: "Text", EMAIL: "E-mail"}[kind])
        seen.append(await page.reads())
    if kind in ELSEWHERE:
        await page.types(destination or ELSEWHERE[kind])
        seen.append(await page.reads())
    await town.settle()
    for _ in range(4):
        await page.types(GUESS if kind != PASSWORD else "Some-Guess-Of-Mine-9")
        seen.append(await page.reads())
    return [re.sub(r"page-[0-9a-f]{32}(\.\d+~[0-9a-f]{32})?", "", text) for text in seen]


@pytest.mark.parametrize(("wish", "kind"), [("reset", TOTP), ("unlock", SMS), ("reset", EMAIL), ("change", PASSWORD)])
async def test_at_the_portal_nobody_and_somebody_look_the_same(town: Town, wish: str, kind: Kind) -> None:
    somebody = await walk(town, "ana", wish, kind)
    assert len(set(somebody)) >= 2
    for login in NOBODIES:
        assert await walk(town, login, wish, kind) == somebody, login
    tags = await town.tags()
    assert not [tag for tag in tags if tag.startswith(("identity:grant", "identity:proof:accepted", "account:"))]


async def test_a_message_goes_only_to_who_is_there(town: Town) -> None:
    number = await town.destination("ben", SMS)
    for login in (*NOBODIES, "ben"):
        await walk(town, login, "unlock", SMS, number)
    await walk(town, "ana", "unlock", SMS, number)
    for login in (*NOBODIES[1:], "ana", "ben"):
        sent = (await town.app.demo().inbox(login)).messages
        assert len(sent) == (1 if login == "ben" else 0), login


@pytest.mark.parametrize("login", NOBODIES)
async def test_even_the_right_answer_of_somebody_elses_app_opens_nothing_for_nobody(town: Town, login: str) -> None:
    page = Browser(town)
    await page.starts("reset")
    await page.types(login)
    await page.picks("Authenticator")
    await page.types(await town.code("ana", TOTP))
    town.clock.passes(30)
    await page.types(await town.code("ana", TOTP))
    assert (await page.view()).notice is not None
    assert await page.at() == "method.totp.next"


async def test_in_a_terminal_a_stranger_is_asked_for_a_name_and_sent_to_the_page(town: Town) -> None:
    shown = {}
    for login in ("ana", *NOBODIES):
        terminal = Terminal(town, None)
        await terminal.says("I forgot my password")
        assert await terminal.at() == "find.self"
        await terminal.says(login)
        await town.settle()
        assert await terminal.at() == "page.open"
        shown[login] = await terminal.hears()
        page = Browser(town)
        await page.lands(await terminal.link(), "Text message")
        assert await page.at() == "method.sms.in_full"
        await page.types(ELSEWHERE[SMS])
        assert await page.at() == "method.sms.ask"
        await page.types(GUESS)
        assert await page.at() == "verify.how.next"
        await terminal.says("cancel")
    assert len(set(shown.values())) == 1
    assert not [tag for tag in await town.tags() if tag.startswith(("identity:grant", "account:"))]


async def test_a_stranger_sees_no_part_of_an_address(town: Town) -> None:
    seen = await walk(town, "ana", "reset", EMAIL)
    assert not any("•••" in text or "home.example" in text for text in seen)


async def test_a_strangers_refusals_are_summed_by_the_minute(town: Town) -> None:
    for _ in range(2):
        await walk(town, "nobody", "reset", TOTP)
    before = len(await town.audit())
    town.clock.passes(60)
    await town.app.store.audit.sweep_refusals()
    sums = (await town.audit())[before:]
    assert sums
    assert {row.subject for row in sums} == {"strangers"}


async def test_each_wish_has_a_short_address_with_its_button_first(town: Town) -> None:
    for wish in ("reset", "unlock", "change", "register"):
        page = (await Browser(town).get(f"/{wish}")).text
        assert re.findall(r'name="wish" value="(\w+)"', page)[0] == wish
        assert len(re.findall(r'name="wish"', page)) == 5
