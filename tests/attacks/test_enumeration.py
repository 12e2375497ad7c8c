"""ST14: a stranger can't tell who is here: the same words, statuses, sizes and pace for somebody, nobody and whoever is barred."""

import asyncio
import json
from dataclasses import dataclass, fields
from statistics import median
from typing import cast

import pytest

from bot.conversation.interfaces import Notice
from bot.directory.interfaces import Directory, Person, SignIn
from bot.identity.attempt_limits import AttemptLimits
from bot.identity.registered import Registered
from bot.platform.ids import Kind, SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from store.directory import EmbeddedDirectory
from tests.kit.attackers import MOVING, TEXT, Seen, again, at_code, count, picks, stranger
from tests.kit.moods import Mood, MoodyDirectory
from tests.kit.people import Browser, Terminal
from tests.kit.town import Town, quick

# Three methods; locked; no method at all; disabled; protected; an admin; nobody; and names that mean mischief.
NAMES = ["ana", "ben", "nora", "olaf", "pia", "adam", "ghost"]


async def a_reset(town: Town, name: str) -> Seen:
    """Name, a text message, wrong codes until the end."""
    page, seen = await stranger(town, name), Seen(name)
    await seen.notes(page)
    await picks(town, page, name, TEXT)
    for _ in range(4):
        await seen.notes(page)
        await page.types("000001")
    await seen.notes(page)
    return seen


async def a_bombing(town: Town, name: str) -> Seen:
    """The same code asked for again and again, in three sessions."""
    seen = Seen(name)
    for _ in range(3):
        page = await at_code(town, name, TEXT)
        for _ in range(4):
            await again(town, page, name)
            await seen.notes(page)
    return seen


async def a_change(town: Town, name: str) -> Seen:
    """Wrong passwords until the end, twice."""
    seen = Seen(name)
    for _ in range(2):
        page = await stranger(town, name, "change")
        for _ in range(4):
            await seen.notes(page)
            if await page.at() == "method.password.ask":
                await page.types("wrong-password-1")
    return seen


async def an_unlock(town: Town, name: str) -> Seen:
    """Somebody who may be locked."""
    page, seen = await stranger(town, name, "unlock"), Seen(name)
    await seen.notes(page)
    await page.picks("Authenticator app")
    await page.types("000001")
    await seen.notes(page)
    await page.presses("other")
    await seen.notes(page)
    return seen


@pytest.mark.parametrize("play", [a_reset, a_bombing, a_change, an_unlock], ids=lambda play: str(play.__name__))
async def test_st14_all_accounts_look_alike_to_a_stranger(town: Town, monkeypatch: pytest.MonkeyPatch, play: object) -> None:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.001)
    plays = {"a_reset": a_reset, "a_bombing": a_bombing, "a_change": a_change, "an_unlock": an_unlock}
    tale = plays[play.__name__]  # type: ignore[attr-defined]  # it is one of these functions
    seen = [await tale(town, name) for name in NAMES]
    for one in seen[1:]:
        assert one.seen == seen[0].seen, one.name


async def test_st14_a_bombing_would_tell_if_strangers_were_told_of_limits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    quietly = AttemptLimits.one_more

    async def tell(self: AttemptLimits, subject: SubjectId, kind: Kind, to: Registered | None) -> float:
        if to and await quietly(self, subject, kind, to):
            raise Misstep("verify.too_many_codes")
        return 0.0

    monkeypatch.setattr(AttemptLimits, "one_more", tell)
    assert (await a_bombing(town, "ana")).seen != (await a_bombing(town, "ghost")).seen


async def test_st14_the_terminal_tells_a_stranger_no_more(town: Town) -> None:
    told = []
    for name in NAMES:
        chat = Terminal(town, None)
        chat.lines.clear()
        for said in ("I forgot my password", name):
            await chat.says(said)
        told.append([MOVING.sub("", json.dumps(json.loads(line))) for line in chat.lines])
        await chat.says("cancel")
    assert told == [told[0]] * len(told)
    assert len(told[0]) == 2


async def test_st14_a_code_for_nobody_or_for_a_missing_method_is_never_sent_and_never_right(town: Town) -> None:
    for name in ("ghost", "nora", "olaf", "pia"):
        page = await at_code(town, name, TEXT)
        assert (await page.at(), count(town, "job")) == ("method.sms.ask", 0)
    assert count(town, "proof") == 0


