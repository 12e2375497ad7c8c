"""Who is told of a change, where, in which words, and what happens when one address fails."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest_asyncio

from bot.identity.registered import NEVER, Registered
from bot.identity.taken_addresses import taken
from bot.messaging.messenger import Channel as Sent
from bot.messaging.messenger import Message, Messenger, Undeliverable
from bot.platform.ids import MethodId
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.policy.policy import NotifyRules
from store.directory_admin import AdministeredDirectory
from tests.kit.attackers import proven
from tests.kit.callers import Caller, Channel
from tests.kit.kinds import EMAIL, TOTP
from tests.kit.noticed import ADMIN, HOME, WORK, phone_number
from tests.kit.registering import has_sheet
from tests.kit.residents import GOOD
from tests.kit.stores import migrated
from tests.kit.town import EVERYBODY, Town, quick

__all__ = ["migrated"]
PENDING = "pending@home.example"


@dataclass
class Post:
    """Keeps what it is given; where it is told to, it fails so many times."""

    fails: dict[str, list[Exception]] = field(default_factory=dict)
    got: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        if reasons := self.fails.get(message.to.reveal()):
            raise reasons.pop()
        self.got.append(message)

    def to(self, address: str, about: str = "password") -> list[Message]:
        return [m for m in self.got if m.to.reveal() == address and about in m.text.reveal()]


@pytest_asyncio.fixture
async def town(tmp_path: Path, migrated: Path) -> AsyncIterator[Town]:
    made = await Town(tmp_path, migrated).settle_in()
    yield made
    await made.leave()


def listeners(town: Town, **fails: Sequence[Exception]) -> Post:
    """Both kinds of messages go through the same hands, which all that sends already holds."""
    post = Post({address: list(reasons) for address, reasons in fails.items()})
    for channel in Sent:
        cast("dict[Sent, Messenger]", town.app.messengers)[channel] = post
    return post


async def resets(town: Town, login: str = "ana") -> None:
    _, page = await proven(town, login)
    await page.types(GOOD)
    assert await page.at() == "reset.done"
    await town.settle()


async def test_every_address_that_is_confirmed_is_told_once_and_a_pending_one_never(town: Town) -> None:
    subject, long_ago = await town.subject("ana"), town.clock.now - 60
    pending = Registered(MethodId("method-pending"), subject, EMAIL, Secret(PENDING), long_ago, NEVER)
    await town.app.store.records.register(pending)
    post = listeners(town)
    await resets(town)
    phone = await phone_number(town)
    assert {m.to.reveal() for m in post.got} == {HOME, WORK, phone}
    assert len(post.got) == 3
    (text,) = post.to(phone)
    assert text.text.reveal().startswith("Contoso Demo: your password was reset. Not you? http://localhost:8400/n/")
    assert len(text.text.reveal()) < 160


async def test_news_come_in_the_language_of_the_directory(town: Town) -> None:
    post = listeners(town)
    lena = Caller(town, "lena", Channel.TERMINAL)
    await lena.wants("unlock")
    await lena.proves_by(TOTP)
    await town.settle()
    assert {m.subject for m in post.got} == {"Contoso Demo: Ihr Konto wurde entsperrt"}


async def test_one_address_that_fails_holds_up_no_other_and_is_tried_again_alone(town: Town) -> None:
    post = listeners(town, **{WORK: [NotNow(), NotNow()]})
    await resets(town)
    assert (len(post.to(HOME)), len(post.to(WORK)), len(post.to(await phone_number(town)))) == (1, 0, 1)
    for seconds in (10, 40):
        await town.passes(seconds)
    assert (len(post.to(HOME)), len(post.to(WORK)), len(post.to(await phone_number(town)))) == (1, 1, 1)


async def test_an_address_that_never_gets_anything_is_no_reason_to_try_again(town: Town) -> None:
    post = listeners(town, **{WORK: [Undeliverable()]})
    await resets(town)
    await town.passes(100)
    assert (len(post.to(HOME)), len(post.to(WORK))) == (1, 0)


async def test_a_policy_that_tells_nobody_tells_nobody(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, notify=NotifyRules(users=False)))
    post = listeners(town)
    await resets(town)
    assert post.got == []


async def adam_resets(town: Town) -> None:
    """With two methods, as an admin must."""
    codes = await has_sheet(town, "adam")
    adam = Caller(town, "adam", Channel.TERMINAL)
    await adam.wants("reset")
    await adam.proves_by(TOTP)
    await adam.types(codes[0])
    await adam.types(GOOD)
    assert await adam.at() == "reset.done"
    await town.settle()


async def test_an_admins_reset_is_told_to_all_other_admins_without_the_link(town: Town) -> None:
    hands = AdministeredDirectory("contoso", town.app.store.database, town.world, quick(town.world))
    await hands.add_member("Unlatch-Admins", await town.subject("ana"))
    post = listeners(town)
    await adam_resets(town)
    assert [("/n/" in m.text.reveal()) for m in post.to(ADMIN)] == [True]
    for address in (WORK, HOME, await phone_number(town)):
        (told,) = post.to(address)
        assert "adam" in told.text.reveal()
        assert "/n/" not in told.text.reveal()


async def test_addresses_in_a_job_are_sealed(town: Town) -> None:
    subject = await town.subject("ana")
    methods = await town.app.store.records.methods(subject)
    ((_, sealed),) = taken(town.keys, subject, methods)
    assert HOME.encode().hex() not in sealed
    assert taken(town.keys, subject, [m for m in methods if m.kind == TOTP]) == ()


async def test_where_the_policy_says_so_other_admins_are_not_told(town: Town) -> None:
    await town.use_policy(replace(EVERYBODY, notify=NotifyRules(admins_on_admin_reset=False)))
    hands = AdministeredDirectory("contoso", town.app.store.database, town.world, quick(town.world))
    await hands.add_member("Unlatch-Admins", await town.subject("ana"))
    post = listeners(town)
    await adam_resets(town)
    assert post.to(ADMIN) != []
    assert post.to(WORK) == []
