"""The work that follows a settled turn: codes, notices, alarms and invitations leave the house, and a second directory is watched."""

from collections.abc import Mapping

from bot.accounts.late_writes import LateWrites
from bot.app.chats import VendorChat
from bot.app.parts import Parts
from bot.conversation.windows import Windows
from bot.helpdesk.invitations import Invitations
from bot.identity.chat_people import ChatPeople
from bot.notify.admin_alerts import AdminAlertMail
from bot.notify.change_chat import ChangeChat
from bot.notify.change_mail import ChangeMail
from bot.notify.code_mail import CodeMail
from bot.notify.sync_watch import SyncWatch
from bot.platform.job_outbox import Handler, Job


def job_handlers(app: Parts, windows: Windows, chats: Mapping[str, VendorChat]) -> Mapping[str, Handler]:
    """By the kind of the job."""
    records = app.store.records
    post = CodeMail(records, app.messengers, app.codes, app.words, app.world)
    alerts = AdminAlertMail(app.directories, app.roles, app.messengers, app.words)
    invitations = Invitations(
        app.store.conversations,
        records,
        app.directories,
        app.messengers,
        windows,
        app.words,
        app.settings.base_url,
        app.world,
    )
    return {
        "code": post.code,
        "notice": _notice(app, chats),
        "alarm": alerts.alarm,
        "invite": invitations.invite,
        "late_write": LateWrites(app.store.operations, app.directories, app.world).look,
        "follow": SyncWatch(records, app.store.operations, app.directories).follow,
    }


def _notice(app: Parts, chats: Mapping[str, VendorChat]) -> Handler:
    """To addresses, and to chats as well."""
    news = _news(app)
    people = ChatPeople(app.store.chat_links, app.directories, app.store.records, app.world)
    pushes = {kind: chat.push for kind, chat in chats.items()}
    chat_news = ChangeChat(
        app.store.records,
        app.store.records,
        app.store.operations,
        app.directories,
        people,
        pushes,
        app.policies,
        app.words,
        app.world,
    )

    async def notice(job: Job) -> None:
        await news.notice(job)
        await chat_news.notice(job)

    return notice


def _news(app: Parts) -> ChangeMail:
    return ChangeMail(
        app.store.records,
        app.store.operations,
        app.directories,
        app.roles,
        app.messengers,
        app.policies,
        app.words,
        app.not_me,
        app.keys,
        app.settings.base_url,
        app.world,
    )
