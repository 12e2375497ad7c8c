"""The work that follows a settled turn: codes, notices, alarms and invitations leave the house, and a second directory is watched."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.alarms import AlarmPost
from bot.following import Watch
from bot.helpdesk.invitations import Invitations
from bot.jobs import Handler
from bot.news import News
from bot.notices import Post

if TYPE_CHECKING:
    from bot.app.whole import App


def errands(app: "App") -> Mapping[str, Handler]:
    """By the kind of the job."""
    records = app.store.records
    post = Post(records, app.messengers, app.codes, app.words, app.world)
    alarms = AlarmPost(app.directories, app.roles, app.messengers, app.words)
    invitations = Invitations(
        app.store.conversations,
        records,
        app.directories,
        app.messengers,
        app.engine.windows,
        app.words,
        app.settings.base_url,
        app.world,
    )
    return {
        "code": post.code,
        "notice": _news(app).notice,
        "alarm": alarms.alarm,
        "invite": invitations.invite,
        "follow": Watch(records, app.store.operations, app.directories).follow,
    }


def _news(app: "App") -> News:
    return News(
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
