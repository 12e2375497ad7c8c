"""A number that somebody registered goes into their directory once it counts, where the settings say so; a refusal is told, and changes nothing here."""

from dataclasses import dataclass, field
from typing import cast

from bot.directory.interfaces import ContactField, Directory, Rejected
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from store.directory import EmbeddedDirectory
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import SMS
from tests.kit.noticed import HOME
from tests.kit.registering import NUMBER, WRITTEN, adds, forgets, house, on_file, sits_down, texts
from tests.kit.residents import DAY
from tests.kit.town import Town, quick


@dataclass(frozen=True)
class Taking(EmbeddedDirectory):
    """As one that we may write contact data to; or (`refuses`) that says no."""

    refuses: bool = False
    written: list[tuple[str, str]] = field(default_factory=list)

    def corrects(self, field: ContactField) -> bool:
        return field is ContactField.MOBILE

    async def correct(self, subject: SubjectId, field: ContactField, value: Secret) -> None:
        if self.refuses:
            raise Rejected("directory.no_rights")
        self.written.append((field, value.reveal()))


async def registers(town: Town, *, refuses: bool = False) -> tuple[Taking, Caller]:
    """By one proof, so that it waits for a day."""
    await town.use_policy(house(quarantine_hours=24))
    await forgets(town, "ana", SMS)
    made = Taking("contoso", town.app.store.database, town.world, quick(town.world), refuses=refuses)
    cast("dict[str, Directory]", town.app.directories)["contoso"] = made
    ana = Caller(town, "ana", Channel.TERMINAL)
    await sits_down(ana)
    await adds(ana, SMS, WRITTEN, NUMBER)
    await town.passes(DAY / 2)
    assert made.written == []
    return made, ana


async def test_it_is_written_once_it_counts_and_every_address_hears_of_it(town: Town) -> None:
    made, _ = await registers(town)
    await town.passes(DAY)
    await town.settle()
    assert made.written == [("mobile", NUMBER)]
    (row,) = [dict(r.detail) for r in await town.audit() if r.tag == "identity:contact_data:corrected"]
    assert row["kind"] == SMS
    assert NUMBER not in str(row)
    assert "was written into the company directory" in (await texts(town, HOME))[-1]


async def test_a_refusal_is_told_and_the_number_counts_here(town: Town) -> None:
    await registers(town, refuses=True)
    await town.passes(DAY)
    await town.settle()
    assert "didn't take it" in (await texts(town, HOME))[-1]
    (row,) = [dict(r.detail) for r in await town.audit() if r.tag == "identity:contact_data:uncorrected"]
    assert row["why"] == "directory.no_rights"
    assert [m.usable_from <= town.clock.now for m in await on_file(town, "ana", SMS)] == [True]


async def test_what_was_taken_off_meanwhile_is_never_written(town: Town) -> None:
    made, _ = await registers(town)
    await forgets(town, "ana", SMS)
    await town.passes(DAY)
    assert made.written == []
