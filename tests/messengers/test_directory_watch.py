"""A silent directory is named: in an alarm, in the log, and to nobody who is at the service's door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.audit.chain import AuditEntry
from bot.directory.interfaces import Directory, Health, Unreachable
from bot.language.translations import Words
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.directory_watch import DirectoryWatch, health_of, silent, some_answer
from store.open import Store
from tests.kit.stores import each


@dataclass
class Moody:
    """Well, unwell, or nothing at all."""

    says: Health | None = field(default_factory=lambda: Health(ok=True))

    async def health(self) -> Health:
        if self.says is None:
            raise Unreachable
        return self.says


def named(**directories: Moody) -> Mapping[str, Directory]:
    return cast("Mapping[str, Directory]", directories)


async def alerts(store: Store) -> list[AuditEntry]:
    return [row async for row in store.audit.rows(0) if row.tag == "operator:directory:silent"]


async def test_a_directory_that_goes_on_being_silent_is_an_alarm_of_its_own_with_its_name(store: Store) -> None:
    corp, office = Moody(), Moody()
    watch = DirectoryWatch(named(corp=corp, office=office), AdminAlerts(store.records))
    await watch.check_directories()
    corp.says = None
    await watch.check_directories()
    assert await alerts(store) == []  # it may be starting anew
    for _ in range(3):
        await watch.check_directories()
    office.says = Health(ok=False, detail="No domain controller answers.")
    for _ in range(3):
        await watch.check_directories()
    told = [dict(row.detail) for row in await alerts(store)]
    assert told == [
        {"directory": "corp", "why": "It doesn't answer."},
        {"directory": "office", "why": "No domain controller answers."},
    ]
    for job in await store.jobs.lease_due(each(10), 60.0):
        (_, words), *values = job.about
        text = Words("Contoso", lambda: "").say(words, tuple(values), "en")
        assert dict(values)["directory"] in text


async def test_one_that_answers_again_in_between_is_none(store: Store) -> None:
    corp = Moody()
    watch = DirectoryWatch(named(corp=corp), AdminAlerts(store.records))
    for says in (None, Health(ok=True), None, Health(ok=True)):
        corp.says = says
        await watch.check_directories()
    assert await alerts(store) == []


async def test_ready_is_whoever_can_serve_somebody_and_the_log_names_the_others() -> None:
    well, gone = Moody(), Moody(None)
    for directories, ready, told in (
        (named(), True, []),
        (named(corp=well), True, []),
        (named(corp=gone), False, ["corp"]),
        (named(corp=gone, office=well), True, ["corp"]),
    ):
        with capture_logs() as logs:
            assert await some_answer(directories) is ready
        assert [line["directory"] for line in logs] == told


@pytest.mark.parametrize("fault", [Unreachable, OSError, TimeoutError])
async def test_whatever_is_raised_is_silence(fault: type[Exception]) -> None:
    class Faulty(Moody):
        async def health(self) -> Health:
            raise fault

    assert await silent(named(well=Moody(), gone=Faulty())) == {"gone": "It doesn't answer."}
    with capture_logs() as logs:
        assert not (await health_of(cast("Directory", Faulty()))).ok
    assert logs == []
