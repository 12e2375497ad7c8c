"""A press on a button or in a menu: it answers what was asked, and one of a question that is over is taken off the screen."""

from dataclasses import dataclass

from adapters.slack.blocks import Block, plain
from adapters.slack.handler import EventHandler
from adapters.slack.speaker import Sender
from adapters.slack.web_api import called
from bot.conversation.interfaces import Stale, Upgrading
from bot.engine.chat_speakers import Speaker


@dataclass(frozen=True, slots=True)
class Press:
    """`option` of the question that `token` names, on the message that stands at `ts` in `channel`."""

    token: str
    option: str
    channel: str
    ts: str


@dataclass(frozen=True)
class ButtonPresses:
    """What only presses need, beside what all events do."""

    handler: EventHandler

    async def on_press(self, sender: Sender, press: Press) -> None:
        """Returns when a turn is claimed for it, with what was pressed: of several copies one has the turn, so no event is taken."""
        handler, speaker = self.handler, await self.handler.admitted(sender)
        if not isinstance(speaker, Speaker):
            return
        try:
            accepted = await handler.services.engine.incoming.take_answer(press.token, speaker.account.id, option=press.option)
        except Upgrading:
            handler.tasks.run(handler.remark(speaker, "engine.newer", (), speaker.language))
        except Stale:
            handler.tasks.run(self._clear(speaker, press))
        else:
            handler.tasks.run(handler.go_on(accepted, speaker, speaker.language))

    async def _clear(self, speaker: Speaker[Sender], press: Press) -> None:
        """Unless the question is only being worked on, or what stands there now is another one, since that was pressed twice."""
        handler, services = self.handler, self.handler.services
        try:
            window, turn = services.engine.windows.read_token(press.token)
            view = await services.engine.view(window, speaker.account.id)
            if view.turn == turn and not view.closed:
                return
            if (await services.chat_outbox.standing(window) or {}).get("ts") == press.ts:
                await services.chat_outbox.refresh(window)
                return
        except Upgrading:
            return
        except Stale:
            pass
        installation = await handler.installations.installation_for(speaker.source)
        if installation and press.ts:
            text = handler.sentence("chat.answered", speaker.language)
            said: list[Block] = [plain(text)]
            client = handler.web_api.client(installation.token)
            await handler.attempt(
                called(client.chat_update(channel=press.channel, ts=press.ts, text=text, blocks=said)), installation
            )
