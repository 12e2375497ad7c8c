"""What Slack sends, sorted: bolt's application, whose listeners say who spoke and hand on what was meant."""

import re
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.blocks import OPEN, bare, token_of
from adapters.slack.calling import QUIET
from adapters.slack.hearing import Hearing
from adapters.slack.home import Home
from adapters.slack.installations import Installations
from adapters.slack.leaving import Leaving
from adapters.slack.speaker import Spoke

ANY = re.compile(".*", re.DOTALL)
ORDINARY = frozenset({None, "file_share", "thread_broadcast", "me_message"})  # kinds of messages that people write
HOME = "home"  # prefix of the App Home's buttons
Body = dict[str, Any]
log = structlog.get_logger()


@dataclass(frozen=True)
class Listening:
    """One method for each kind of thing that Slack sends."""

    hearing: Hearing
    home: Home
    leaving: Leaving

    async def message(self, body: Body, context: AsyncBoltContext) -> None:
        """In a direct message. What somebody has edited is heard for one thing alone."""
        event = body["event"]
        if event.get("channel_type") == "im" and event.get("subtype") == "message_changed":
            now = event.get("message") or {}
            if not now.get("bot_id") and now.get("user"):
                await self.hearing.overheard(spoke(context, now["user"]), str(now.get("text") or ""), f"slack:{body['event_id']}")
        if event.get("channel_type") == "im" and event.get("subtype") in ORDINARY and not event.get("bot_id"):
            await self.hearing.said(spoke(context, event.get("user")), str(event.get("text") or ""), _id(body))

    async def mentioned(self, body: Body, context: AsyncBoltContext) -> None:
        """In a channel."""
        event, channel = body["event"], str(body["event"]["channel"])
        if event.get("bot_id") or channel.startswith("D"):  # a direct message comes as such
            return
        who = spoke(context, event.get("user"))
        if told := await self.hearing.said(who, str(event.get("text") or ""), _id(body), apart=True):
            self.hearing.errands.run(self.hearing.whisper(who, channel, told))

    async def command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """`/password`, with words or without."""
        who, text, id = spoke(context, body.get("user_id")), str(body.get("text") or ""), f"slack:{body['trigger_id']}"
        told = await self.hearing.said(who, text, id, apart=body.get("channel_name") != "directmessage")
        await ack(bare(told), response_type="ephemeral") if told else await ack()  # it works where the app is no member, too

    async def shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """Its callback id is the wish."""
        who = spoke(context, body["user"]["id"], body)
        await self.hearing.wished(who, str(body["callback_id"]), f"slack:{body['trigger_id']}")
        await ack()

    async def pressed(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A button or a menu, in a message or in the App Home."""
        action: Body = body["actions"][0]
        who, what = spoke(context, body["user"]["id"], body), str(action["action_id"])
        event = f"slack:{body.get('trigger_id') or action.get('action_ts')}"
        chosen = str((action.get("selected_option") or {}).get("value") or action.get("value") or "")
        if what.startswith(HOME):
            await self.hearing.wished(who, chosen, event)
        elif what != OPEN:
            at = body.get("container") or {}
            message = {"channel": str(at.get("channel_id", "")), "ts": str(at.get("message_ts", ""))}
            await self.hearing.pressed(who, token_of(str(action.get("block_id", ""))), chosen, message, event)
        await ack()

    async def at_home(self, body: Body, context: AsyncBoltContext) -> None:
        """The App Home was opened."""
        if body["event"].get("tab") == "home":
            self.hearing.errands.run(self.home.show(spoke(context, body["event"].get("user"))))

    async def changed(self, body: Body, context: AsyncBoltContext) -> None:
        """Somebody, in whatever way."""
        if gone := await self.leaving.person(spoke(context, None), body["event"]["user"]):
            self.hearing.errands.run(self.home.show(gone))

    async def gone(self, body: Body, context: AsyncBoltContext) -> None:
        """The app was taken off, or its own token was revoked; people's tokens we have none of."""
        if body["event"]["type"] == "app_uninstalled" or (body["event"].get("tokens") or {}).get("bot"):
            whole = bool(context.is_enterprise_install)
            await self.leaving.app(context.enterprise_id or "", context.team_id or "", whole=whole)

    async def nothing(self) -> None:
        """An event that we don't use is acknowledged: Slack counts what isn't as a failure."""


def application(listening: Listening, installations: Installations) -> AsyncApp:
    """Requests are verified before they get here, or come through a socket that we opened. A listener ends when all is on disk."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await installations.authorize(enterprise_id, team_id)  # the library looks at a function's arguments by name

    app = AsyncApp(
        name="unlatch",  # else the library walks the whole stack for one, which costs a tenth of a second
        authorize=authorize,  # type: ignore[arg-type]  # None says "not installed here", and the library knows that
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        client=listening.hearing.wire.client(),
        logger=QUIET,
    )
    for name, listener in {
        "message": listening.message,
        "app_mention": listening.mentioned,
        "app_home_opened": listening.at_home,
        "user_change": listening.changed,
        "app_uninstalled": listening.gone,
        "tokens_revoked": listening.gone,
    }.items():
        app.event(name)(listener)
    app.event(ANY)(listening.nothing)
    app.command(ANY)(listening.command)
    app.shortcut(ANY)(listening.shortcut)
    app.block_action(ANY)(listening.pressed)
    app.error(_failed)
    return app


async def _failed(error: Exception) -> None:
    """It isn't acknowledged, so Slack sends it again. The log has a trace, and nothing of the body."""
    log.error("slack.fault", fault=type(error).__name__, exc_info=error)


def spoke(context: AsyncBoltContext, user: str | None, body: Body | None = None) -> Spoke:
    """`body` of something pressed: there the person's own team stands beside the name, and is the one that counts."""
    theirs = (body or {}).get("user") or {}
    return Spoke(
        team=context.team_id or "",
        enterprise=context.enterprise_id or "",
        user=user or "",
        actor_team=str(theirs.get("team_id") or "") if body else context.actor_team_id or "",
        actor_enterprise=str(theirs.get("enterprise_id") or "") if body else context.actor_enterprise_id or "",
        org_install=bool(context.is_enterprise_install),
    )


def _id(body: Body) -> str:
    """Of the message, since an edited mention comes as a new event."""
    event = body["event"]
    return f"slack:{event['channel']}:{event['ts']}" if event.get("ts") and event.get("channel") else f"slack:{body['event_id']}"
