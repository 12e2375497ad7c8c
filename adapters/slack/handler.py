"""What people say and press: each event is on disk before Slack is told that we have it, and is worked on afterwards."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from adapters.slack.blocks import Block, Blocks, bare, plain
from adapters.slack.installations import Installation, Installations
from adapters.slack.poster import FOLDER, Poster
from adapters.slack.speaker import KIND, Speaker, Speakers, Spoke, Stranger
from adapters.slack.web_api import ApiRefused, WebApi, called
from bot.conversation.interfaces import Repeated, Stale, Upgrading
from bot.engine.chat_services import BackgroundTasks, Known
from bot.engine.engine import Engine
from bot.engine.intake import Accepted
from bot.engine.interfaces import ChatOutbox
from bot.messaging.ledger import AuditPort
from bot.model.facts import BY_STRANGERS, Audited
from bot.model.step import Step
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.platform.sentences import Args
from bot.platform.vault import Vault

LINK = re.compile(r"<(?:mailto:|tel:|https?://)[^|>]*\|([^>]*)>|<((?:https?://|mailto:|tel:)[^>]*)>")
MENTION = re.compile(r"<[@#!][^>]*>")
log = structlog.get_logger()


@dataclass(frozen=True)
class EventHandler:
    """`known` says whose a chat account is; `first_step` is where the wish of a shortcut begins."""

    engine: Engine
    chat_outbox: ChatOutbox
    speakers: Speakers
    installations: Installations
    poster: Poster
    blocks: Blocks
    wire: WebApi
    vault: Vault
    audit: AuditPort
    known: Known
    first_step: Callable[[str], Step]
    tasks: BackgroundTasks
    places: dict[str, Mapping[str, object]] = field(default_factory=dict)  # as the vault has them

    async def said(self, spoke: Spoke, text: str, event: str, *, apart: bool = False) -> str:
        """Typed; `apart` where others read along: then what is to be told there, to whoever asked alone."""
        speaker = await self._served(spoke, event, apart=apart)
        if not isinstance(speaker, Speaker):
            return self._say(f"chat.refused.{speaker}", "") if apart and speaker else ""
        party = await self.known(speaker.account, speaker.language)
        await self._place(speaker)
        try:
            accepted = await self.engine.incoming.hear(KIND, speaker.account.id, Secret(words(text)), party, event)
        except Repeated:
            return ""
        except Stale as no:
            sentence = "engine.newer" if isinstance(no, Upgrading) else "engine.stale"
            self.tasks.run(self._remarked(speaker, sentence, (), party.language))
        else:
            await self.chat_outbox.said_below(accepted.window)
            self.tasks.run(self._rest(accepted, speaker, party.language))
        return self._say("chat.in_your_messages", speaker.language) if apart else ""

    async def overheard(self, spoke: Spoke, text: str, event: str) -> None:
        """Edited: whoever made a password of it is told."""
        if await self.engine.incoming.overheard(Secret(words(text)), event):
            speaker = await self._served(spoke, event)
            if isinstance(speaker, Speaker):
                self.tasks.run(self._remarked(speaker, "engine.spent_password", (), speaker.language))

    async def wished(self, spoke: Spoke, wish: str, event: str) -> None:
        """A shortcut, or a button of the App Home; one of a manifest that isn't ours is nobody's wish."""
        try:
            first = self.first_step(wish)
        except ValueError:
            log.warning("slack.no_such_wish")
            return
        speaker = await self._served(spoke, event)
        if isinstance(speaker, Speaker):
            party = await self.known(speaker.account, speaker.language)
            await self._place(speaker)
            accepted = await self.engine.incoming.begin(first, KIND, speaker.account.id, party, event)
            self.tasks.run(self._rest(accepted, speaker, party.language))

    async def pressed(self, spoke: Spoke, token: str, option: str, message: dict[str, str], event: str) -> None:
        """A button; one of a question that is over is taken off the screen."""
        speaker = await self._served(spoke, event)
        if isinstance(speaker, Speaker):
            try:
                accepted = await self.engine.incoming.take_answer(token, speaker.account.id, option=option)
            except Upgrading:
                self.tasks.run(self._remarked(speaker, "engine.newer", (), speaker.language))
                return
            except Stale:
                self.tasks.run(self._clear(speaker, token, message))
                return
            self.tasks.run(self._rest(accepted, speaker, speaker.language))

    async def whisper(self, spoke: Spoke, channel: str, said: str) -> None:
        """To one person where others are. It may get lost, so it never holds what matters."""
        if installation := await self.installations.serving(spoke):
            client, blocks = self.wire.client(installation.token), [plain(said)]
            call = client.chat_postEphemeral(channel=channel, user=spoke.user, text=bare(said), blocks=blocks)
            await self._tried(called(call), installation)

    async def _served(self, spoke: Spoke, event: str, *, apart: bool = False) -> Speaker | Stranger | None:
        """Somebody of the house. Anybody else is told kindly why not, once and where they asked, and the audit knows."""
        installation = await self.installations.serving(spoke)
        if installation is None:
            return None
        found = await self.speakers.of(spoke, installation.token)
        if isinstance(found, Speaker):
            return found
        if found is Stranger.ROBOT or not await self.engine.incoming.first(event):
            return None
        who = SubjectId(f"{KIND}:{spoke.team}/{spoke.user}")
        await self.audit.audited(Audited(f"conversation:open:refused:chat.{found}", who, (BY_STRANGERS,)))
        if not apart:
            self.tasks.run(self._refused(installation, spoke, found))
        return found

    def _say(self, sentence: str, language: str) -> str:
        return self.blocks.words.say(sentence, (), language)

    async def _refused(self, installation: Installation, spoke: Spoke, why: Stranger) -> None:
        text, blocks = self.blocks.remark(f"chat.refused.{why}", (), "")
        await self._tried(self.poster.post(installation, spoke.user, text, blocks), installation)

    async def _rest(self, accepted: Accepted, speaker: Speaker, language: str) -> None:
        """A remark that is in no row is said at once; all else is shown from the row."""
        try:
            if accepted.rest:
                await accepted.rest()
        except Stale:
            return
        if accepted.notice:
            await self._remarked(speaker, accepted.notice.words, accepted.notice.args, language)

    async def _remarked(self, speaker: Speaker, sentence: str, args: Args, language: str) -> None:
        if installation := await self.installations.serving(speaker.spoke):
            text, blocks = self.blocks.remark(sentence, args, language)
            await self._tried(self.poster.post(installation, speaker.spoke.user, text, blocks), installation)

    async def _clear(self, speaker: Speaker, token: str, message: dict[str, str]) -> None:
        """Unless the question is only being worked on, or what stands there now is another one, since that was pressed twice."""
        try:
            window, turn = self.engine.windows.read_token(token)
            view = await self.engine.view(window, speaker.account.id)
            if view.turn == turn and not view.closed:
                return
            if (await self.chat_outbox.standing(window) or {}).get("ts") == message.get("ts"):
                await self.chat_outbox.refresh(window)
                return
        except Upgrading:
            return
        except Stale:
            pass
        installation = await self.installations.serving(speaker.spoke)
        if installation and message.get("ts"):
            text = self._say("chat.answered", speaker.language)
            said: list[Block] = [plain(text)]
            client = self.wire.client(installation.token)
            call = client.chat_update(channel=message["channel"], ts=message["ts"], text=text, blocks=said)
            await self._tried(called(call), installation)

    async def _place(self, speaker: Speaker) -> None:
        """By which workspace they are reached, for whoever shows them something later."""
        place = speaker.spoke.place
        if self.places.get(speaker.account.id) != place:
            await self.vault.put(FOLDER, speaker.account.id, place)
            self.places[speaker.account.id] = place

    async def _tried(self, call: Awaitable[object], installation: Installation) -> None:
        try:
            await call
        except ApiRefused as no:
            log.warning("slack.not_said", why=no.why)
            await self.installations.known_dead(no, installation)
        except NotNow:
            log.warning("slack.not_said", why="unreachable")


def words(text: str) -> str:
    """As it was typed: Slack sends addresses as links, mentions as ids, and three signs as entities."""
    bare = MENTION.sub(" ", LINK.sub(lambda found: found[1] or found[2] or "", text))
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
