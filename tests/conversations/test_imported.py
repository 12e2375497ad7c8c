"""A company without any directory: a file of its people is all that it takes until one of them resets."""

from dataclasses import replace
from pathlib import Path

from bot.directory.roster import ExpectedAccount
from bot.directory.roster_file import read
from bot.policy.policy import MethodRules, Scope, ScopeState
from store.directory_roster import StoredRoster
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import SMS
from tests.kit.registering import house, sent_to
from tests.kit.residents import GOOD
from tests.kit.town import Town, quick


async def test_whoever_was_imported_without_a_password_chooses_one_by_the_number_in_the_file(town: Town, tmp_path: Path) -> None:
    counting = house(quarantine_hours=0, contact_data="count")
    scope = Scope(ScopeState.SELECTED, ("Staff",))
    await town.use_policy(replace(counting, scope=scope, methods=replace(MethodRules(), alone=(SMS,))))
    file = tmp_path / "people.csv"
    file.write_text("login,name,mobile,groups\nida,Ida Imported,+1 415 555 0123,Staff\njon,Jon Imported,+1 415 555 0124,\n")
    roster = StoredRoster("contoso", town.app.store.database, town.world, quick(town.world))
    await roster.take_over(read(file, lambda _: True).entries, ExpectedAccount.EITHER)
    await town.app.coverage.refresh()
    ida, jon = (Caller(town, login, Channel.TERMINAL) for login in ("ida", "jon"))
    await jon.wants("reset")
    assert await jon.at() == "barred.out_of_scope"
    await ida.wants("reset")
    await ida.begins_with(SMS)
    await ida.types(await sent_to(town, "+14155550123"))
    await ida.types(GOOD)
    assert await town.signs_in("ida", GOOD) == "right"
