"""Whatever goes wrong on the way to the company and back ends on a page that says so; nothing is lost, and the audit has it."""

from collections.abc import Callable
from typing import cast

import pytest

from bot.conversation.windows import browser_hash
from bot.directory.interfaces import Directory, Person, Unreachable
from bot.model.turn import Party
from bot.platform.ids import Origin, SubjectId
from store.directory import EmbeddedDirectory
from tests.kit.attackers import by_hand
from tests.kit.people import SAFARI, Answer, Browser
from tests.sign_in.conftest import Visit


class Silent(EmbeddedDirectory):
    """Tells nothing of anybody."""

    async def person(self, subject: SubjectId) -> Person | None:
        raise Unreachable


async def still_gets_there(visit: Visit) -> bool:
    """The same page, the right account."""
    waits = await visit.at() == "method.sign_in.ask"
    await visit.signs_in()
    return waits and await visit.at() == "unlock.done"


def told(answer: Answer, words: str) -> bool:
    return words in answer.text and "Back to your page" in answer.text


async def test_another_account_than_the_one_in_question(nora: Visit) -> None:
    assert told(back := await nora.signs_in("ana"), "another account") and back.status == 403
    detail = dict((await nora.audited())["refused:wrong_account"])
    assert detail["signed_in_as"] == await nora.town.subject("ana")
    assert await still_gets_there(nora)


async def test_an_account_that_no_directory_knows(nora: Visit) -> None:
    nora.company.tampers = {"sub": "4711"}
    assert told(await nora.signs_in(), "another account")
    assert dict((await nora.audited())["refused:wrong_account"])["signed_in_as"] == "nobody"


async def test_a_wrong_password_there_or_a_change_of_mind(nora: Visit) -> None:
    assert told(back := await nora.signs_in(password="wrong"), "broken off") and back.status == 403
    assert "refused:denied" in await nora.audited()
    assert await still_gets_there(nora)


async def test_a_session_that_is_older_than_ten_minutes(nora: Visit) -> None:
    nora.company.tampers = {"auth_time": nora.town.clock.now - 601}
    assert told(await nora.signs_in(), "too long ago")
    nora.company.tampers = {}
    assert "refused:stale" in await nora.audited()
    assert await still_gets_there(nora)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_provider_that_is_away(nora: Visit, status: int) -> None:
    nora.company.status = status
    assert told(back := await nora.leaves(), "doesn't answer") and back.status == 503
    nora.company.status = 200
    path = await nora.at_company()
    nora.company.status = status
    assert told(await nora.page.get(path), "doesn't answer")
    nora.company.status = 200
    assert "refused:away" in await nora.audited()
    assert await still_gets_there(nora)


async def test_a_directory_that_is_silent(nora: Visit) -> None:
    path = await nora.at_company()
    wires, good = cast("dict[str, Directory]", nora.town.app.directories), nora.town.directory
    wires["contoso"] = Silent("contoso", good.database, good.world, good.hasher)
    assert told(await nora.page.get(path), "doesn't answer")
    wires["contoso"] = good
    assert dict((await nora.audited())["refused:away"])["because"] == "directory"
    assert await still_gets_there(nora)


async def test_a_token_that_cannot_be_relied_on(nora: Visit) -> None:
    nora.company.tampers = {"nonce": "another"}
    assert told(await nora.signs_in(), "can't be relied on")
    nora.company.tampers = {}
    assert dict((await nora.audited())["refused:unfit"])["because"] == "nonce"
    assert await still_gets_there(nora)


async def test_the_same_way_back_twice(nora: Visit) -> None:
    path = await nora.at_company()
    assert (await nora.page.get(path)).status == 303
    again = await nora.page.get(path)
    assert told(again, "is over") and again.status == 409
    assert await nora.at() == "unlock.done"
    assert (await nora.town.tags()).count("identity:proof:accepted") == 1
    assert "refused:over" in await nora.audited()


async def test_a_code_that_was_used_before(nora: Visit) -> None:
    path = await nora.at_company("ana")
    await nora.page.get(path)
    assert told(await nora.page.get(path), "can't be relied on")
    assert dict((await nora.audited())["refused:unfit"])["because"] == "invalid_grant"


