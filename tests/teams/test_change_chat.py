"""After a change its person is told in the chat as well, also who never wrote; and where that can't be, the audit says who and why."""

from dataclasses import replace

import pytest
import pytest_asyncio

from bot.model.facts import Audited
from bot.platform.job_outbox import WEEK
from bot.policy.policy import NotifyRules
from tests.kit.attackers import proven
from tests.kit.cards import parts, read
from tests.kit.microsoft import CATALOGUE, TENANT, Answered
from tests.kit.noticed import HOME, link, presses
from tests.kit.residents import GOOD
from tests.kit.teams import TeamsChat
from tests.kit.town import EVERYBODY, JOB_LEASE, LEASE, Killed, Town
from tests.teams.test_delivery import in_channel

BLOCKED: Answered = (403, {}, {"error": {"code": "MessageWritesBlocked"}})
GONE: Answered = (404, {}, {"error": {"code": "ConversationNotFound"}})


async def links(town: Town, chat: TeamsChat) -> None:
    """Long before."""
    await chat.known()
    town.clock.passes(60)


@pytest_asyncio.fixture
async def ana(town: Town) -> TeamsChat:
    """Linked, and the app is installed for her; she has never written."""
    chat = TeamsChat(town, "ana")
    await chat.sends(chat.activity(type="installationUpdate", action="add"))
    await links(town, chat)
    return chat


@pytest_asyncio.fixture
async def unmet(town: Town) -> TeamsChat:
    """Linked by an operator; she hasn't got the app."""
    chat = TeamsChat(town, "ana")
    await links(town, chat)
    return chat


async def installs(town: Town) -> None:
    """From now on, as the settings say."""
    teams = town.settings.teams.model_copy(update={"catalogue_id": CATALOGUE})
    town.settings = town.settings.model_copy(update={"teams": teams})
    await town.replica()


async def resets(town: Town) -> None:
    """At the portal."""
    _, page = await proven(town, "ana")
    await page.types(GOOD)
    assert await page.at() == "reset.done"
    await town.settle()


def told(town: Town, chat: TeamsChat) -> list[str]:
    """All that stands in their chat."""
    return [read(m["card"]) for (where, _), m in town.teams.messages.items() if where == chat.conversation]


async def unreached(town: Town) -> list[tuple[str, str]]:
    """What the audit says: why, and the vendor's word."""
    found = [row for row in await town.audit() if row.tag == "notice:chat:unreached"]
    assert {row.subject for row in found} <= {await town.subject("ana")}
    return [(dict(row.detail)["why"], dict(row.detail)["said"]) for row in found]


async def letters(town: Town) -> int:
    return sum(to == HOME and "was reset" in subject for to, subject in await town.subjects_of_mail("ana"))


async def test_who_has_the_app_is_told_though_they_never_wrote(town: Town, ana: TeamsChat) -> None:
    await resets(town)
    (said,) = told(town, ana)
    assert said.startswith("Contoso Demo: your password was reset It was about ana, on ")
    assert "that wasn't me" in said
    (card,) = [m["card"] for m in town.teams.messages.values()]
    assert {part["type"] for part in parts(card)} == {"AdaptiveCard", "RichTextBlock", "TextRun"}  # nothing to press
    assert "http" not in said
    assert (await letters(town), await unreached(town)) == (1, [])  # beside the addresses, and not instead of them
    await town.passes(JOB_LEASE)
    assert len(told(town, ana)) == 1


async def test_what_it_says_to_write_is_understood_there(town: Town, ana: TeamsChat) -> None:
    await resets(town)
    await ana.types("that wasn't me")
    assert await ana.at() == "opening.did_you_mean"
    await ana.says("Something on my account wasn't me")
    assert await ana.at() == "not_me.where"


async def test_a_chat_that_was_linked_meanwhile_is_not_told(town: Town) -> None:
    ana = TeamsChat(town, "ana")
    await ana.sends(ana.activity(type="installationUpdate", action="add"))
    _, page = await proven(town, "ana")
    await ana.known()
    await page.types(GOOD)
    await town.settle()
    assert (told(town, ana), await letters(town)) == ([], 1)


async def test_a_policy_that_tells_nobody_tells_no_chat(town: Town, ana: TeamsChat) -> None:
    await town.use_policy(replace(EVERYBODY, notify=NotifyRules(users=False)))
    await resets(town)
    assert told(town, ana) == []


async def test_what_was_undone_is_told_without_a_way_to_undo_that(town: Town, ana: TeamsChat) -> None:
    await resets(town)
    await presses(town, await link(town))
    await town.settle()
    newest = told(town, ana)[-1]
    assert "was undone" in newest
    assert "wasn't me" not in newest


async def test_whoever_hasnt_the_app_is_named_in_the_audit(town: Town, unmet: TeamsChat) -> None:
    await resets(town)
    assert (told(town, unmet), await unreached(town), await letters(town)) == ([], [("never_met", "")], 1)
    (row,) = [row for row in await town.audit() if row.tag == "notice:chat:unreached"]
    assert dict(row.detail) == {"chat": "teams", "account": unmet.address, "why": "never_met", "said": "", "action": "reset"}


async def test_the_app_is_installed_for_them_where_it_may_be(town: Town, unmet: TeamsChat) -> None:
    await installs(town)
    await resets(town)
    assert len(told(town, unmet)) == 1
    assert (town.teams.installed, await unreached(town)) == ({unmet.person: unmet.user}, [])
    await town.replica()
    await unmet.types("hello")  # and then they are known as ever
    assert len(told(town, unmet)) == 2
    assert town.teams.calls.count("install") == 1


