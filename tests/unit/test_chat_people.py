"""Whose a chat account is, where nobody has linked it: what directories say of its immutable id, and for how long that is believed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from bot.directory.interfaces import Directory, Unreachable
from bot.identity import chat_people
from bot.identity.chat_links import LinkStore
from bot.identity.chat_people import ChatPeople
from bot.model.facts import Audited
from bot.model.turn import ChatAccount
from bot.platform.clock import World
from bot.platform.ids import ObjectId, Origin, SubjectId
from bot.platform.job_outbox import Sent
from tests.kit.stores import Clock

OBJECT, ANA, BEN = ObjectId("tenant-1", "object-1"), SubjectId("cloud:object-1"), SubjectId("corp:7")
ACCOUNT = ChatAccount("chat", "tenant-1/object-1", "Ana", OBJECT)


@dataclass
class Cloud:
    """Knows whom it is told to know; silent while `silent`."""

    name: str = "cloud"
    knows: dict[ObjectId, SubjectId] = field(default_factory=dict)
    silent: Exception | None = None
    hangs: bool = False
    asked: int = 0

    async def of_object(self, object: ObjectId) -> SubjectId | None:
        self.asked += 1
        if self.silent:
            raise self.silent
        if self.hangs:
            await asyncio.Event().wait()
        return self.knows.get(object)

    async def object_of(self, subject: SubjectId) -> ObjectId | None:
        return next((object for object, who in self.knows.items() if who == subject), None)


class Network:
    """Has no such ids."""

    name = "network"


@dataclass
class Links:
    """As they are on record."""

    linked_to: dict[tuple[str, str], SubjectId] = field(default_factory=dict)

    async def linked(self, kind: str, account: str) -> SubjectId | None:
        return self.linked_to.get((kind, account))


@dataclass
class Ledger:
    """Keeps what is written, once a key."""

    keys: set[str] = field(default_factory=set)
    told: list[Audited | Sent] = field(default_factory=list)

    async def once(self, key: str, seconds: float, *facts: Audited | Sent) -> bool:
        first = key not in self.keys
        self.keys.add(key)
        self.told += facts if first else ()
        return first


@dataclass
class House:
    """All of it."""

    directories: Sequence[Cloud | Network] = ()
    links: Links = field(default_factory=Links)
    ledger: Ledger = field(default_factory=Ledger)
    clock: Clock = field(default_factory=Clock)

    def people(self) -> ChatPeople:
        served = cast("dict[str, Directory]", {each.name: each for each in self.directories})
        return ChatPeople(cast("LinkStore", self.links), served, self.ledger, World(now=self.clock))


async def test_the_directory_names_who_it_is_and_is_asked_once_in_five_minutes() -> None:
    cloud = Cloud(knows={OBJECT: ANA})
    house = House([Network(), cloud])
    people = house.people()
    for _ in range(3):
        party = await people.party(ACCOUNT, "de")
        assert (party.origin, party.subject, party.language, party.account) == (Origin.LINKED, ANA, "de", ACCOUNT)
    assert cloud.asked == 1
    house.clock.passes(chat_people.KNOWN_FOR)
    cloud.knows.clear()
    assert (await people.party(ACCOUNT, "de")).subject is None
    assert cloud.asked == 2


async def test_the_audit_has_it_once_a_day() -> None:
    house = House([Cloud(knows={OBJECT: ANA})])
    for _ in range(2):  # two replicas
        await house.people().party(ACCOUNT, "en")
    detail = (("chat", "chat"), ("account", "tenant-1/object-1"))
    assert house.ledger.told == [Audited("identity:chat:mapped", ANA, detail)]


async def test_a_link_wins_and_nobody_is_asked() -> None:
    cloud = Cloud(knows={OBJECT: ANA})
    house = House([cloud], Links({("chat", ACCOUNT.id): BEN}))
    assert (await house.people().party(ACCOUNT, "en")).subject == BEN
    assert (cloud.asked, house.ledger.told) == (0, [])


async def test_nobody_is_known_by_a_name_or_where_the_chat_tells_no_such_id() -> None:
    cloud = Cloud(knows={OBJECT: ANA})
    people = House([cloud]).people()
    party = await people.party(ChatAccount("chat", ACCOUNT.id, "Ana"), "en")
    assert (party.origin, party.subject, cloud.asked) == (Origin.STRANGER, None, 0)
    other = await people.party(ChatAccount("chat", "tenant-1/object-2", "Ana", ObjectId("tenant-1", "object-2")), "en")
    assert (other.origin, other.subject) == (Origin.STRANGER, None)


@pytest.mark.parametrize("silent", [Unreachable(), OSError(), TimeoutError()], ids=lambda each: type(each).__name__)
async def test_a_silent_directory_says_nothing_and_is_asked_again(silent: Exception) -> None:
    cloud = Cloud(knows={OBJECT: ANA}, silent=silent)
    people = House([cloud]).people()
    assert (await people.party(ACCOUNT, "en")).subject is None
    cloud.silent = None
    assert (await people.party(ACCOUNT, "en")).subject == ANA


async def test_one_that_hangs_isnt_waited_for_and_another_may_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_people, "PATIENCE", 0.01)
    people = House([Cloud("slow", hangs=True), Cloud("other", knows={OBJECT: ANA})]).people()
    assert (await people.party(ACCOUNT, "en")).subject == ANA


async def test_no_more_people_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_people, "MOST", 2)
    cloud = Cloud()
    people = House([cloud]).people()
    for number in (1, 2, 3, 1):
        await people.party(ChatAccount("chat", str(number), "", ObjectId("tenant-1", str(number))), "en")
    assert cloud.asked == 4
