"""What people type: each event is on disk before Slack is told that we have it, and is worked on afterwards."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog

from adapters.http.refusals import ApiRefused
from adapters.slack.blocks import Blocks, bare, plain
from adapters.slack.installations import Installation, Installations
from adapters.slack.poster import FOLDER, Poster
from adapters.slack.speaker import KIND, Sender, Speakers, sender_at
from adapters.slack.web_api import WebApi, called
from bot.conversation.interfaces import Crowded, ReplyTo, Stale
from bot.engine.chat_services import BackgroundTasks, ChatServices, persistently
from bot.engine.chat_speakers import Speaker, Stranger, audit_stranger
from bot.engine.intake import Accepted
from bot.model.turn import Party
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.platform.sentences import Args

LINK = re.compile(r"<(?:mailto:|tel:|https?://)[^|>]*\|([^>]*)>|<((?:https?://|mailto:|tel:)[^>]*)>")
MENTION = re.compile(r"<[@#!][^>]*>")
log = structlog.get_logger()


@dataclass(frozen=True)
class EventHandler:
    """Direct messages, channels, commands, shortcuts; presses are in button_press.py."""

    services: ChatServices
    speakers: Speakers
    installations: Installations
    poster: Poster
    blocks: Blocks
    web_api: WebApi
    tasks: BackgroundTasks
    _places: dict[str, Mapping[str, object]] = field(default_factory=dict)  # as the vault has them

    async def on_message(self, sender: Sender, text: str, event: str) -> None:
        """Typed to the app alone. Returns when the event is taken; what follows is done afterwards."""
        await self._take(sender, event, partial(self._direct, sender, text, event))

    async def on_mention(self, sender: Sender, channel: str, text: str, event: str) -> None:
        """Typed where others read along. Likewise."""
        await self._take(sender, event, partial(self._mentioned, sender, channel, text, event))

    async def _take(self, sender: Sender, event: str, work: Callable[[], Awaitable[None]]) -> None:
        taken = self.services.world.now()
        if await self.services.engine.incoming.take_event(event, ReplyTo(KIND, sender.place)):
            self.tasks.take_up(self.services.understand(event, work, taken))

    async def ask_again(self, place: Mapping[str, object]) -> None:
        """Whoever wrote what nobody lived to understand is told so in their direct messages. Raises NotNow."""
        sender = sender_at(place)
        installation = await self.installations.installation_for(sender)
        if installation and isinstance(speaker := await self.admitted(sender), Speaker):
            text, blocks = self.blocks.remark("chat.unread", (), speaker.language)
            try:
                await self.poster.post(installation, place, text, blocks)
            except ApiRefused as no:
                log.warning("slack.not_said", why=no.why)

    async def on_command(self, sender: Sender, text: str, event: str, *, apart: bool) -> str:
        """Returns what is to be told where it was typed, to whoever asked alone; nothing unless they are `apart` from the app there."""
        if not await self.services.engine.incoming.take_event(event):
            return ""
        return await self._heard(sender, text, event, apart=apart)

    async def _direct(self, sender: Sender, text: str, event: str) -> None:
        await self._heard(sender, text, event, apart=False)

    async def _mentioned(self, sender: Sender, channel: str, text: str, event: str) -> None:
        if told := await self._heard(sender, text, event, apart=True):
            await self._whisper(sender, channel, told)

    async def _heard(self, sender: Sender, text: str, event: str, *, apart: bool) -> str:
        found = await persistently(partial(self._met, sender, apart=apart))
        if not isinstance(found, tuple):
            return self.sentence(f"chat.refused.{found}", "") if apart and found else ""
        speaker, party = found
        match await persistently(partial(self.services.hear, speaker.account, typed(text), party, event)):
            case str(sentence):
                self.tasks.run(self.remark(speaker, sentence, (), party.language))
            case accepted:
                if not accepted.begun:
                    await persistently(partial(self.services.chat_outbox.said_below, accepted.window))
                self.tasks.run(self.go_on(accepted, speaker, party.language))
        return self.sentence("chat.in_your_messages", speaker.language) if apart else ""

    async def _met(self, sender: Sender, *, apart: bool = False) -> tuple[Speaker[Sender], Party] | Stranger | None:
        speaker = await self.admitted(sender, apart=apart)
        if not isinstance(speaker, Speaker):
            return speaker
        party = await self.services.known(speaker.account, speaker.language)
        await self._keep_place(speaker)
        return speaker, party

    async def on_edit(self, sender: Sender, text: str, event: str) -> None:
        """Whoever has made a password of what they wrote before is told."""
        if await self.services.engine.incoming.overheard(Secret(typed(text)), event):
            speaker = await self.admitted(sender)
            if isinstance(speaker, Speaker):
                self.tasks.run(self.remark(speaker, "engine.spent_password", (), speaker.language))

    async def on_wish(self, sender: Sender, wish: str, event: str) -> None:
        """A shortcut, or a button of the App Home; one of a manifest that isn't ours is nobody's wish."""
        try:
            first = self.services.first_step(wish)
        except ValueError:
            log.warning("slack.no_such_wish")
            return
        if not await self.services.engine.incoming.take_event(event):
            return
        if isinstance(found := await self._met(sender), tuple):
            speaker, party = found
            accepted = await self.services.engine.incoming.begin(first, KIND, speaker.account.id, party, event)
            self.tasks.run(self.go_on(accepted, speaker, party.language))

    async def _whisper(self, sender: Sender, channel: str, said: str) -> None:
        """To one person where others are. It may get lost, so it never holds what matters."""
        if installation := await self.installations.installation_for(sender):
            client, blocks = self.web_api.client(installation.token), [plain(said)]
            call = client.chat_postEphemeral(channel=channel, user=sender.user, text=bare(said), blocks=blocks)
            await self.attempt(called(call), installation)

    async def admitted(self, sender: Sender, *, apart: bool = False) -> Speaker[Sender] | Stranger | None:
        """Somebody of the house. Anybody else is told kindly why not, where they asked, and the audit knows.

        None: the app isn't installed where they are.
        """
        installation = await self.installations.installation_for(sender)
        if installation is None:
            return None
        found = await self.speakers.speaker(sender, installation.token)
        if isinstance(found, Speaker):
            return found
        if found is Stranger.ROBOT:
            return None
        await audit_stranger(self.services.audit, KIND, f"{sender.team}/{sender.user}", found)
        if not apart:
            self.tasks.run(self._refuse(installation, sender, found))
        return found

    async def go_on(self, accepted: Accepted, speaker: Speaker[Sender], language: str) -> None:
        """A remark that is in no row is said at once; all else is shown from the row."""
        try:
            if accepted.rest:
                await accepted.rest()
        except Stale:
            return
        except Crowded:
            await self.remark(speaker, "engine.crowded", (), language)
        if accepted.notice:
            await self.remark(speaker, accepted.notice.words, accepted.notice.args, language)

    async def remark(self, speaker: Speaker[Sender], sentence: str, args: Args, language: str) -> None:
        """Said in their direct messages, beside the conversation."""
        if installation := await self.installations.installation_for(speaker.source):
            text, blocks = self.blocks.remark(sentence, args, language)
            await self.attempt(self.poster.post(installation, speaker.source.place, text, blocks), installation)

    def sentence(self, id: str, language: str) -> str:
        """A sentence of the catalogue that needs no arguments."""
        return self.blocks.words.say(id, (), language)

    async def attempt(self, call: Awaitable[object], installation: Installation) -> None:
        """What may fail without harm is said to the log; a token that will never work again is forgotten."""
        try:
            await call
        except ApiRefused as no:
            log.warning("slack.not_said", why=no.why)
            await self.installations.forget_dead_token(no, installation)
        except NotNow:
            log.warning("slack.not_said", why="unreachable")

    async def _refuse(self, installation: Installation, sender: Sender, why: Stranger) -> None:
        text, blocks = self.blocks.remark(f"chat.refused.{why}", (), "")
        await self.attempt(self.poster.post(installation, sender.place, text, blocks), installation)

    async def _keep_place(self, speaker: Speaker[Sender]) -> None:
        """By which workspace they are reached, for whoever shows them something later."""
        place, known = speaker.source.place, self._places.get(speaker.account.id)
        if not speaker.source.channel:  # nothing that they do elsewhere makes us forget where they were reached
            known = known or await self.services.vault.get(FOLDER, speaker.account.id) or {}
            same = (known.get("team"), known.get("user")) == (place["team"], place["user"])
            place = {**place, "channel": known.get("channel", "") if same else ""}
        if known != place:
            await self.services.vault.put(FOLDER, speaker.account.id, place)
            self._places[speaker.account.id] = place


def typed(text: str) -> str:
    """As it was typed: Slack sends addresses as links, mentions as ids, and three signs as entities."""
    bare = MENTION.sub(" ", LINK.sub(lambda found: found[1] or found[2] or "", text))
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
