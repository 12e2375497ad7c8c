"""A press on a card's button, or what was typed into its dialog: answered with the card that stands there from now on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.http.refusals import RequestRefused
from adapters.teams.activities import ReceivedActivity
from adapters.teams.cards import PICK, SAID, Card
from adapters.teams.handler import EventHandler, unless_stale
from bot.conversation.interfaces import Crowded, Notice, Stale
from bot.conversation.view import View
from bot.engine.chat_speakers import Speaker, Stranger
from bot.engine.intake import Accepted
from bot.platform.secret import Secret

ANSWER = 6.0  # seconds that a press may take; Teams gives up after ten (Microsoft, "Universal Actions")


@dataclass(frozen=True, slots=True)
class Press:
    """A button's `option`, or what was typed into a dialog; neither when that is only opened."""

    token: str
    option: str | None = None
    said: Secret | None = None


@dataclass(frozen=True)
class ButtonPresses:
    """What only presses need, beside what all events do."""

    handler: EventHandler

    @property
    def company(self) -> str:
        """Whose name stands above a dialog."""
        return self.handler.cards.words.company

    async def on_press(self, activity: ReceivedActivity, press: Press) -> Card:
        """The card that stands there from now on, in time: what isn't done by then is shown when it is."""
        return self._drawn(await self._outcome(activity, press), self.handler.cards.view, activity.language)

    async def on_dialog(self, activity: ReceivedActivity, press: Press) -> Card:
        """What stands in the dialog from now on; the card in the chat is written over from the row."""
        return self._drawn(await self._outcome(activity, press), self.handler.cards.dialog, activity.language)

    async def _outcome(self, activity: ReceivedActivity, press: Press) -> View | str:
        """What stands there after it, or a sentence."""
        handler, speaker = self.handler, await self.handler.admitted(activity)
        if not isinstance(speaker, Speaker):
            return f"chat.refused.{speaker}" if speaker is not Stranger.ROBOT else "engine.stale"
        who = speaker.account.id
        await handler.references.remember(who, activity)
        if press.option is None and press.said is None:
            return await self._now(press.token, who)
        try:
            accepted = await handler.services.engine.incoming.take_answer(press.token, who, option=press.option, said=press.said)
        except Stale:
            return await self._now(press.token, who)
        try:
            if accepted.rest:
                await handler.tasks.in_time(unless_stale(accepted.rest()), ANSWER)
        except Crowded:
            accepted = Accepted(accepted.window, notice=Notice("engine.crowded"))
        return await self._now(press.token, who, accepted)

    async def _now(self, token: str, who: str, accepted: Accepted | None = None) -> View | str:
        """A press that came too late, or twice, is answered with what stands there now."""
        engine = self.handler.services.engine
        try:
            window, _ = engine.windows.read_token(token)
            view = await engine.view(window, who)
        except Stale:
            return "chat.answered"
        notice = accepted.notice if accepted else None
        return replace(view, notice=notice) if notice else view

    def _drawn(self, now: View | str, draw: Callable[[View], Card], language: str) -> Card:
        if not isinstance(now, str) and (now.closed or not now.busy):
            return draw(now)
        cards = self.handler.cards
        sentence = now if isinstance(now, str) else "opening"  # its buttons are good for nothing any more
        said = cards.words.best([language]) if isinstance(now, str) else now.language
        return cards.remark(sentence, (), said)[1]


def read_press(value: Mapping[str, Any]) -> Press:
    """A button of one of our cards. Raises RequestRefused: 400."""
    action = value.get("action")
    data = action.get("data") if isinstance(action, dict) else None
    if not isinstance(action, dict) or not isinstance(data, dict):
        raise RequestRefused(400, "no action")
    option = data.get("option")
    if action.get("verb") != PICK or not isinstance(option, str):
        raise RequestRefused(400, "no verb of ours")
    return Press(_token(data), option)


def read_dialog(value: Mapping[str, Any], *, typed: bool) -> Press:
    """A dialog that is opened, or what was typed into it. Raises RequestRefused: 400."""
    data = value.get("data")
    if not isinstance(data, dict):
        raise RequestRefused(400, "no data")
    words = data.get(SAID)
    return Press(_token(data), said=Secret(words if isinstance(words, str) else "") if typed else None)


def _token(data: Mapping[str, Any]) -> str:
    token = data.get("token")
    if not isinstance(token, str):
        raise RequestRefused(400, "no token")
    return token
