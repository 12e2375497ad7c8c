"""An alarm reaches every admin by mail, once, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.directory.interfaces import Changes, Directory, Person, Unreachable
from bot.language.translations import Words
from bot.messaging.ledger import ADMINS
from bot.messaging.messenger import Channel, Message, Undeliverable
from bot.notify.admin_alerts import AdminAlertMail, AdminAlerts
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Job, Jobs
from bot.platform.keyring import Keys
from bot.policy.roles import Role, Roles
from store.open import Store
from tests.kit.stores import each


@dataclass(frozen=True)
class Town:
    """Two admins, one of them without a mailbox, and somebody else."""

    async def changes(self, since: str | None) -> Changes:
        return Changes(
            [person("adam", "Admins"), person("eve", "admins", mail=None), person("ana"), person("udo", "Admins")], [], "1"
        )


def person(login: str, *groups: str, mail: str | None = "") -> Person:
    address = f"{login}@example.com" if mail == "" else mail
    language = "de" if login == "udo" else None
    return Person(SubjectId(f"town:{login}"), login, login, frozenset(groups), mail=address, language=language)


@dataclass
class Mailbox:
    refused: str = ""
    got: list[tuple[str, str, str, str]] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        if message.to.reveal() == self.refused:
            raise Undeliverable
        self.got.append((message.id, message.to.reveal(), message.subject, message.text.reveal()))


def post(mailbox: Mailbox | None, keys: Keys) -> AdminAlertMail:
    town: Directory = Town()  # type: ignore[assignment]  # asked for its people and for nothing else
    messengers = {Channel.MAIL: mailbox} if mailbox else {}
    return AdminAlertMail({"town": town}, Roles({Role.ADMIN: "Admins"}), messengers, Words("Contoso", lambda: ""), keys)


async def rung(store: Store) -> Sequence[Job]:
    alerts = AdminAlerts(store.records)
    with capture_logs() as logs:
        for _ in range(3):
            await alerts.raise_alert("messages:sms:filtered", code=30007)
    assert len(logs) == 1
    return await store.jobs.lease_due(each(10), 60.0)


async def carried(store: Store, post: AdminAlertMail) -> None:
    """All that is due."""
    jobs = Jobs(store.jobs, {"alarm": post.alarm}, store.jobs.world)
    while await jobs.run_due():
        pass


async def test_an_alarm_is_one_row_and_one_job_however_often_it_is_rung(store: Store) -> None:
    (job,) = await rung(store)
    assert (job.kind, job.to, job.about) == ("alarm", ADMINS, (("words", "alarm.sms.filtered"), ("code", "30007")))
    rows = [row async for row in store.audit.rows(0)]
    assert [(row.tag, row.subject, row.detail) for row in rows] == [("messages:sms:filtered", "admins", (("code", "30007"),))]


async def test_every_admin_with_a_mailbox_is_told_in_their_language_and_nobody_else(store: Store, keys: Keys) -> None:
    await AdminAlerts(store.records).raise_alert("messages:sms:filtered", code=30007)
    mailbox = Mailbox()
    await carried(store, post(mailbox, keys))
    assert [(id.partition(".")[2], to) for id, to, _, _ in mailbox.got] == [
        ("town:adam", "adam@example.com"),
        ("town:udo", "udo@example.com"),
    ]
    assert mailbox.got[0][2] == "Contoso: Unlatch can't send some text messages"
    assert "30007" in mailbox.got[0][3]
    assert "SMS" in mailbox.got[1][3]


async def test_a_mailbox_that_is_gone_does_not_keep_the_others_from_hearing(store: Store, keys: Keys) -> None:
    await AdminAlerts(store.records).raise_alert("messages:sms:filtered", code=30007)
    mailbox = Mailbox(refused="adam@example.com")
    await carried(store, post(mailbox, keys))
    assert [to for _, to, _, _ in mailbox.got] == ["udo@example.com"]
    assert [(letter.kind, letter.why) for letter in await store.jobs.dead()] == [("alarm", "undelivered.address")]


async def test_without_a_mail_server_log_and_audit_have_to_do(store: Store, keys: Keys) -> None:
    with capture_logs() as logs:
        await AdminAlerts(store.records).raise_alert("messages:sms:filtered", code=30007)
    (job,) = await store.jobs.lease_due(each(10), 60.0)
    texts = Mailbox()
    await replace(post(None, keys), messengers={Channel.TEXT: texts}).alarm(job)
    assert texts.got == []
    assert logs == [{"event": "alarm", "log_level": "error", "tag": "messages:sms:filtered", "code": 30007}]
    assert [(row.tag, row.detail) async for row in store.audit.rows(0)] == [("messages:sms:filtered", (("code", "30007"),))]


async def test_a_silent_directory_keeps_no_admin_of_another_from_hearing_and_alone_it_is_tried_again(
    store: Store, keys: Keys
) -> None:
    class Silent:
        async def changes(self, since: str | None) -> Changes:
            raise Unreachable

    (job,) = await rung(store)
    mailbox = Mailbox()
    here = post(mailbox, keys)
    silent = cast("Directory", Silent())
    assert len(await replace(here, directories={"silent": silent, **here.directories}).alarm(job)) == 2
    with pytest.raises(Unreachable):
        await replace(here, directories={"silent": silent}).alarm(job)