@dataclass(frozen=True)
class Branch(MoodyDirectory):
    """Nobody's, and sometimes it says not even that."""

    async def find(self, text: str) -> Person | None:
        await self.mood.hears()
        return await super().find(text)


async def test_st14_while_one_of_two_directories_is_silent_every_name_is_told_so(town: Town) -> None:
    here, mood = town.directory, Mood()
    made = {each.name: getattr(here, each.name) for each in fields(here)}
    cast("dict[str, Directory]", town.app.directories)["branch"] = Branch(**{**made, "name": "branch", "mood": mood})
    for name in ("ana", "nobody"):
        page = Browser(town)
        await page.starts("reset")
        mood.silent = True
        await page.types(name)
        assert (await page.at(), (await page.view()).notice) == ("find.self", Notice("accounts.directory_silent")), name
        mood.silent = False
        await page.types(name)
        await page.picks(TEXT)
        await page.types("+12025550199")
        mood.silent = True
        await page.types("123456")
        assert (await page.view()).notice == Notice("accounts.directory_silent"), name
        mood.silent = False


async def test_st14_a_strangers_page_shows_no_part_of_an_address(town: Town) -> None:
    page = await stranger(town, "ana")
    shown = await page.reads()
    await picks(town, page, "ana", TEXT)
    shown += await page.reads()
    assert "•" not in shown
    assert "@" not in shown


async def pace(town: Town, name: str, wish: str, said: str) -> float:
    """Median of the seconds that an answer takes."""
    loop, taken = asyncio.get_running_loop(), []
    for _ in range(5):
        page = await stranger(town, name, wish)
        if wish == "reset":
            await page.picks("Authenticator app")
        begun = loop.time()
        await page.types(said)
        taken.append(loop.time() - begun)
        town.clock.passes(2 * 86400)
    return median(taken)


class FarAway(EmbeddedDirectory):
    """As slow with a password, and with an account that is there, as a real one."""

    async def find(self, text: str) -> Person | None:
        found = await EmbeddedDirectory.find(self, text)
        await asyncio.sleep(0.12 if found else 0.0)
        return found

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        await asyncio.sleep(0.12)
        return await EmbeddedDirectory.sign_in(self, subject, password)


def move_away(town: Town) -> None:
    directories = cast("dict[str, Directory]", town.app.directories)
    directories["contoso"] = FarAway("contoso", town.app.store.database, town.world, quick(town.world))


async def test_st14_a_wrong_code_takes_as_long_for_nobody(town: Town) -> None:
    somebody, nobody = await pace(town, "ana", "reset", "000001"), await pace(town, "ghost", "reset", "000001")
    assert max(somebody, nobody) < 3 * min(somebody, nobody) + 0.02


async def name_taken(town: Town, login: str) -> float:
    """Seconds from a typed name to its answer, the median of a few."""
    loop, taken = asyncio.get_running_loop(), []
    for _ in range(5):
        page = Browser(town)
        await page.starts("reset")
        begun = loop.time()
        await page.types(login)
        taken.append(loop.time() - begun)
    return median(taken)


@pytest.mark.long
async def test_st14_a_name_takes_as_long_for_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.3)
    move_away(town)
    assert abs(await name_taken(town, "ana") - await name_taken(town, "ghost")) < 0.08


@pytest.mark.long
async def test_st14_a_name_would_tell_without_the_pace(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.001)
    move_away(town)
    assert await name_taken(town, "ana") - await name_taken(town, "ghost") > 0.08


@pytest.mark.long
async def test_st14_a_wrong_password_takes_as_long_for_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.3)
    move_away(town)
    somebody, nobody = await pace(town, "ana", "change", "wrong-one-1"), await pace(town, "ghost", "change", "wrong-one-1")
    assert abs(somebody - nobody) < 0.08


@pytest.mark.long
async def test_st14_a_wrong_password_would_tell_without_the_pace(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platform.constant_time.PACE", 0.001)
    move_away(town)
    assert await pace(town, "ana", "change", "wrong-one-1") - await pace(town, "ghost", "change", "wrong-one-1") > 0.08
