"""Shows conversations in direct messages: one message that is edited as the dialog goes on, and a new one below what somebody typed."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.http.refusals import ApiRefused
from adapters.slack.blocks import Block, Blocks, plain
from adapters.slack.installations import Installation, Installations
from adapters.slack.speaker import Sender, sender_at
from adapters.slack.web_api import WebApi, called
from bot.conversation.view import View
from bot.engine.interfaces import ChatUpdate, PostedMessage
from bot.platform.job_outbox import NotNow
from bot.platform.vault import Vault

FOLDER = "slack.places"
Place = Mapping[str, object]  # as `Sender.place` has it
FEW = 10  # messages that somebody may have got since
LOST = frozenset(  # it isn't there to be edited any more
    {
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "not_in_channel",
    }
)
log = structlog.get_logger()


@dataclass(frozen=True)
class Poster:
    """A window's address is who (`ChatAccount.id`); by which workspace and channel they are reached is kept in the vault."""

    web_api: WebApi
    installations: Installations
    blocks: Blocks
    vault: Vault
    at_the_end: Callable[[Sender], Awaitable[None]]  # what else shows how somebody stands

    async def show(self, showing: ChatUpdate, view: View) -> PostedMessage | None:
        """Nothing can be shown where the app isn't installed any more."""
        place = await self.vault.get(FOLDER, showing.address)
        installation = await self.installations.installation_at(str(place["team"])) if place else None
        if place is None or installation is None:
            return showing.message
        try:
            shown = await self._shown(showing, view, installation, place)
        except ApiRefused as no:
            log.warning("slack.not_shown", why=no.why, window=showing.window)
            await self.installations.forget_dead_token(no, installation)
            return showing.message
        if view.closed:
            await self.at_the_end(sender_at(place))
        return shown

    async def _shown(self, showing: ChatUpdate, view: View, installation: Installation, place: Place) -> PostedMessage:
        old, text, (first, *rest) = showing.message, self.blocks.text(view), self.blocks.view(view)
        blocks = [first | {"block_id": _mark(showing)}, *rest]
        kept = {"asked": view.prompt.id, "looks": _digest(text, blocks)}
        if old and not showing.below:
            if old.get("looks") == kept["looks"]:  # much moves on the page of which the chat shows nothing
                return old
            try:
                return await self._edit(installation, old, text, blocks) | kept
            except ApiRefused as no:
                if no.why not in LOST:
                    raise
        if old and showing.below:
            await self._retire(installation, old, view.language)
        if showing.tries > 1 and (posted := await self._posted(installation, place, showing, view.language)):
            return await self._edit(installation, posted, text, blocks) | kept
        return await self.post(installation, place, text, blocks) | kept

    async def post(self, installation: Installation, place: Place, text: str, blocks: list[Block]) -> dict[str, str]:
        """In their direct messages with the app: where they wrote to us, or what Slack opens for a user's id."""
        if there := str(place.get("channel", "")):
            try:
                return await self._post(installation, there, text, blocks)
            except ApiRefused as no:
                if no.why not in LOST:
                    raise
        return await self._post(installation, await self._opened(installation, place), text, blocks)

    async def _opened(self, installation: Installation, place: Place) -> str:
        client = self.web_api.client(installation.token)
        return str((await called(client.conversations_open(users=str(place["user"]))))["channel"]["id"])

    async def _posted(self, installation: Installation, place: Place, showing: ChatUpdate, language: str) -> PostedMessage | None:
        """By whoever tried before, and died or heard nothing before it was written down. What has words below it is retired."""
        since, client = (showing.message or {}).get("ts", "0"), self.web_api.client(installation.token)
        channel = str(place.get("channel", "")) or await self._opened(installation, place)
        try:
            found = await called(client.conversations_history(channel=channel, oldest=since, limit=FEW))
        except (ApiRefused, NotNow):
            return None  # rather twice than never
        newest: PostedMessage | None = None
        for number, message in enumerate(found.get("messages") or ()):
            if _mark(showing) in {block.get("block_id") for block in message.get("blocks") or ()}:
                posted = {"channel": channel, "ts": str(message["ts"]), "team": installation.place}
                newest = newest or (posted if number == 0 else None)
                if posted != newest:
                    await self._retire(installation, posted, language)
        return newest

    async def _post(self, installation: Installation, channel: str, text: str, blocks: list[Block]) -> dict[str, str]:
        client = self.web_api.client(installation.token)
        sent = await called(
            client.chat_postMessage(channel=channel, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False)
        )
        return {"channel": str(sent.get("channel", channel)), "ts": str(sent["ts"]), "team": installation.place}

    async def _edit(self, installation: Installation, old: PostedMessage, text: str, blocks: list[Block]) -> dict[str, str]:
        client = self.web_api.client(installation.token)
        await called(client.chat_update(channel=old["channel"], ts=old["ts"], text=text, blocks=blocks))
        return {name: old[name] for name in ("channel", "ts", "team")}

    async def _retire(self, installation: Installation, old: PostedMessage, language: str) -> None:
        """What was asked stays to be read, without its buttons."""
        try:
            await self._edit(installation, old, *self.asked_before(old, language))
        except ApiRefused as no:
            if no.why not in LOST:
                raise

    def asked_before(self, old: Mapping[str, Any], language: str) -> tuple[str, list[Block]]:
        """Its sentence, where that needs no argument (arguments aren't kept); else only that it was answered."""
        try:
            return self.blocks.remark(str(old.get("asked", "")), (), language)
        except KeyError:
            text = self.blocks.words.say("chat.answered", (), language)
            return text, [plain(text)]


def _digest(text: str, blocks: list[Block]) -> str:
    return hashlib.sha256(json.dumps([text, blocks]).encode()).hexdigest()[:32]


def _mark(showing: ChatUpdate) -> str:
    """Stands in the message itself, so that one that was posted can be told from one that wasn't."""
    return f"shown:{showing.window}"
