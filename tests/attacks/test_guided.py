"""ST33: the helpdesk's own door opens for the helpdesk alone, lets no agent choose, see or skip anything, and can't be leaned on."""

import json

import pytest

from bot.conversation.interfaces import Gone, Stale
from bot.platform.ids import Origin
from bot.platform.secret import Secret
from bot.platform.vault import DEMO_INBOX
from bot.policy.policy import Policy, Scope, ScopeState
from tests.kit import plain_sql
from tests.kit.attackers import HIS, MAIL, TEXT, by_hand, count, unharmed
from tests.kit.guided import caller, hands, hired, invited, nobody, refusals
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import SAFARI, Browser
from tests.kit.residents import GOOD, OLD
from tests.kit.town import Town

LEFT_OUT = Policy(scope=Scope(state=ScopeState.ALL, except_=("Interns",)))


# Who may --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["", "Auditors", "Unlatch-Admins"])
async def test_without_the_role_nothing_is_opened(town: Town, group: str) -> None:
    mallory = await hired(town, "mallory", group)
    await mallory.helps("ana")
    assert await mallory.at() == "menu"
    assert count(town, "case") == 0


@pytest.mark.parametrize("origin", [Origin.STRANGER, Origin.KNOWN, Origin.CASE])
async def test_only_a_linked_chat_account_is_the_helpdesks(town: Town, origin: Origin) -> None:
    erin = await hired(town)
    await erin.helps("ana", origin=origin)
    assert await erin.at() == "menu"
    assert count(town, "case") == 0


async def test_a_lead_may_and_a_disabled_agent_may_not(town: Town) -> None:
    lena = await hired(town, "lara", "Helpdesk-Leads")
    await lena.helps("ana")
    assert await lena.at() == "case.needed"
    await hands(town).enable(await town.subject("lara"), enabled=False)
    await lena.helps("ben")
    assert await lena.at() == "menu"


async def test_who_loses_the_role_on_the_way_opens_nothing(town: Town) -> None:
    erin = await hired(town)
    await erin.helps("ana")
    await erin.says("reset")
    await hands(town).remove_member("Helpdesk", await town.subject("erin"))
    await erin.says("other")
    await erin.says("INC-7")
    assert await erin.at() == "case.no_role"
    assert count(town, "case") == 0
    assert "conversation:answer:refused:case.no_role" in await town.tags()


