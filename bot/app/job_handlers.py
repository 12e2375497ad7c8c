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
from bot.notify.change_notice import ChangeNotices, ChangeWords
from bot.notify.code_mail import CodeMail
from bot.notify.sync_watch import SyncWatch
from bot.platform.job_outbox import Handler


def job_handlers(app: Parts, windows: Windows, chats: Mapping[str, VendorChat]) -> Mapping[str, Handler]:
    """Who carries out a job, by its kind."""
    records = app.store.records
    codes = CodeMail(records, app.messengers, app.keys, app.words, app.world)
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
        "code": codes.code,
        "notice": _change_notices(app, chats).notice,
        "alarm": alerts.alarm,
        "invite": invitations.invite,
        "late_write": LateWrites(app.store.operations, app.directories, app.world).look,
        "follow": SyncWatch(records, app.store.operations, app.directories).follow,
    }


def _change_notices(app: Parts, chats: Mapping[str, VendorChat]) -> ChangeNotices:
    """The news of a change, carried to addresses and to chats."""
    records = app.store.records
    words = ChangeWords(app.words, app.not_me, app.settings.base_url, app.world)
    people = ChatPeople(app.store.chat_links, app.directories, records, app.world)
    pushes = {kind: chat.push for kind, chat in chats.items()}
    mail = ChangeMail(records, records, app.messengers, app.keys, words)
    chat = ChangeChat(records, records, people, pushes, words)
    return ChangeNotices(app.store.operations, app.directories, app.roles, app.policies, (mail, chat))
