"""What Active Directory tells of changes: everything once, then what is new, and everything anew wherever that might miss somebody."""

import asyncio
import gc
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.directories.active_directory import groups, sync_parent
from adapters.directories.active_directory.changes import ChangeTracker, SyncMark
from adapters.directories.active_directory.directory import ActiveDirectory
from adapters.directories.active_directory.sync_parent import ReaderSeat, SyncReader
from adapters.directories.ldap import child_process
from adapters.directories.ldap.errors import Silent
from bot.directory.administration import NewAccount
from bot.directory.interfaces import Changes, Unreachable
from bot.platform.ids import SubjectId
from tests.kit.ad_directory import AdministeredActiveDirectory, pool_of
from tests.kit.directories import OLD
from tests.kit.samba import SERVICE_PASSWORD, DomainController
from tests.kit.samba_conf import BASE


def anew(corp: AdministeredActiveDirectory) -> ActiveDirectory:
    """Another process, which remembers nothing."""
    return replace(corp, tracker=ChangeTracker())


def told(changes: Changes) -> set[SubjectId]:
    return {person.subject for person in changes.persons}


async def test_after_a_restart_what_is_new_is_told_and_nothing_else(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    mark = (await corp.changes(None)).next
    ben = await corp.create(NewAccount("ben", "Ben Okafor", OLD, manager=ana))
    new = await anew(corp).changes(mark)
    assert (told(new), new.whole) == ({ben}, False)
    (person,) = new.persons
    assert person == await corp.person(ben)
    assert person.manager == ana


async def test_after_a_restart_whoever_went_is_missing_among_everybody(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    ben = await corp.create(NewAccount("ben", "Ben Okafor", OLD))
    mark = (await corp.changes(None)).next
    await corp.delete(ana)
    new = await anew(corp).changes(mark)
    assert new.whole
    assert ana not in told(new)
    assert ben in told(new)


async def test_whoever_left_a_group_is_told_and_nobody_else(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    """Nothing changes at the account itself; only who was told before knows that it was in the group."""
    await corp.create(NewAccount("ben", "Ben Okafor", OLD))
    for name in ("Team", "All-Staff"):
        await corp.add_group(name)
    await corp.nest("All-Staff", "Team")
    await corp.add_member("Team", ana)
    mark = (await corp.changes(None)).next
    await corp.remove_member("Team", ana)
    (person,) = (await corp.changes(mark)).persons
    assert (person.subject, person.groups) == (ana, frozenset())


async def test_one_account_and_all_accounts_are_told_alike(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    """TokenGroups for one, our own closure over `member` for all: with a circle, an admin, and a primary group that is nested."""
    for name in ("Team", "Unit", "Circle"):
        await corp.add_group(name)
    for outer, inner in (("Unit", "Team"), ("Circle", "Unit"), ("Team", "Circle")):
        await corp.nest(outer, inner)
    await corp.add_member("Team", ana)
    await corp.amend("Unit", add=f"CN=Domain Users,CN=Users,{BASE}")
    ben = await corp.create(NewAccount("ben", "Ben Okafor", OLD, protected=True, enabled=False, manager=ana))
    everybody = {person.subject: person for person in (await corp.changes(None)).persons}
    assert everybody[ana].groups == {"Team", "Unit", "Circle"}
    assert everybody[ben].groups >= {"Unit", "Circle", "Team", "Domain Admins"}
    assert everybody[ben].protected
    for subject, person in everybody.items():
        assert person == await corp.person(subject)


async def test_members_come_in_ranges(
    corp: AdministeredActiveDirectory, samba: DomainController, monkeypatch: pytest.MonkeyPatch
) -> None:
    await corp.add_group("Big")
    for number in range(8):
        await corp.add_member("Big", await corp.create(NewAccount(f"p{number}", f"Person {number}", OLD)))
    for step in (3, 4, 7, 8, 100):
        monkeypatch.setattr(groups, "STEP", step)
        monkeypatch.setattr(groups, "GROUP", (*groups.GROUP[:-1], f"member;range=0-{step - 1}"))
        everything = await corp.pool.run(lambda connection: groups.Groups.read(connection, BASE))
        (big,) = (group for group in everything.groups if group.name == "Big")
        assert len(big.member) == 8


async def test_another_domain_controller_or_one_that_was_restored_tells_everything(
    corp: AdministeredActiveDirectory, ana: SubjectId
) -> None:
    """Numbers are a server's own. A restored one gets another invocationId."""
    mark = SyncMark.parse((await corp.changes(None)).next)
    assert mark
    other = replace(mark, invocation="0" * 8 + mark.invocation[8:], usn=mark.usn + 10**6)
    new = await anew(corp).changes(str(other))
    assert new.whole
    assert ana in told(new)


async def test_where_nothing_was_counted_nobody_is_read(
    corp: AdministeredActiveDirectory, ana: SubjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = (await corp.changes(None)).next
    monkeypatch.setattr(sync_parent, "CHILD", "no.such.module")
    new = await corp.changes(mark)
    assert (list(new.persons), new.next) == ([], mark)


async def test_a_reader_that_dies_on_the_way_is_no_answer(
    corp: AdministeredActiveDirectory, ana: SubjectId, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Half a domain is never taken for a whole one."""
    halfway = CROWD.replace("50_000", "2").replace('print(json.dumps({"digest": "1:2"}))', "print('{', end='')")
    (tmp_path / "halfway.py").write_text(halfway, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sync_parent, "CHILD", "halfway")
    with pytest.raises(Unreachable):
        await corp.changes(None)


async def test_a_reader_that_takes_too_long_is_ended(
    corp: AdministeredActiveDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sleepy.py").write_text("import os, time; print(os.getpid(), flush=True); time.sleep(60)", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sync_parent, "CHILD", "sleepy")
    monkeypatch.setattr(child_process, "WHOLE", 1.0)
    reader, seat = SyncReader(corp.pool, "corp", BASE, 0.0), await corp.pool.run(ReaderSeat.read)
    lines = reader.lines(seat)
    pid = int(await anext(lines))
    with pytest.raises(Silent):
        await anext(lines)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_whoever_is_in_thousands_of_groups_breaks_no_reading(
    corp: AdministeredActiveDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A pipe's reader takes lines of 64 KiB, unless it is told otherwise."""
    (tmp_path / "long.py").write_text("print('x' * 300_000)", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sync_parent, "CHILD", "long")
    reader, seat = SyncReader(corp.pool, "corp", BASE, 0.0), await corp.pool.run(ReaderSeat.read)
    assert [len(line) async for line in reader.lines(seat)] == [300_000]


async def test_the_reader_has_the_password_on_no_command_line_and_in_no_environment(
    corp: AdministeredActiveDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = "import json, os, sys; print(json.dumps([sys.argv, dict(os.environ), len(sys.stdin.read())]))"
    (tmp_path / "telling.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("UNLATCH_DATABASE_PASSWORD", "Secret-Of-The-Database")
    monkeypatch.setattr(sync_parent, "CHILD", "telling")
    reader, seat = SyncReader(corp.pool, "corp", BASE, 0.0), await corp.pool.run(ReaderSeat.read)
    (line,) = [line async for line in reader.lines(seat)]
    assert SERVICE_PASSWORD not in line
    assert "Secret-Of-The-Database" not in line
    assert json.loads(line)[2] > len(SERVICE_PASSWORD)


async def test_whoever_may_read_no_account_takes_nobody_for_gone(
    corp: AdministeredActiveDirectory, samba: DomainController
) -> None:
    blind = ActiveDirectory("corp", pool_of(samba), f"OU=Groups,{BASE}", corp.world)
    with pytest.raises(Unreachable):
        await blind.changes(None)
    blind.hang_up()


CROWD = """
import json, sys
given = json.load(sys.stdin)
if given["told"]["before"] is not None:
    print(json.dumps({"before": "somebody is gone", "digest": "1:2"}))
    sys.exit()
for n in range(50_000):
    about = {"login": f"u{n}", "name": f"Person {n}", "groups": ["All-Staff", f"Team {n % 500}"], "enabled": True, "admin": False}
    rest = {"protected": False, "language": None, "mail": f"u{n}@corp.example", "manager": None, "words": ["Given", "Sur"]}
    rest |= {"department": "Sales", "contacts": {"mobile": f"+1202555{n % 10_000:04}", "phone": None, "mails": []}}
    print(json.dumps({"subject": f"{given['told']['directory']}:{n:036}", **about, **rest}))
print(json.dumps({"digest": "1:2"}))
"""


@pytest.fixture
def own_heap() -> Iterator[None]:
    """What thousands of tests have left in this process isn't collected in the midst of this one; a service has no such heap."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("own_heap")
async def test_fifty_thousand_accounts_hold_up_no_conversation(
    corp: AdministeredActiveDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the reader says is prepared here; a domain of that size takes minutes to make."""
    (tmp_path / "crowd.py").write_text(CROWD, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sync_parent, "CHILD", "crowd")
    work: list[float] = []  # of this thread, between two turns of others, so that no neighbour on the machine counts

    async def talking() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.01)
            work.append(time.thread_time() - before)

    beside = asyncio.create_task(talking())
    everybody = await corp.changes(None)
    (tmp_path / "crowd.py").write_text(
        CROWD.replace("range(50_000):", "range(1, 50_000):").replace("n % 500", "n % 499"), "utf-8"
    )
    await corp.create(NewAccount("ben", "Ben Okafor", OLD))  # something was counted, so there is something to read
    after = await corp.changes(everybody.next)
    beside.cancel()
    assert len(told(everybody)) == 50_000
    gone = SubjectId(f"corp:{0:036}")
    moved = {SubjectId(f"corp:{n:036}") for n in range(1, 50_000) if n % 500 != n % 499}
    assert (told(after), list(after.gone), after.whole) == (moved, [gone], False)
    assert sorted(work)[len(work) * 95 // 100] < 0.1
    assert max(work) < 1.0


async def test_two_who_ask_at_once_are_both_told(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    first, second = await asyncio.gather(corp.changes(None), corp.changes(None))
    assert told(first) == told(second)
    assert ana in told(first)