async def test_who_loses_the_role_during_a_case_cant_hang_up(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    await hands(town).remove_member("Helpdesk", await town.subject("erin"))
    await erin.says("Hang up")
    assert await erin.at() == "case.no_role"
    assert await (await caller(town, "ana")).at() == "method.totp.ask"


# For whom -------------------------------------------------------------------------------------------------------------------


async def test_not_for_oneself(town: Town) -> None:
    erin = await hired(town)
    await erin.helps("erin")
    assert await erin.at() == "case.refused.yourself"
    me = await town.subject("erin")
    assert await refusals(town) == [("yourself", me, me)]


@pytest.mark.parametrize(("login", "why"), [("olaf", "disabled"), ("pia", "protected")])
async def test_what_the_directory_forbids_is_told_to_the_agent_and_audited(town: Town, login: str, why: str) -> None:
    erin = await hired(town)
    await erin.helps(login)
    assert await erin.at() == f"case.refused.{why}"
    assert f"({login})" in await erin.reads()
    assert await refusals(town) == [(why, await town.subject(login), await town.subject("erin"))]


async def test_whom_the_rules_leave_out_the_helpdesk_cant_take_in(town: Town) -> None:
    await town.use_policy(LEFT_OUT)
    erin = await hired(town)
    await hands(town).add_group("Interns")
    await erin.helps("ana")
    await erin.says("reset")
    await hands(town).add_member("Interns", await town.subject("ana"))
    await erin.says("other")
    await erin.says("INC-7")
    assert await erin.at() == "case.refused.out_of_scope"
    assert count(town, "case") == 0


@pytest.mark.parametrize("login", ["nora", "adam"])
async def test_no_case_goes_past_a_lack_of_methods(town: Town, login: str) -> None:
    erin = await hired(town)
    await erin.opens(login)
    assert await erin.at() == "case.refused.no_method"
    assert count(town, "case") == 0


async def test_without_an_address_on_file_nothing_is_sent_and_the_agent_is_told_what_to_do(town: Town) -> None:
    erin = await hired(town)
    await nobody(town)
    await erin.helps("zed")
    assert await erin.at() == "case.refused.no_address"
    assert "portal" in await erin.reads()


async def test_an_address_that_the_agent_types_gets_nothing(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana", ticket="send it to mallory@evil.example or +12025550000, INC-7")
    assert await erin.at() == "case.ticket"
    assert await town.app.store.vault.all(DEMO_INBOX) == {}
    await erin.says("INC-7")
    await town.settle()
    sent = await town.app.store.vault.all(DEMO_INBOX)
    assert {str(m["to"]) for m in sent.values()} == {"ana@contoso.example", "ana@home.example", "+12025550000"}
    assert count(town, "job") == 0


# What an agent can do and see -----------------------------------------------------------------------------------------------


async def test_the_agent_reads_no_code_no_address_and_no_link(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana", TEXT)
    code = await town.code("ana", SMS)
    await page.types(code)
    await town.settle()
    await page.picks(MAIL) if await page.at() == "verify.how" else None
    await town.settle()
    assert await erin.reads()
    told = "\n".join(erin.told)
    mail = [word for m in (await town.app.demo().inbox("ana")).messages for word in m.text.split()]
    assert "Proved by text message" in told
    for secret in (
        code,
        "home.example",
        "0000",
        "••",
        "/l/",
        await invited(town, "ana"),
        *(w for w in mail if w.isdecimal() and len(w) == 6),
    ):
        assert secret not in told, secret


async def test_the_agent_answers_for_nobody(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await erin.says(await town.code("ana", TOTP))
    assert await erin.at() == "case.watch"
    token = (await page.view()).token
    with pytest.raises(Stale):
        await town.app.engine.take_answer(token, "tty-erin", said=Secret(await town.code("ana", TOTP)))
    assert await page.at() == "method.totp.ask"
    assert "identity:proof:accepted" not in await town.tags()


async def test_an_agent_who_gets_hold_of_the_link_has_a_page_and_no_proof(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    link = await invited(town, "ana")
    his = Browser(town, agent=SAFARI)
    await his.lands(link, "Authenticator app")
    assert (await Browser(town).lands(link)).status == 410  # and Ana finds it taken
    await town.settle()
    assert "Safari" in await erin.reads()
    await his.types("000000")
    await his.types_blindly(HIS)
    assert await unharmed(town)


@pytest.mark.parametrize("said", ["registration coverage", "reset my password", "help ben", "unlock my account"])
async def test_on_a_cases_page_nothing_else_is_begun(town: Town, said: str) -> None:
    """Whoever has it hasn't proved to be its subject, who may hold any role."""
    erin = await hired(town)
    await erin.opens("ana")
    page = Browser(town)
    await page.lands(await invited(town, "ana"))
    await page.presses("other")
    at = await page.at()
    await page.types_blindly(said)
    assert await page.at() == at
    assert count(town, "conversation") == 2


async def test_a_code_counts_on_the_page_that_is_bound_now_though_it_is_an_unlock(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ben", "unlock")
    old = await caller(town, "ben", TEXT)
    await old.presses("elsewhere")
    await town.passes(1)
    new = await caller(town, "ben", TEXT)
    await town.settle()
    code = await town.code("ben", SMS)
    await old.types_blindly(code)
    assert "identity:proof:accepted" not in await town.tags()
    await new.types(code)
    await town.settle()
    assert not await town.locked("ben")


async def test_a_grant_that_a_hand_put_into_a_case_opens_nothing(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    by_hand(town, 'update "grant" set "case" = ?', "case-of-somebody-else")
    await page.types(GOOD)
    assert await page.at() == "accounts.no_right"
    assert await town.signs_in("ana", OLD) == "right"


async def test_a_step_that_a_hand_wrote_cant_hang_up_anothers_case(town: Town) -> None:
    erin, theo = await hired(town), await hired(town, "theo")
    await erin.opens("ana")
    await theo.opens("ben", "unlock")
    ((case,),) = by_hand(town, 'select id from "case" where agent = ?', await town.subject("erin"))
    ((row,),) = by_hand(
        town, "select step from conversation where step like '%case.watch%' and subject = ?", await town.subject("theo")
    )
    forged = json.dumps(json.loads(row) | {"case": case})
    by_hand(town, "update conversation set step = ? where step = ?", forged, row)
    await theo.says("Hang up")
    assert await (await caller(town, "ana")).at() == "method.totp.ask"


async def test_a_link_that_was_hung_up_on_is_dead(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    link = await invited(town, "ana")
    await erin.says("Hang up")
    with pytest.raises(Gone):
        await town.app.engine.preview(link.removeprefix("/l/"))


async def test_an_invitation_that_comes_too_late_isnt_sent(town: Town) -> None:
    erin = await hired(town)
    await erin.helps("ana")
    await erin.says("reset")
    await erin.says("other")
    await erin.says("without")
    while await town.app.engine.wake_all():  # but no job is run
        pass
    assert count(town, "job") == 1
    await erin.says("Hang up")
    await town.settle()
    assert await invited(town, "ana") == ""
    assert count(town, "job") == 0


async def test_no_row_holds_a_link(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana")
    mac = (await invited(town, "ana")).rpartition("~")[2]
    assert mac
    assert mac not in plain_sql.everything(town.settings.database)


async def test_what_is_typed_for_a_ticket_is_no_wish(town: Town) -> None:
    erin = await hired(town)
    await erin.opens("ana", ticket="reset my password")
    assert await erin.at() == "case.ticket"
