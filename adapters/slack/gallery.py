"""Shows conversations in direct messages: one message that is edited as the dialog goes on, and a new one below what somebody typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.slack.blocks import Block, Blocks, plain
from adapters.slack.calling import SaidNo, Wire, called
from adapters.slack.installations import Installation, Installations
from bot.conversation.showing import Message, Showing
from bot.conversation.view import View
from bot.vault import Vault

FOLDER = "slack.places"
LOST = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
log = structlog.get_logger()


@dataclass(frozen=True)
class Gallery:
    """A window's address is who (`ChatAccount.id`); by which workspace and channel they are reached is kept in the vault."""

    wire: Wire
    installations: Installations
    blocks: Blocks
    vault: Vault

    async def show(self, showing: Showing, view: View) -> Message | None:
        """Nothing can be shown where the app isn't installed any more."""
        place = await self.vault.get(FOLDER, showing.address)
        installation = await self.installations.at(str(place["team"])) if place else None
        if place is None or installation is None:
            return showing.message
        try:
            return await self._shown(showing, view, installation, str(place["user"]))
        except SaidNo as no:
            log.warning("slack.not_shown", why=no.why, window=showing.window)
            await self.installations.known_dead(no, installation)
            return showing.message

    async def _shown(self, showing: Showing, view: View, installation: Installation, user: str) -> Message:
        old, text, blocks = showing.message, self.blocks.text(view), self.blocks.view(view)
        if old and not showing.below:
            try:
                return await self._edit(installation, old, text, blocks) | {"asked": view.prompt.id}
            except SaidNo as no:
                if no.why not in LOST:
                    raise
        if old and showing.below:
            await self._retire(installation, old, view.language)
        return await self.post(installation, user, text, blocks) | {"asked": view.prompt.id}

    async def post(self, installation: Installation, user: str, text: str, blocks: list[Block]) -> dict[str, str]:
        """In their direct messages with the app; Slack opens these for a user's id."""
        client = self.wire.client(installation.token)
        channel = (await called(client.conversations_open(users=user)))["channel"]["id"]
        sent = await called(
            client.chat_postMessage(channel=channel, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False)
        )
        return {"channel": str(sent.get("channel", channel)), "ts": str(sent["ts"]), "team": installation.place}

    async def _edit(self, installation: Installation, old: Message, text: str, blocks: list[Block]) -> dict[str, str]:
        client = self.wire.client(installation.token)
        await called(client.chat_update(channel=old["channel"], ts=old["ts"], text=text, blocks=blocks))
        return {name: old[name] for name in ("channel", "ts", "team")}

    async def _retire(self, installation: Installation, old: Message, language: str) -> None:
        """What was asked stays to be read, without its buttons."""
        try:
            await self._edit(installation, old, *self.asked_before(old, language))
        except SaidNo as no:
            if no.why not in LOST:
                raise

    def asked_before(self, old: Mapping[str, Any], language: str) -> tuple[str, list[Block]]:
        """Its sentence, where that needs no argument (arguments aren't kept); else only that it was answered."""
        try:
            return self.blocks.remark(str(old.get("asked", "")), (), language)
        except KeyError:
            text = self.blocks.words.say("chat.answered", (), language)
            return text, [plain(text)]
