"""The first day: whoever invites proves it on their page, the joiner's page shows a number, and a first method and password follow."""

from datetime import UTC, datetime
from typing import cast

import pytest

from bot.cli.invite import listing
from bot.platform.errors import OperatorError
from bot.policy.roles import Role
from tests.kit.admins import admin
from tests.kit.callers import Caller, Channel
from tests.kit.guided import hands
from tests.kit.joiners import LINK, brings, comes, invites, joins, number
from tests.kit.kinds import TOTP
from tests.kit.people import Browser
from tests.kit.registering import adds_app, forgets, shows
from tests.kit.residents import DAY, GOOD
from tests.kit.town import Town


@pytest.mark.parametrize("channel", [Channel.TERMINAL, Channel.PORTAL], ids=str)
async def test_a_joiner_is_brought_by_their_manager_and_ends_with_a_method_and_a_password(town: Town, channel: Channel) -> None:
    await joins(town)
    link = await invites(town)
    assert (await Browser(town).get(link)).status == 200  # a look opens nothing
    jo = Caller(town, "jdoe", channel)
    await comes(town, link, jo.page)
    assert await jo.at() == "first_day.number"
    assert await brings(town, await number(jo.page)) == "first_day.brought"
    assert await jo.at() == "register.menu.none"
    app = await adds_app(jo)
    await town.settle()
    await jo.picks("That's all")
    await town.passes(31)
    again = Caller(town, "jdoe", channel)
    await again.wants("reset")
    await again.begins_with(TOTP)
    await again.types(shows(app, town))
    if await again.at() == "method.totp.next":  # at the portal nobody is known
        await town.passes(30)
        await again.types(shows(app, town))
    await again.types(GOOD)
    await town.settle()
    assert await town.signs_in("jdoe", GOOD) == "right"
    rows = [row.tag for row in await town.audit() if row.subject == await town.subject("jdoe")]
    steps = [f"helpdesk:invitation:{what}" for what in ("sent", "opened", "brought")]
    assert [tag for tag in rows if tag.startswith("helpdesk:")] == steps
    assert {"identity:proof:accepted", "identity:method:added"} <= set(rows)
    assert any("an invitation was made in your name" in m.subject for m in (await town.app.demo().inbox("ana")).messages)
    await forgets(town, "jdoe", TOTP)  # whoever has set a password here is no joiner, whatever is left on file
    assert await (await comes(town, link, Browser(town, cookie=jo.page.cookie))).at() == "first_day.not_needed"


async def test_hr_invites_for_a_day_to_come_by_two_proofs(town: Town) -> None:
    cast("dict[Role, str]", town.app.roles.groups)[Role.HR] = "People-Desk"
    hana = await admin(town, "hana")
    await hands(town).add_group("People-Desk")
    await hands(town).add_member("People-Desk", hana.subject)
    await joins(town, manager="")
    await hana.says("invite jdoe")
    await hana.page.lands(await hana.chat.link(), "Authenticator app")
    await hana.proves()
    await hana.page.types("next monday")
    assert await hana.page.at() == "first_day.start"
    day = datetime.fromtimestamp(town.clock.now + 3 * DAY, UTC)
    await hana.page.types(f"{day:%d.%m.%Y}")
    found = LINK.search(await hana.page.reads())
    assert found
    assert (await Browser(town).post(found[0], open="1")).location == ""  # not before that day
    town.clock.passes(3 * DAY)
    assert await (await comes(town, found[0])).at() == "first_day.number"
    town.clock.passes(3 * DAY)
    assert (await Browser(town).get(found[0])).status == 410


async def test_an_operator_sees_whom_of_a_group_could_be_brought_by_whom_and_why_not_the_others(town: Town) -> None:
    await joins(town)
    directory = hands(town)
    await directory.add_group("Starters")
    for login in ("jdoe", "ana", "olaf", "adam"):
        await directory.add_member("Starters", await town.subject(login))
    assert await listing(town.app, "starters") == [
        ["adam", "Adam Resident", "", "no", "admin"],
        ["ana", "Ana Resident", "", "no", "registered"],
        ["jdoe", "Jo Doe", "ana", "yes", ""],
        ["olaf", "Olaf Resident", "", "no", "barred"],
    ]
    with pytest.raises(OperatorError):
        await listing(town.app, "Nobodies")
