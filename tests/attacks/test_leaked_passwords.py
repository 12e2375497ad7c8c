"""Leaked passwords, asked of a range service on loopback: what leaves the house, what comes of each answer, and of none."""

import hashlib
import json
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.breached.range_service import RangeService, findings
from bot.app import App, build
from bot.cli import password as command
from bot.demo.seed import POLICY
from bot.directory.interfaces import DirectoryRules, Person
from bot.doctor.finding import Level
from bot.platform.egress import Egress
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from bot.policy.policy import PasswordRules, dump
from bot.settings.settings import Settings

GOOD, LEAKED = Secret("Correct-Horse-7-Battery"), Secret("Copper-Lantern-58-Meadow")
ANA = Person(SubjectId("contoso:1"), "ana", "Ana Ferreira", frozenset())


def digest(password: Secret) -> str:
    return hashlib.sha1(password.reveal().encode(), usedforsecurity=False).hexdigest().upper()


@dataclass
class Ranges:
    """A stand-in that knows two passwords, and pads as it is asked to. `says`: something else instead."""

    says: web.Response | None = None
    asked: list[web.Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        if self.says:
            return self.says
        first = request.match_info["first"]
        known = [f"{one[5:]}:37" for one in map(digest, (LEAKED, Secret("password"))) if one.startswith(first)]
        return web.Response(text="\r\n".join([f"{'0' * 35}:0", *known, f"{digest(GOOD)[5:]}:0"]))


@pytest_asyncio.fixture
async def ranges() -> Ranges:
    return Ranges()


@pytest_asyncio.fixture
async def url(ranges: Ranges) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([web.get("/range/{first}", ranges.answer)])
    async with TestServer(app) as server:
        yield str(server.make_url("/range/"))


@pytest_asyncio.fixture
async def house(tmp_path: Path, migrated: Path, url: str) -> AsyncIterator[App]:
    settings = Settings.demo(tmp_path / "data")
    asks = settings.passwords.model_copy(update={"breached_range": url})
    (tmp_path / "data").mkdir()
    shutil.copy(migrated, tmp_path / "data" / "unlatch.sqlite3")
    settings.keys.ring_file.parent.mkdir(exist_ok=True)
    app = await build(settings.model_copy(update={"passwords": asks}), keys=Keys.create(settings.keys.ring_file))
    yield app
    await app.close()


async def test_five_hex_digits_leave_the_house_and_padding_is_no_leak(ranges: Ranges, url: str) -> None:
    service = RangeService(url)
    assert [await service.leaked(one) for one in (LEAKED, GOOD)] == [True, False]
    assert [request.path for request in ranges.asked] == [f"/range/{digest(one)[:5]}" for one in (LEAKED, GOOD)]
    assert all(request.headers["Add-Padding"] == "true" and not request.query_string for request in ranges.asked)


@pytest.mark.parametrize(
    "says",
    [web.Response(status=503), web.Response(text="<html>"), web.Response(), web.Response(status=302, headers={"Location": "/"})],
    ids=["fault", "page", "nothing", "elsewhere"],
)
async def test_what_is_no_answer_is_none(ranges: Ranges, url: str, says: web.Response) -> None:
    ranges.says = says
    assert await RangeService(url).leaked(LEAKED) is None
    assert await RangeService("http://127.0.0.1:9/range/").leaked(LEAKED) is None


async def test_a_new_password_that_leaked_is_refused_and_a_weak_one_is_never_asked_about(house: App, ranges: Ranges) -> None:
    with pytest.raises(Misstep, match=r"password\.breached"):
        await house.check.demand(LEAKED, ANA, DirectoryRules())
    await house.check.demand(GOOD, ANA, DirectoryRules())
    with pytest.raises(Misstep):
        await house.check.demand(Secret("ana12345"), ANA, DirectoryRules())
    await house.check.rulings(LEAKED, ANA, DirectoryRules())  # what is typed on the way isn't asked about either
    assert len(ranges.asked) == 2


async def test_the_rules_say_what_silence_means(house: App, ranges: Ranges) -> None:
    ranges.says = web.Response(status=503)
    await house.check.demand(LEAKED, ANA, DirectoryRules())
    strict = replace(POLICY, passwords=PasswordRules(breached_must_answer=True))
    await house.store.policies.save(json.dumps(dump(strict)), "operator:test", 0)
    house.policies.forget()
    with pytest.raises(Misstep, match=r"password\.leaks_unknown"):
        await house.check.demand(GOOD, ANA, DirectoryRules())


async def test_a_demo_store_asks_nobody(house: App) -> None:
    await house.store.flags.mark_demo()
    demo = await build(house.settings, keys=house.keys)
    assert demo.check.lookup is None
    await demo.close()


async def test_the_doctor_wants_it_to_know_what_everybody_knows(ranges: Ranges, url: str) -> None:
    for says, level in (
        (None, Level.OK),
        (web.Response(text=f"{'0' * 35}:1"), Level.FAIL),
        (web.Response(status=500), Level.FAIL),
    ):
        ranges.says = says
        assert [found.level async for found in findings(url, Egress())] == [level]


async def test_the_command_says_the_same(
    ranges: Ranges, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(f"{LEAKED.reveal()}\n{GOOD.reveal()}\n"))
    await command.verdicts(PasswordRules(), Person(SubjectId("x:1"), "", "", frozenset()), "", None, RangeService(url))
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["accepted"], one["reasons"]) for one in said] == [(False, ["breached"]), (True, [])]
