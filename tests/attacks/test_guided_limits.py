"""ST33: agents who are leaned on, or lean on somebody, soon find no more cases; the person's own ways stay open."""

import asyncio
from dataclasses import replace

import pytest

from bot.identity.registered import Registered
from bot.platform.ids import MethodId
from bot.platform.secret import Secret
from tests.kit.attackers import by_hand, count, still_helps_herself
from tests.kit.guided import caller, hired, refusals
from tests.kit.kinds import EMAIL, TOTP
from tests.kit.town import EVERYBODY, Town


async def people(town: Town, many: int) -> list[str]:
    """Accounts with one mailbox each, which is enough where the policy names the risk."""
    await town.use_policy(replace(EVERYBODY, methods=replace(EVERYBODY.methods, alone=(EMAIL,))))
    logins = [f"p{n}" for n in range(many)]
    return [await another(town, login) for login in logins]


async def mailbox(town: Town, login: str) -> Registered:
    long_ago = town.world.now() - 90 * 86400
    return Registered(
        MethodId(town.world.id("method")),
        await town.subject(login),
        EMAIL,
        Secret(f"{login}@home.example"),
        long_ago,
        long_ago,
    )


async def test_five_open_cases_are_enough(town: Town) -> None:
    erin, logins = await hired(town), await people(town, 6)
    for login in logins[:5]:
        await erin.opens(login)
        assert await erin.at() == "case.watch"
    await erin.helps(logins[5])
    assert await erin.at() == "case.refused.too_many_open"
    assert count(town, "case") == 5


@pytest.mark.both_databases
async def test_all_at_once_are_no_more(town: Town) -> None:
    erin, logins = await hired(town), await people(town, 8)
    chats = []
    for login in logins:
        await erin.helps(login)
        await erin.says("reset")
        await erin.says("other")
        chats.append((await town.app.engine.view(erin.window)).token)
    answers = (town.app.engine.take_answer(token, "tty-erin", said=Secret("INC-7")) for token in chats)
    await asyncio.gather(*answers, return_exceptions=True)
    assert count(town, "case") == 5
    assert len(by_hand(town, "select id from conversation where origin = 'case'")) == 5


@pytest.mark.long
async def test_twenty_cases_an_hour_are_enough(town: Town) -> None:
    erin, logins = await hired(town), await people(town, 5)
    for n in range(20):
        await erin.opens(logins[n % 5])
        assert await erin.at() == "case.watch", n
        await erin.says("Hang up")
    more = await another(town, "q")
    await erin.opens(more)
    assert await erin.at() == "case.refused.too_many"
    town.clock.passes(3601)
    await erin.opens(more)
    assert await erin.at() == "case.watch"


async def another(town: Town, login: str) -> str:
    await hired(town, login, "", f"{login}@contoso.example")
    await town.app.store.records.register(await mailbox(town, login))
    return login


async def test_nobody_is_flooded_with_invitations_by_many_agents(town: Town) -> None:
    for n in range(5):
        agent = await hired(town, f"agent{n}")
        await agent.opens("ana")
        await agent.says("Hang up")
    last = await hired(town, "last")
    await last.opens("ana")
    assert await last.at() == "case.refused.too_often"
    assert count(town, "case") == 5


@pytest.mark.both_databases
async def test_two_agents_dont_open_two_cases_for_one_account(town: Town) -> None:
    erin, theo = await hired(town), await hired(town, "theo")
    await erin.opens("ana")
    await theo.helps("ana")
    assert await theo.at() == "case.refused.already_open"


async def test_wrong_proofs_close_the_helpdesks_door_for_an_hour_and_no_other(town: Town) -> None:
    """A caller who isn't Ana: no second try with the next agent, while Ana helps herself."""
    erin, theo = await hired(town), await hired(town, "theo")
    await erin.opens("ana")
    his = await caller(town, "ana")
    for _ in range(4):
        await his.types_blindly(await town.wrong_code("ana", TOTP))
    await town.settle()
    assert await erin.at() == "case.end.failed"
    await theo.helps("ana")
    assert await theo.at() == "case.refused.failed_before"
    assert (await refusals(town))[-1] == ("failed_before", await town.subject("ana"), await town.subject("theo"))
    town.clock.passes(60)
    assert await still_helps_herself(town)
    town.clock.passes(3600)
    await theo.helps("ana")
    assert await theo.at() == "case.needed"


async def test_what_a_case_used_up_is_no_allowance_of_the_owners(town: Town) -> None:
    erin = await hired(town)
    for _ in range(2):
        await erin.opens("ana")
        if await erin.at() != "case.watch":
            break
        his = await caller(town, "ana")
        for _ in range(4):
            await his.types_blindly(await town.wrong_code("ana", TOTP))
        await town.passes(3601)
    assert await still_helps_herself(town)
