"""Somebody else's first day: an invitation that was found, forged, kept for later, or made for whoever is no joiner."""

import re
from dataclasses import replace

import pytest

from bot.directory.interfaces import State
from bot.identity.joiner_links import JoinerLink
from bot.platform.ids import SubjectId
from store.directory import EmbeddedDirectory
from tests.kit.attackers import by_hand
from tests.kit.joiners import LINK, brings, comes, invites, joins, number
from tests.kit.kinds import TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.town import Town


async def says(town: Town, words: str, by: str = "ana") -> str:
    """Where it led in their chat."""
    chat = Terminal(town, by)
    await chat.says(words)
    await town.settle()
    return await chat.at()


async def managed(town: Town, *logins: str) -> None:
    """Ana is their manager."""
    for login in logins:
        by_hand(town, "update directory_account set manager = ? where login = ?", await town.subject("ana"), login)


async def test_an_invitation_belongs_to_the_browser_that_opened_it_first(town: Town) -> None:
    await joins(town)
    link = await invites(town)
    await comes(town, link)
    thief = await comes(town, link)
    assert await thief.at() == "first_day.taken"
    assert "conversation:answer:refused:first_day.taken" in await town.tags()


async def test_whoever_found_the_link_is_in_only_by_the_number_of_their_own_page(town: Town) -> None:
    await joins(town)
    link = await invites(town)
    thief = await comes(town, link)
    shown = await number(thief)
    assert await brings(town, f"{int(shown) + 1}") == "first_day.which"
    assert await thief.at() == "first_day.number"
    assert "identity:proof:accepted" not in [row.tag for row in await town.audit() if row.subject == await town.subject("jdoe")]


async def test_numbers_are_not_tried_out(town: Town) -> None:
    await joins(town)
    page = await comes(town, await invites(town))
    chat = Terminal(town, "ana")
    await chat.says("bring jdoe")
    await town.settle()
    for wrong in range(10):
        await chat.says(f"{111111 + wrong}")
    await chat.says(await number(page))
    assert await chat.at() == "first_day.too_many_numbers"


async def test_a_number_of_somebody_elses_joiner_brings_nobody(town: Town) -> None:
    await joins(town)
    await joins(town, login="other")
    page = await comes(town, await invites(town))
    assert await brings(town, await number(page), login="other") == "first_day.which"
    assert await page.at() == "first_day.number"


@pytest.mark.parametrize("forged", ["forged", "never sent"])
async def test_a_link_that_was_never_sent_leads_nowhere(town: Town, forged: str) -> None:
    await joins(town)
    link = await invites(town)
    if forged == "forged":
        link = link[:-1] + ("0" if link[-1] != "0" else "1")
    else:
        by_hand(town, "delete from counter where key like 'first day:%'")
    assert (await Browser(town).get(link)).status == 410
    assert (await Browser(town).post(link, open="1")).location == ""


async def test_who_is_no_joiner_is_invited_by_nobody(town: Town) -> None:
    await joins(town, login="chief", admin=True)
    await managed(town, "ben", "olaf", "ana")
    for login, why in (("ben", "registered"), ("olaf", "barred"), ("ana", "yourself"), ("chief", "admin")):
        assert await says(town, f"invite {login}") == f"first_day.refused.{why}"
        assert await says(town, f"bring {login}") == f"first_day.refused.{why}"
    assert not (await says(town, "invite dev")).startswith(("first_day", "page"))  # not theirs: words like others


async def test_whoever_signed_in_before_is_no_joiner_even_with_an_invitation_in_hand(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await joins(town)
    link = await invites(town)
    page = await comes(town, link)
    state = EmbeddedDirectory.state

    async def used(self: EmbeddedDirectory, subject: SubjectId) -> State:
        return replace(await state(self, subject), signed_in=True)

    monkeypatch.setattr(EmbeddedDirectory, "state", used)
    assert await brings(town, await number(page)) == "first_day.refused.signed_in"
    assert await (await comes(town, link, page)).at() == "first_day.not_needed"


async def test_whoever_is_no_manager_any_more_brings_nobody(town: Town) -> None:
    await joins(town)
    page = await comes(town, await invites(town))
    chat = Terminal(town, "ana")
    await chat.says("bring jdoe")
    await town.settle()
    by_hand(town, "update directory_account set manager = null where login = ?", "jdoe")
    await chat.says(await number(page))
    assert await chat.at() == "first_day.refused.not_yours"


@pytest.mark.both_databases
async def test_a_right_sends_one_invitation_even_if_its_conversation_is_brought_back(town: Town) -> None:
    await joins(town)
    chat, page = Terminal(town, "ana"), Browser(town)
    await chat.says("invite jdoe")
    await town.settle()
    await page.lands(await chat.link(), "Authenticator app")
    await page.types(await town.code("ana", TOTP))
    row = by_hand(town, "select id, step, due_at from conversation where step like '%first_day.start%'")[0]
    for _ in range(2):
        await page.picks("Today")
        by_hand(town, "update conversation set step = ?, due_at = ? where id = ?", row[1], row[2], row[0])
    assert (await town.tags()).count("helpdesk:invitation:sent") == 1


async def test_an_invitation_written_into_a_step_by_hand_shows_no_link(town: Town) -> None:
    """The one that ana has just sent is for jdoe; whoever may write to the database makes it one for nora."""
    await joins(town)
    chat, page = Terminal(town, "ana"), Browser(town)
    await chat.says("invite jdoe")
    await town.settle()
    await page.lands(await chat.link(), "Authenticator app")
    await page.types(await town.code("ana", TOTP))
    await page.picks("Today")
    assert LINK.search(await page.reads())
    links = town.app.joiner_links
    hers = links.token(JoinerLink(await town.subject("nora"), await town.subject("ana"), int(town.clock.now)))
    ((id, step),) = by_hand(town, "select id, step from conversation where step like '%first_day.sent%'")
    by_hand(town, "update conversation set step = ? where id = ?", re.sub(r'"token":"[^"]*"', f'"token":"{hers}"', step), id)
    assert not LINK.search(await page.reads())
