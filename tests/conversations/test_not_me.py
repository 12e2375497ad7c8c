"""This wasn't me: somebody else's change is undone by the link of its notice, and its owner comes back."""

from collections import Counter

import pytest

from bot.identity.takeover_report import TakeoverReports
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret
from store.directory_admin import AdministeredDirectory
from tests.conversations.conftest import Call
from tests.kit.ages import keeps_passwords
from tests.kit.attackers import HIS, by_hand
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, SMS, TOTP
from tests.kit.noticed import ADMIN, HOME, WORK, his_reset, link, nothing_arrives_any_more, phone_number, presses, texts
from tests.kit.people import Browser
from tests.kit.registering import NUMBER, WRITTEN, adds, adds_app, house, on_file, scanned, shows, sits_down
from tests.kit.residents import GOOD, OLD
from tests.kit.town import JOB_LEASE, LEASE, Killed, Town, quick

pytestmark = pytest.mark.whole

DAY = 86400.0
ENDS = {"not_me.undone", "not_me.already"}
POINTS = 34  # durable points from the press to the last notice
unknown = TakeoverReports._unknown


@pytest.fixture(autouse=True)
def unknown_password_is_looked_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password that nobody knows is searched for afterwards, as all others are."""

    async def planted(self: TakeoverReports, subject: SubjectId) -> Secret:
        made = await unknown(self, subject)
        town.secrets.add(made.reveal())
        return made

    monkeypatch.setattr(TakeoverReports, "_unknown", planted)


async def test_an_attacker_who_has_anas_phone_is_out_and_ana_is_back_a_day_later(town: Town, call: Call) -> None:
    attacker = call("ana")
    await attacker.wants("reset")
    await attacker.proves_by(TOTP)
    await attacker.types(HIS)
    assert await attacker.at() == "reset.done"
    await town.settle()
    assert await town.signs_in("ana", HIS) == "right"

    path, ana = await link(town), Browser(town)
    assert "password was reset" in (await ana.get(path)).text
    assert await town.signs_in("ana", HIS) == "right"  # a look changes nothing
    await presses(town, path, ana)
    assert await ana.at() == "not_me.undone"
    assert "signed in" in await ana.reads()
    assert [await town.signs_in("ana", p) for p in (HIS, OLD)] == ["wrong", "wrong"]

    again = call("ana")
    await again.wants("reset")
    if again.chat:
        assert await again.at() == "barred.frozen"
    else:
        await again.proves_by(TOTP)
        assert await again.notice() == "verify.not_taken"  # as for nobody at all

    await town.passes(DAY + 60)
    back = call("ana")
    await back.wants("reset")
    for kind in (EMAIL, SMS):  # the attacker used the app, so it proves nothing any more
        await back.proves_by(kind)
    await back.types(GOOD)
    assert await back.at() == "reset.done"
    assert await town.signs_in("ana", GOOD) == "right"


async def test_a_minimum_age_keeps_nobody_from_undoing_what_a_thief_did_a_moment_ago(town: Town) -> None:
    await his_reset(town)
    await keeps_passwords(town)
    ana = await presses(town, await link(town))
    assert await ana.at() == "not_me.undone"
    assert await town.signs_in("ana", HIS) == "wrong"
    assert "account:disown:changed" in await town.tags()


async def test_admins_and_every_address_hear_that_it_was_undone(town: Town) -> None:
    await his_reset(town)
    await presses(town, await link(town))
    await town.settle()
    assert [to for to, subject in await town.subjects_of_mail("ana") if "was undone" in subject].count(HOME) == 1
    (alarm,) = [text for text in await texts(town, ADMIN) if "a password now that nobody knows" in text]
    assert " ana " in alarm
    (told,) = [text for text in await texts(town, HOME) if "wasn't theirs" in text]
    assert "/n/" not in told  # nothing is left to be undone
    tags = await town.tags()
    assert [t for t in tags if "disown" in t] == [
        "identity:grant:disown",
        "account:disown:intended",
        "account:disown:changed",
        "identity:change:disowned",
    ]


async def test_somebody_else_who_presses_later_is_told_that_it_is_done(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    first = await presses(town, path)
    again, other = await first.post(path, not_me="1"), await presses(town, path)
    assert (again.status, again.location) == (200, "")
    assert "Somebody has said so by this link already" in again.text
    assert other.window is None
    assert "does nothing more" in (await other.get(path)).text
    assert (await town.tags()).count("identity:change:disowned") == 1


async def test_a_method_that_he_added_is_gone_and_the_password_stays(town: Town) -> None:
    await town.use_policy(house())
    thief = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(thief)
    await adds(thief, SMS, WRITTEN, NUMBER)
    await town.settle()
    assert await texts(town, NUMBER) != []
    assert not [text for text in await texts(town, NUMBER) if "/n/" in text]  # what was just added isn't told
    assert "Text message" in (await texts(town, HOME))[-1]
    ana = await presses(town, await link(town))
    assert await ana.at() == "not_me.kept"
    assert NUMBER not in [m.secret.reveal() for m in await on_file(town, "ana")]
    assert len(await on_file(town, "ana")) == 3
    assert await town.signs_in("ana", OLD) == "right"
    assert "identity:method:disowned" in await town.tags()
    await thief.picks("Set up an authenticator app")
    app = await scanned(thief.page)
    await thief.types(shows(app, town))
    assert await thief.at() == "barred.frozen"


async def test_his_app_neither_recovers_nor_registers_after_that(town: Town) -> None:
    await town.use_policy(house())
    thief = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(thief)
    app = await adds_app(thief)
    await town.settle()
    await presses(town, await link(town))
    await town.passes(DAY + 60)
    assert len(await on_file(town, "ana", TOTP)) == 1
    late = Caller(town, "ana", Channel.PORTAL)
    await late.wants("reset")
    await late.begins_with(TOTP)
    await late.types(shows(app, town))
    await town.passes(30)
    await late.types(shows(app, town))
    assert await late.notice() == "verify.not_taken"


async def test_an_address_that_was_taken_off_is_told_of_it_with_the_link(town: Town) -> None:
    thief = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(thief)
    await thief.picks("Remove")
    await thief.picks("E-mail")
    await town.settle()
    assert "was removed" in (await texts(town, HOME))[-1]
    ana = await presses(town, await link(town, HOME))
    assert await ana.at() == "not_me.kept"


async def test_an_unlock_that_wasnt_his_freezes_and_leaves_the_password(town: Town) -> None:
    ben = Caller(town, "ben", Channel.TERMINAL)
    await ben.wants("unlock")
    await ben.proves_by(SMS)
    await town.settle()
    page = await presses(town, await link(town, "ben@home.example"))
    assert await page.at() == "not_me.kept"
    assert await town.signs_in("ben", OLD) == "right"
    await ben.wants("unlock")
    assert await ben.at() == "barred.frozen"


async def test_a_silent_directory_is_asked_again_and_recovery_is_frozen_at_once(town: Town) -> None:
    await his_reset(town)
    town.mood.silent = True
    page = await presses(town, await link(town))
    assert await page.at() == "not_me.waiting"
    assert "identity:change:disowned" in await town.tags()
    town.mood.silent = False
    await town.passes(21)
    assert await page.at() == "not_me.undone"
    assert await town.signs_in("ana", HIS) == "wrong"


async def test_a_directory_that_stays_silent_is_told_as_such_and_the_link_stays_good(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    town.mood.silent = True
    page = await presses(town, path)
    for _ in range(50):
        await town.passes(20)
    assert await page.at() == "not_me.gave_up"
    town.mood.silent = False
    assert await (await presses(town, path)).at() == "not_me.undone"
    assert await town.signs_in("ana", HIS) == "wrong"


async def test_an_answer_that_got_lost_is_found_again(town: Town) -> None:
    await his_reset(town)
    town.mood.tells_nothing = True
    page = await presses(town, await link(town))
    assert await page.at() == "not_me.waiting"
    town.mood.silent = False
    await town.passes(21)
    assert await page.at() == "not_me.undone"
    assert (await town.tags()).count("account:disown:intended") == 1


async def test_a_reset_that_nobody_had_confirmed_is_undone_if_it_was_made(town: Town) -> None:
    town.secrets.add(HIS)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    town.mood.tells_nothing = True
    await ana.types(HIS)
    assert await ana.at() == "reset.unconfirmed"
    await town.settle()
    town.mood.silent = False
    page = await presses(town, await link(town))
    assert await town.signs_in("ana", HIS) == "wrong"
    await nothing_arrives_any_more(town, page)
    assert await page.at() == "not_me.undone"


async def test_a_reset_that_was_never_made_is_told_as_such(town: Town) -> None:
    await his_reset(town)
    now = await town.directory.mark(await town.subject("ana"), Action.RESET)
    by_hand(town, "update operation set outcome = 'unconfirmed', after = '', mark = ?", now)  # as if he had got no answer
    page = await presses(town, await link(town))
    await nothing_arrives_any_more(town, page)
    assert await page.at() == "not_me.never_made"
    assert await town.directory.mark(await town.subject("ana"), Action.RESET) == now
    assert await town.app.store.records.frozen(await town.subject("ana")) > town.clock.now


async def test_a_directory_that_refuses_is_told_as_such_and_admins_hear_it(town: Town) -> None:
    await his_reset(town)
    hands = AdministeredDirectory("contoso", town.app.store.database, town.world, quick(town.world))
    await hands.enable(await town.subject("ana"), enabled=False)
    page = await presses(town, await link(town))
    await town.settle()
    assert await page.at() == "not_me.refused"
    assert [text for text in await texts(town, ADMIN) if "didn't let us replace" in text]
    assert await town.app.store.records.frozen(await town.subject("ana")) > town.clock.now


async def test_in_a_new_process_for_every_turn(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    await town.replica()
    page = await presses(town, path)
    await town.replica()
    assert await page.at() == "not_me.undone"
    await town.settle()
    await happened_once(town)


@pytest.mark.parametrize("n", range(1, POINTS + 1))
async def test_killed_on_the_way(town: Town, n: int) -> None:
    await his_reset(town)
    path, ana = await link(town), Browser(town)
    town.life.dies_at = town.life.points + n
    try:
        await presses(town, path, ana)
        await town.settle()
    except Killed:
        await town.replica()
        await town.passes(LEASE)
        await presses(town, path, ana)
        await town.passes(LEASE)
    if ana.window:
        assert await ana.at() in ENDS
    await town.passes(JOB_LEASE)
    await happened_once(town)


async def test_there_are_as_many_points_to_be_killed_at(town: Town) -> None:
    await his_reset(town)
    path, before = await link(town), town.life.points
    await presses(town, path)
    await town.settle()
    assert POINTS - 2 <= town.life.points - before <= POINTS, town.life.trace[before:]


async def happened_once(town: Town) -> None:
    assert [await town.signs_in("ana", p) for p in (HIS, OLD)] == ["wrong", "wrong"]
    tags = Counter(await town.tags())
    assert (tags["account:disown:changed"], tags["identity:change:disowned"]) == (1, 1)
    told = Counter(to for to, subject in await town.subjects_of_mail("ana") if "was undone" in subject)
    assert told == {HOME: 1, WORK: 1, await phone_number(town): 1}
    assert len([text for text in await texts(town, ADMIN) if "nobody knows" in text]) == 1