async def test_a_way_back_of_an_older_question(nora: Visit) -> None:
    path = await nora.at_company()
    await nora.page.picks("Another way")
    await nora.page.picks("Sign in with")
    assert told(await nora.page.get(path), "begun elsewhere")
    assert "refused:forged" in await nora.audited()
    assert await still_gets_there(nora)


async def test_another_browser_finishes_nothing_and_the_owner_goes_on(nora: Visit) -> None:
    thief = Browser(nora.town, agent=SAFARI, cookie="ab" * 32)
    path = await nora.at_company()
    assert (await thief.get(path)).status == 404
    assert (await Browser(nora.town).get(path)).status == 404
    assert (await thief.get(f"/p/{nora.page.window}/sign-in")).status == 404
    assert "/token" not in nora.company.asked
    assert (await nora.page.get(path)).status == 303
    assert await nora.at() == "unlock.done"
    assert "refused:other_browser" in await nora.audited()


async def test_a_way_back_for_another_page_of_the_same_browser(nora: Visit) -> None:
    other = Visit(nora.town, nora.company, Browser(nora.town))
    subject = await nora.town.subject("nora")
    await other.opens(subject, Party(Origin.LINKED, subject))
    path = await nora.at_company()
    state = path.partition("state=")[2].partition("&")[0]
    nora.page.cookie = other.page.cookie
    by_hand(nora.town, "update window set browser = ?", browser_hash(other.page.cookie))
    moved = path.replace(state, state.replace(str(nora.page.window), str(other.page.window)))
    assert told(await other.page.get(moved), "begun elsewhere")


@pytest.mark.parametrize(
    "query", ["", "?code=1", "?state=1", "?state=1&state=2&code=3", "?state=1&code=2&code=3", "?state=%00&code=1"]
)
async def test_an_address_that_no_provider_sends(nora: Visit, query: str) -> None:
    assert (await nora.page.get(f"/sign-in/callback{query}")).status == 400


@pytest.mark.parametrize("state", ["nobody~ab", "~", "x", "page-%C3%A9~%C3%A9"])
async def test_a_state_of_nobody(nora: Visit, state: str) -> None:
    assert (await nora.page.get(f"/sign-in/callback?state={state}&code=1")).status == 404


async def test_a_page_that_asks_for_something_else_leads_nowhere(nora: Visit) -> None:
    await nora.page.picks("Another way")
    assert told(await nora.leaves(), "is over")


async def test_what_is_tried_without_end_is_refused_before_the_provider_is_asked(nora: Visit) -> None:
    path = await nora.at_company("ana")
    answers = [await nora.page.get(path) for _ in range(25)]
    assert told(answers[-1], "too often") and answers[-1].status == 429
    assert nora.company.asked.count("/token") < 20
    assert [tag for tag in await nora.town.tags() if tag.endswith("refused:too_many")] == []


def _mends(row: str) -> str:
    at, _, mac = row.partition("~")
    return f"{float(at) + 1!r}~{mac}"


@pytest.mark.parametrize("writes", [lambda _: "1800000000.0~0123456789abcdef", _mends], ids=["invented", "mended"])
async def test_a_row_that_was_written_by_hand_proves_nothing(nora: Visit, writes: Callable[[str], str]) -> None:
    await nora.signs_in()
    ((real,),) = by_hand(nora.town, "select signed_in from challenge")
    by_hand(nora.town, "update challenge set signed_in = ?", writes(real))
    assert await nora.at() == "accounts.no_right"
    assert "identity:proof:accepted" not in await nora.town.tags()


async def test_a_confirmation_is_good_for_its_own_subject_and_page_alone(nora: Visit) -> None:
    await nora.signs_in()
    by_hand(nora.town, "update challenge set subject = ?", await nora.town.subject("ana"))
    assert await nora.at() == "accounts.no_right"


async def test_no_code_can_be_typed_for_a_sign_in(nora: Visit) -> None:
    await nora.page.post(f"/p/{nora.page.window}", token=(await nora.page.view()).token, said="123456")
    assert await nora.at() == "method.sign_in.ask"
