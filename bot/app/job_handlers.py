"""The work that follows a settled turn: codes, notices, alarms and invitations leave the house, and a second directory is watched."""

from collections.abc import Mapping

from bot.accounts.late_writes import LateWrites
from bot.app.chats import VendorChat
from bot.app.parts import Parts
from bot.conversation.windows import Windows
from bot.helpdesk.case_chat import CaseChat
from bot.helpdesk.invitations import Invitations
from bot.identity.chat_people import ChatPeople
from bot.identity.contact_corrections import ContactCorrections
from bot.notify.admin_alerts import AdminAlertMail, AdminAlerts
from bot.notify.change_chat import ChangeChat
from bot.notify.change_mail import ChangeMail
from bot.notify.change_notice import ChangeNotices, ChangeWords
from bot.notify.code_mail import CodeMail
from bot.notify.dead_letters import DeadLetterAlert
from bot.notify.phone_prompts import PhonePrompts
from bot.notify.sync_watch import SyncWatch
from bot.notify.tries_watch import TriesWatch
from bot.platform.job_outbox import Jobs


def jobs(app: Parts, windows: Windows, chats: Mapping[str, VendorChat]) -> Jobs:
    """Who carries out a job, by its kind, and who speaks when it dies."""
    records, operations = app.store.records, app.store.operations
    codes = CodeMail(records, app.messengers, app.keys, app.words, app.world, app.settings.base_url)
    words = ChangeWords(app.words, app.not_me, app.settings.base_url, app.world)
    mail = ChangeMail(records, app.messengers, app.keys, words)
    people, pushes = ChatPeople(app.store.chat_links, app.directories, records, app.world), {k: c.push for k, c in chats.items()}
    chat, case_chat = ChangeChat(records, records, people, pushes, words), CaseChat(records, people, pushes, app.words)
    handlers = {
        "code": codes.code,
        "notice": ChangeNotices(operations, app.directories, app.roles, app.policies, mail, chat).notice,
        "alarm": AdminAlertMail(app.directories, app.roles, app.messengers, app.words, app.keys).alarm,
        "invite": _invitations(app, windows, case_chat).invite,
        "late_write": LateWrites(operations, app.directories, app.world).look,
        "prompt": PhonePrompts(records, app.store.vault, app.push, app.words, app.world).prompt,
        "tries": TriesWatch(records, app.world).look,
        "contact": ContactCorrections(records, records, app.directories, app.world).correct,
        "follow": SyncWatch(records, operations, app.directories).follow,
    }
    dead = DeadLetterAlert(AdminAlerts(records), {"code": codes.gave_up, "notice": chat.gave_up})
    return Jobs(app.store.jobs, handlers, app.world, app.metrics, dead.gave_up)


def _invitations(app: Parts, windows: Windows, chats: CaseChat) -> Invitations:
    return Invitations(
        app.store.conversations,
        app.store.records,
        app.directories,
        app.messengers,
        windows,
        app.words,
        app.settings.base_url,
        app.world,
        app.keys,
        chats,
    )
