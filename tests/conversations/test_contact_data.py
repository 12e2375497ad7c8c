"""What the company's directory has on file is suggested, and counts by itself only where the rules say so."""

from dataclasses import replace

import pytest

from bot.directory.administration import Administration, NewAccount
from bot.directory.interfaces import Contacts
from bot.platform.secret import Secret
from bot.policy.policy import MethodRules, Policy
from tests.conversations.conftest import Call
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import PASSWORD, SMS
from tests.kit.registering import ADD, adds_app, house, on_file, sent_to, sits_down, texts
from tests.kit.residents import DAY, GOOD, OLD
from tests.kit.town import Town

MOBILE = "+14155550123"


@pytest.fixture(params=[Channel.PORTAL, Channel.TERMINAL])
def channel(request: pytest.FixtureRequest) -> Channel:
    found: Channel = request.param
    return found


@pytest.fixture
def chat(town: Town) -> Call:
    return lambda login: Caller(town, login, Channel.TERMINAL)


async def mia(town: Town, group: str = "Everybody") -> None:
    """She has registered nothing; the directory knows how to reach her."""
    directory = town.administration()
    assert isinstance(directory, Administration)
    account = NewAccount(
        "mia",
        "Mia Resident",
        Secret(OLD),
        upn="mia@contoso.example",
        mail="mia@contoso.example",
        changed_at=town.clock.now - 30 * DAY,
        contacts=Contacts("(415) 555-0123"),
    )
    await directory.add_member(group, await directory.create(account))


def counting(**rules: int | bool | str) -> Policy:
    """Contact data counts, and a text may reset alone."""
    registered: dict[str, int | bool | str] = {"quarantine_hours": 0, "contact_data": "count", "country": "US", **rules}
    return replace(house(**registered), methods=replace(MethodRules(), alone=(SMS,)))


async def test_whoever_registers_is_offered_what_the_directory_has_and_tries_it(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True, country="US"))
    await mia(town)
    her = call("mia")
    await sits_down(her, PASSWORD)
    await her.picks(ADD[SMS])
    assert "•••• 23" in await her.page.reads()
    assert MOBILE not in await her.page.reads()
    await her.picks("Use •••• 23, which your company has on file")
    assert await her.at() == "method.sms.try"
    await her.types(await sent_to(town, MOBILE))
    (method,) = await on_file(town, "mia")
    assert (method.kind, method.from_directory, method.secret.equals(Secret(MOBILE))) == (SMS, False, True)
    await her.picks(ADD[SMS])
    assert "•••• 23" not in await her.page.reads()


async def test_where_the_rules_ignore_it_nothing_is_offered(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True, country="US", contact_data="ignore"))
    await mia(town)
    her = call("mia")
    await sits_down(her, PASSWORD)
    await her.picks(ADD[SMS])
    assert "your company has on file" not in await her.page.reads()


async def test_by_default_it_recovers_nothing(town: Town, chat: Call) -> None:
    await mia(town)
    await town.app.coverage.refresh()
    her = chat("mia")
    await her.wants("reset")
    assert await her.at() == "verify.no_method_left"


async def test_where_the_rules_count_it_nobody_has_to_register(town: Town, call: Call) -> None:
    await town.use_policy(counting())
    await mia(town)
    await town.app.coverage.refresh()
    her = call("mia")
    await her.wants("reset")
    await her.begins_with(SMS)
    await her.types(await sent_to(town, MOBILE))
    await her.types(GOOD)
    assert await town.signs_in("mia", GOOD) == "right"
    assert "identity:contact_data:counted" in await town.tags()


async def test_it_waits_like_any_new_method(town: Town, chat: Call) -> None:
    await town.use_policy(counting(quarantine_hours=24))
    await mia(town)
    await town.app.coverage.refresh()
    her = chat("mia")
    await her.wants("reset")
    assert await her.at() == "verify.no_method_left"
    town.clock.passes(24 * 3600)
    her = chat("mia")
    await her.wants("reset")
    assert await her.at() != "verify.no_method_left"


async def test_an_admin_recovers_nothing_by_it(town: Town, chat: Call) -> None:
    await town.use_policy(counting())
    await mia(town, group="Unlatch-Admins")
    await town.app.coverage.refresh()
    her = chat("mia")
    await her.wants("reset")
    assert await her.at() == "verify.no_method_left"


async def test_what_the_directory_has_is_shown_as_such_and_is_taken_off_there_alone(town: Town, chat: Call) -> None:
    await town.use_policy(counting())
    await mia(town)
    await town.app.coverage.refresh()
    town.clock.passes(60)
    her = chat("mia")
    await sits_down(her, SMS)
    assert "as your company has it on file" in await her.page.reads()
    assert "Remove one" not in await her.page.reads()
    await adds_app(her)
    await her.picks("Remove one")
    assert "as your company has it on file" not in await her.page.reads()


async def test_rules_that_are_taken_back_hold_at_once(town: Town, chat: Call) -> None:
    await town.use_policy(counting())
    await mia(town)
    await town.app.coverage.refresh()
    await town.use_policy(house())
    her = chat("mia")
    await her.wants("reset")
    assert await her.at() == "verify.no_method_left"
    await town.app.coverage.refresh()
    assert await on_file(town, "mia") == []


async def test_whose_number_was_changed_hears_of_it_at_work_and_at_the_old_number(town: Town) -> None:
    await town.use_policy(counting())
    await mia(town)
    await town.app.coverage.refresh()
    town.clock.passes(DAY)
    await moves(town, "+14155550177")
    await town.app.coverage.refresh()
    await town.settle()
    (at_work,) = [subject for to, subject in await town.subjects_of_mail("mia") if to == "mia@contoso.example"]
    assert at_work == "Contoso Demo: your contact data has changed"
    (at_the_old,) = await texts(town, MOBILE)
    assert "the contact data of mia was changed" in at_the_old
    assert await texts(town, "+14155550177") == []


async def moves(town: Town, mobile: str) -> None:
    """In the directory itself, by whoever may write there."""
    directory, subject = town.administration(), await town.subject("mia")
    async with town.app.store.database.write("test") as conn:
        await conn.exec_driver_sql("update directory_account set mobile = ? where subject = ?", (mobile, subject))
    await directory.enable(subject, enabled=True)
