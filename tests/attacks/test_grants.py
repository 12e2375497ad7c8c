"""ST01, ST06, ST07: a right that was never given, was given to somebody else, or was used up opens nothing."""

import json
from collections.abc import Awaitable, Callable

import pytest

from bot.identity.identity import Identity
from bot.model.facts import Granted
from bot.platform.ids import Action, GrantId, SubjectId
from bot.platform.sentences import Refuse
from store.directory_admin import AdministeredDirectory
from tests.kit.attackers import HIS, by_hand, opened, proven, refusals, tools, unharmed
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.residents import GOOD
from tests.kit.town import Town, quick

Plant = Callable[[Town], Awaitable[tuple[Browser, str]]]  # a page that was brought to "reset.new" by hand, and whom it is about


def grants(town: Town) -> list[str]:
    return [row[0] for row in by_hand(town, 'select id from "grant" order by expires')]


def stand(town: Town, page: Browser, part: str, **fields: object) -> None:
    """The conversation stands where somebody wrote that it does."""
    step = json.dumps({"part": part, **fields})
    where = 'where id = (select conversation from "window" where id = ?)'
    by_hand(town, f"update conversation set step = ?, held = 0, due_at = expires_at {where}", step, page.window)  # noqa: S608 - as below


async def no_grant(town: Town) -> tuple[Browser, str]:
    _, page = await opened(town, "ben", "Text message")
    stand(town, page, "reset.new", subject=await town.subject("ana"), grant="grant-none")
    return page, "ana"


async def by_hands_grant(town: Town) -> tuple[Browser, str]:
    _, page = await opened(town, "ben", "Text message")
    subject = await town.subject("ana")
    columns = 'id, conversation, subject, action, "case", proofs, expires, mac, void'
    row = """select 'grant-mine', conversation, ?, 'reset', null, '[]', 9e9, ?, false from "window" where id = ?"""
    by_hand(town, f'insert into "grant" ({columns}) {row}', subject, "0" * 32, page.window)
    stand(town, page, "reset.new", subject=subject, grant="grant-mine")
    return page, "ana"


async def anothers(town: Town) -> tuple[Browser, str]:
    await proven(town)
    _, page = await opened(town, "ben", "Text message")
    stand(town, page, "reset.new", subject=await town.subject("ana"), grant=grants(town)[0])
    return page, "ana"


async def anothers_moved(town: Town) -> tuple[Browser, str]:
    page, _ = await anothers(town)
    here = '(select conversation from "window" where id = ?)'
    by_hand(town, f'update "grant" set conversation = {here}', page.window)  # noqa: S608 - no value of anybody's
    by_hand(town, f"update proof set conversation = {here}", page.window)  # noqa: S608 - as above
    return page, "ana"


async def mine_for_another(town: Town) -> tuple[Browser, str]:
    _, page = await opened(town, "dev")
    await page.types(await town.code("dev", TOTP))
    stand(town, page, "reset.new", subject=await town.subject("ana"), grant=grants(town)[0])
    return page, "ana"


async def for_another_action(town: Town) -> tuple[Browser, str]:
    _, page = await proven(town)
    stand(town, page, "change.new", subject=await town.subject("ana"), grant=grants(town)[0])
    return page, "ana"


async def too_old(town: Town) -> tuple[Browser, str]:
    _, page = await proven(town)
    town.clock.passes(600)
    return page, "ana"


async def made_longer(town: Town) -> tuple[Browser, str]:
    page, login = await too_old(town)
    by_hand(town, 'update "grant" set expires = expires + 600')
    return page, login


async def void(town: Town) -> tuple[Browser, str]:
    _, page = await proven(town)
    await page.presses("start_over")
    stand(town, page, "reset.new", subject=await town.subject("ana"), grant=grants(town)[0])
    return page, "ana"


@pytest.mark.parametrize(
    "plant",
    [no_grant, by_hands_grant, anothers, anothers_moved, mine_for_another, for_another_action, too_old, made_longer, void],
    ids=lambda plant: str(plant.__name__),
)
async def test_st01_a_right_that_isnt_ours_sets_no_password_and_is_audited(town: Town, plant: Plant) -> None:
    page, victim = await plant(town)
    await page.types(HIS)
    assert await page.at() == "accounts.no_right"
    assert await unharmed(town, victim)
    assert (await refusals(town))[-1] == "accounts.no_right"
    assert not [tag for tag in await town.tags() if tag.startswith("account:")]


async def test_st01_a_grant_by_hand_would_work_without_the_warrant(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def anything(self: Identity, grant: GrantId, action: Action, subject: SubjectId) -> Granted:
        return Granted(grant, self.turn.conversation, subject, action, None, (), 9e9)

    monkeypatch.setattr(Identity, "authorize", anything)
    page, victim = await by_hands_grant(town)
    await page.types(HIS)
    assert await town.signs_in(victim, HIS) == "right"


@pytest.mark.both_databases
async def test_st01_a_grant_is_spent_once_even_if_its_conversation_is_brought_back(town: Town) -> None:
    _, page = await proven(town)
    await page.types(GOOD)
    stand(town, page, "reset.new", subject=await town.subject("ana"), grant=grants(town)[0])
    await page.types(HIS)
    assert await page.at() == "accounts.no_right"
    assert await town.signs_in("ana", GOOD) == "right"


@pytest.mark.both_databases
async def test_st01_no_grant_is_spent_in_the_turn_that_makes_it(town: Town) -> None:
    _, page = await proven(town)
    async with tools(town, page) as desk:
        made = desk.identity._grant(await town.subject("ana"), Action.RESET, None, ())
        assert await town.app.store.records.grant(made) is None


async def test_st01_the_warrant_alone_refuses_a_grant_on_its_last_second(town: Town) -> None:
    _, page = await proven(town)
    grant, subject = GrantId(grants(town)[0]), await town.subject("ana")
    async with tools(town, page) as desk:
        town.clock.passes(599)
        assert (await desk.identity.authorize(grant, Action.RESET, subject)).id == grant
        town.clock.passes(1)
        with pytest.raises(Refuse):
            await desk.identity.authorize(grant, Action.RESET, subject)


async def test_st32_a_grant_is_worth_nothing_when_the_account_was_closed_meanwhile(town: Town) -> None:
    _, page = await proven(town)
    admin = AdministeredDirectory("contoso", town.app.store.database, town.world, quick(town.world))
    await admin.enable(await town.subject("ana"), enabled=False)
    await page.types(HIS)
    assert await page.at() == "barred.disabled"