async def test_who_was_met_in_a_channel_alone_gets_it_too(town: Town, unmet: TeamsChat) -> None:
    await installs(town)
    no: Answered = (403, {}, {"error": {"code": "ForbiddenOperationException"}})
    town.teams.refuses["open"] = [no] * 3  # in the channel, for the card in the personal chat, and for the notice
    assert await unmet.sends(in_channel(unmet, "hello")) == 200
    await unmet.shown()
    town.teams.refuses["open"] = [no]
    await resets(town)
    assert any("your password was reset" in said for said in told(town, unmet))
    assert await unreached(town) == []


@pytest.mark.parametrize("account", ["99999999-aaaa-4bbb-8ccc-000000000009/{person}", "{tenant}/..", "{tenant}/ana", "{tenant}/"])
async def test_a_link_that_names_nobody_of_this_tenant_asks_graph_for_nothing(town: Town, account: str) -> None:
    subject, person = await town.subject("ana"), TeamsChat(town, "ana").person
    named = account.format(person=person, tenant=TENANT)
    await town.app.store.chat_links.put("teams", named, subject, Audited("operator:chat:linked", subject))
    town.clock.passes(60)
    await installs(town)
    await resets(town)
    assert (await unreached(town), town.teams.calls.count("install")) == ([("never_met", "")], 0)


async def test_whoever_had_it_already_is_told_all_the_same(town: Town, unmet: TeamsChat) -> None:
    town.teams.installed[unmet.person] = unmet.user
    await installs(town)
    await resets(town)
    assert len(told(town, unmet)) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((403, {}, {"error": {"code": "Forbidden"}}), ("not_allowed", "403 Forbidden")),
        ((404, {}, {"error": {"code": "NotFound"}}), ("refused", "404 NotFound")),
        ((400, {}, {}), ("refused", "400 400")),
    ],
    ids=["403", "404", "400"],
)
async def test_where_it_may_not_be_installed_the_audit_says_so(
    town: Town, unmet: TeamsChat, answer: Answered, why: tuple[str, str]
) -> None:
    await installs(town)
    town.teams.refuses["install"] = [answer]
    await resets(town)
    assert (told(town, unmet), await unreached(town)) == ([], [why])
    await town.passes(JOB_LEASE)
    assert town.teams.calls.count("install") == 1


async def test_an_app_that_has_just_been_installed_is_given_a_moment(town: Town, unmet: TeamsChat) -> None:
    await installs(town)
    no: Answered = (403, {}, {"error": {"code": "ForbiddenOperationException"}})
    town.teams.refuses["open"] = [no]
    await resets(town)
    assert (told(town, unmet), await unreached(town)) == ([], [])
    await town.passes(31)
    assert (len(told(town, unmet)), await letters(town)) == (1, 1)


@pytest.mark.parametrize(("no", "why"), [(BLOCKED, "blocked"), (GONE, "refused")], ids=["blocked", "gone"])
async def test_a_chat_that_takes_nothing_is_named_in_the_audit(town: Town, ana: TeamsChat, no: Answered, why: str) -> None:
    town.teams.refuses["say"] = [no]
    await resets(town)
    await town.passes(JOB_LEASE)
    assert (told(town, ana), [found for found, _ in await unreached(town)]) == ([], [why])


async def test_a_chat_that_asks_to_wait_holds_up_no_letter_and_brings_none_again(town: Town, ana: TeamsChat) -> None:
    town.teams.refuses["say"] = [(429, {"Retry-After": "7"}, {})] * 2
    await resets(town)
    assert (told(town, ana), await letters(town)) == ([], 1)
    for seconds in (8, 40):
        await town.passes(seconds)
    assert (len(told(town, ana)), await letters(town), await unreached(town)) == (1, 1, [])


async def test_one_that_is_never_heard_of_again_is_named_after_the_last_try(town: Town, ana: TeamsChat) -> None:
    town.teams.refuses["say"] = [(429, {"Retry-After": "1"}, {})] * 100
    await resets(town)
    await town.passes(WEEK - 3600)
    assert await unreached(town) == []
    await town.passes(3600)
    assert (told(town, ana), await unreached(town), await letters(town)) == ([], [("silent", "")], 1)


@pytest.mark.parametrize("status", [500, 503])
async def test_what_may_have_got_there_isnt_said_again(town: Town, ana: TeamsChat, status: int) -> None:
    town.teams.refuses["say"] = [(status, {}, {})]
    await resets(town)
    for _ in range(3):
        await town.passes(JOB_LEASE)
    assert town.teams.calls.count("say") == 1
    assert await unreached(town) == [("unsure", "")]


@pytest.mark.whole
@pytest.mark.parametrize("n", range(1, 13))  # durable points from the new password on
async def test_killed_on_the_way_it_is_told_once_or_named(town: Town, ana: TeamsChat, n: int) -> None:
    _, page = await proven(town, "ana")
    await page.types(GOOD)
    town.life.points, town.life.dies_at = 0, n
    try:
        await town.settle()
    except Killed:
        await town.replica()
        await town.passes(LEASE)
    else:
        pytest.fail(f"there are {town.life.points} points")
    town.life.dies_at = None
    for _ in range(3):
        await town.passes(JOB_LEASE)
    assert await town.signs_in("ana", GOOD) == "right"
    said, named = told(town, ana), [why for why, _ in await unreached(town)]
    assert (len(said), named) in [(1, []), (1, ["unsure"]), (0, ["unsure"])]
    assert await letters(town) == 1
