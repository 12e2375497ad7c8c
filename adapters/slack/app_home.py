"""The App Home: how somebody stands, and what they could do next; for staff, their doors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from adapters.http.refusals import ApiRefused
from adapters.slack.blocks import LABEL, Block, Blocks, letters, plain
from adapters.slack.installations import Installations
from adapters.slack.speaker import KIND, Sender, Speakers
from adapters.slack.web_api import WebApi, called
from bot.engine.chat_speakers import Speaker
from bot.identity.chat_links import LinkStore
from bot.identity.summary import Summaries, Summary
from bot.model.prompt import Option
from bot.platform.job_outbox import NotNow
from bot.platform.vault import Vault
from bot.policy.roles import Role

FOLDER = "slack.homes"
log = structlog.get_logger()
DOORS = {  # what a role may ask for in words; the conversation checks it again
    Role.HELPDESK: "chat.home.helpdesk",
    Role.LEAD: "chat.home.helpdesk",
    Role.ADMIN: "chat.home.coverage",
    Role.AUDITOR: "chat.home.coverage",
}


@dataclass(frozen=True)
class AppHome:
    """`wishes`: the buttons for somebody who is known, and for somebody who isn't."""

    web_api: WebApi
    installations: Installations
    speakers: Speakers
    links: LinkStore
    summaries: Summaries
    blocks: Blocks
    wishes: Callable[[bool], tuple[Option, ...]]
    vault: Vault

    async def opened(self, sender: Sender) -> None:
        """From now on it follows what they do."""
        await self.show(sender)
        if not await self.vault.get(FOLDER, _key(sender)):
            await self.vault.put(FOLDER, _key(sender), {"opened": True})

    async def follow(self, sender: Sender) -> None:
        """Something about them is another now; whoever never opened it sees that when they do."""
        if await self.vault.get(FOLDER, _key(sender)):
            await self.show(sender)

    async def show(self, sender: Sender) -> None:
        """Published for whoever opened it. Nothing of it matters enough to be tried again: opening it again shows it anew."""
        try:
            installation = await self.installations.installation_for(sender)
            if installation is None:
                return
            token = installation.token
            found = await self.speakers.speaker(sender, token)
            blocks = (
                await self._of(found) if isinstance(found, Speaker) else self.blocks.remark(f"chat.refused.{found}", (), "")[1]
            )
            await called(self.web_api.client(token).views_publish(user_id=sender.user, view={"type": "home", "blocks": blocks}))
        except (ApiRefused, NotNow) as no:
            log.warning("slack.no_home", why=getattr(no, "why", "unreachable"))

    async def _of(self, speaker: Speaker[Sender]) -> list[Block]:
        subject = await self.links.linked(KIND, speaker.account.id)
        say, language = self.blocks.words.say, self.blocks.words.best([speaker.language])
        head: Block = {"type": "header", "text": letters(say("chat.home.title", (), language), 150)}
        if subject is None:
            lines = [say("chat.home.unknown", (), language)]
        else:
            lines = self._lines(await self.summaries.of(subject), language)
        buttons = [
            {
                "type": "button",
                "action_id": f"home{n}",
                "value": o.id,
                "text": letters(self.blocks.words.label(o, language), LABEL),
            }
            for n, o in enumerate(self.wishes(subject is not None))
        ]
        return [head, *(plain(line) for line in lines), {"type": "actions", "block_id": "home", "elements": buttons}]

    def _lines(self, of: Summary, language: str) -> list[str]:
        words = self.blocks.words
        lines = [words.say("chat.home.hello", (("name", of.name),), language)] if of.name else []
        if of.methods:
            named = "\n".join(f"• {words.say(id, args, language)}" for id, args in of.methods)
            lines.append(words.say("chat.home.methods", (), language) + "\n" + named)
        else:
            lines.append(words.say("chat.home.no_methods", (), language))
        if of.last_reset:
            lines.append(words.say("chat.home.last_reset", (("at", _date(of.last_reset)),), language))
        if of.state is None:
            lines.append(words.say("chat.home.silent", (), language))
        elif of.state.locked or of.state.expired or of.state.must_change:
            why = "locked" if of.state.locked else "expired"
            lines.append(words.say(f"chat.home.{why}", (), language))
        elif of.state.expires_at:
            lines.append(words.say("chat.home.expires", (("at", _date(of.state.expires_at)),), language))
        doors = dict.fromkeys(DOORS[role] for role in Role if role in of.roles)
        return [*lines, *(words.say(door, (), language) for door in doors)]


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _key(sender: Sender) -> str:
    return f"{sender.home}/{sender.user}"
