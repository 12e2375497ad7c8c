"""What Slack sends, sorted: bolt's application, whose listeners say who spoke and hand on what was meant."""

import re
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.app_home import AppHome
from adapters.slack.blocks import OPEN, bare, token_of
from adapters.slack.button_press import ButtonPresses, Press
from adapters.slack.handler import EventHandler
from adapters.slack.installations import Installations
from adapters.slack.offboarding import Offboarding
from adapters.slack.speaker import Sender
from adapters.slack.web_api import QUIET
from bot.platform.errors import Unavailable

ANY = re.compile(".*", re.DOTALL)
ORDINARY = frozenset({None, "file_share", "thread_broadcast", "me_message"})  # kinds of messages that people write
HOME = "home"  # prefix of the App Home's buttons
Body = dict[str, Any]
log = structlog.get_logger()


@dataclass(frozen=True)
class BoltListeners:
    """One method for each kind of thing that Slack sends."""

    handler: EventHandler
    presses: ButtonPresses
    home: AppHome
    offboarding: Offboarding

    async def on_message(self, body: Body, context: AsyncBoltContext) -> None:
        """Typed in a direct message. What somebody has edited is heard for one thing alone."""
        event = body["event"]
        if event.get("channel_type") == "im" and event.get("subtype") == "message_changed":
            now = event.get("message") or {}
            if not now.get("bot_id") and now.get("user"):
                who = sender_of(context, now["user"], at=event)
                await self.handler.on_edit(who, str(now.get("text") or ""), f"slack:{body['event_id']}")
        if event.get("channel_type") == "im" and event.get("subtype") in ORDINARY and not event.get("bot_id"):
            await self.handler.on_message(
                sender_of(context, event.get("user"), at=event), str(event.get("text") or ""), _id(body)
            )

    async def on_mention(self, body: Body, context: AsyncBoltContext) -> None:
        """Typed in a channel, with the app's name."""
        event, channel = body["event"], str(body["event"]["channel"])
        if event.get("bot_id") or channel.startswith("D"):  # a direct message comes as such
            return
        who = sender_of(context, event.get("user"))
        await self.handler.on_mention(who, channel, str(event.get("text") or ""), _id(body))

    async def on_command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """`/password`, with words or without."""
        who, text, id = sender_of(context, body.get("user_id")), str(body.get("text") or ""), f"slack:{body['trigger_id']}"
        told = await self.handler.on_command(who, text, id, apart=body.get("channel_name") != "directmessage")
        await ack(bare(told), response_type="ephemeral") if told else await ack()  # it works where the app is no member, too

    async def on_shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """The callback id of a shortcut is the wish."""
        who = sender_of(context, body["user"]["id"], body)
        await self.handler.on_wish(who, str(body["callback_id"]), f"slack:{body['trigger_id']}")
        await ack()

    async def on_press(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A button or a menu, in a message or in the App Home."""
        action: Body = body["actions"][0]
        at = body.get("container") or {}
        who, what = sender_of(context, body["user"]["id"], body, at), str(action["action_id"])
        chosen = str((action.get("selected_option") or {}).get("value") or action.get("value") or "")
        if what.startswith(HOME):
            await self.handler.on_wish(who, chosen, f"slack:{body.get('trigger_id') or action.get('action_ts')}")
        elif what != OPEN:
            token = token_of(str(action.get("block_id", "")))
            press = Press(token, chosen, str(at.get("channel_id", "")), str(at.get("message_ts", "")))
            await self.presses.on_press(who, press)
        await ack()

    async def on_home_opened(self, body: Body, context: AsyncBoltContext) -> None:
        """Somebody opened the App Home, which is drawn for them then."""
        if body["event"].get("tab") == "home":
            self.handler.tasks.run(self.home.opened(sender_of(context, body["event"].get("user"))))

    async def on_user_change(self, body: Body, context: AsyncBoltContext) -> None:
        """Something about somebody is another now: they may have left, or become a guest."""
        if gone := await self.offboarding.person_changed(sender_of(context, None), body["event"]["user"]):
            self.handler.tasks.run(self.home.follow(gone))

    async def on_removal(self, body: Body, context: AsyncBoltContext) -> None:
        """The app was taken off, or its own token was revoked; people's tokens we have none of."""
        if body["event"]["type"] == "app_uninstalled" or (body["event"].get("tokens") or {}).get("bot"):
            whole = bool(context.is_enterprise_install)
            await self.offboarding.app_removed(context.enterprise_id or "", context.team_id or "", whole=whole)

    async def on_anything_else(self) -> None:
        """An event that we don't use is acknowledged: Slack counts what isn't as a failure."""


def application(listeners: BoltListeners, installations: Installations) -> AsyncApp:
    """Requests are verified before they get here, or come through a socket that we opened. A listener ends when all is on disk."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await installations.authorize(enterprise_id, team_id)  # the library looks at a function's arguments by name

    app = AsyncApp(
        name="unlatch",  # else the library walks the whole stack for one, which costs a tenth of a second
        authorize=authorize,  # type: ignore[arg-type]  # None says "not installed here", and the library knows that
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        client=listeners.handler.web_api.client(),
        logger=QUIET,
    )
    for name, listener in {
        "message": listeners.on_message,
        "app_mention": listeners.on_mention,
        "app_home_opened": listeners.on_home_opened,
        "user_change": listeners.on_user_change,
        "app_uninstalled": listeners.on_removal,
        "tokens_revoked": listeners.on_removal,
    }.items():
        app.event(name)(listener)
    app.event(ANY)(listeners.on_anything_else)
    app.command(ANY)(listeners.on_command)
    app.shortcut(ANY)(listeners.on_shortcut)
    app.block_action(ANY)(listeners.on_press)
    app.error(_failed)
    return app


async def _failed(error: Exception) -> None:
    """It isn't acknowledged, so Slack sends it again. The log has a trace of what nobody expected, and nothing of the body."""
    if isinstance(error, Unavailable):
        log.warning("slack.unavailable", fault=str(error))
    else:
        log.error("slack.fault", fault=type(error).__name__, exc_info=error)


def sender_of(context: AsyncBoltContext, user: str | None, body: Body | None = None, at: Body | None = None) -> Sender:
    """`body` of something pressed: there the person's own team stands beside the name, and is the one that counts.

    `at` names the channel of what was typed to us, or of a message of ours that was pressed: a direct one is theirs with the app.
    """
    theirs = (body or {}).get("user") or {}
    channel = str((at or {}).get("channel_id") or (at or {}).get("channel") or "")
    return Sender(
        team=context.team_id or "",
        enterprise=context.enterprise_id or "",
        user=user or "",
        actor_team=str(theirs.get("team_id") or "") if body else context.actor_team_id or "",
        actor_enterprise=str(theirs.get("enterprise_id") or "") if body else context.actor_enterprise_id or "",
        org_install=bool(context.is_enterprise_install),
        channel=channel if channel.startswith("D") else "",
    )


def _id(body: Body) -> str:
    """Of the message, since an edited mention comes as a new event."""
    event = body["event"]
    return f"slack:{event['channel']}:{event['ts']}" if event.get("ts") and event.get("channel") else f"slack:{body['event_id']}"
