"""Who leaves: people who are no longer of the house lose their link at once, and so does a token that was taken from us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.installations import Installations
from adapters.slack.speaker import KIND, Sender, Speakers, refused
from bot.engine.chat_speakers import Stranger
from bot.identity.chat_links import LinkStore
from bot.model.facts import Audited
from bot.platform.ids import SubjectId
from bot.platform.sentences import args


@dataclass(frozen=True)
class Offboarding:
    """Follows `user_change`, `app_uninstalled` and `tokens_revoked`."""

    links: LinkStore
    speakers: Speakers
    installations: Installations

    async def person_changed(self, sender: Sender, user: Mapping[str, Any]) -> Sender | None:
        """A change of name or picture is none. Whoever has become a guest, or left, isn't known here any more: who was."""
        id = str(user["id"])
        self.speakers.profiles.forget(id)
        home = sender.enterprise or sender.team
        grid = user.get("enterprise_user") or {}
        them = Sender(sender.team, sender.enterprise, id, sender.team, sender.enterprise, sender.org_install)
        why = refused(user, them)
        if why is Stranger.OUTSIDE and not (user.get("is_stranger") or grid or (user.get("team_id") and not sender.enterprise)):
            return None  # it doesn't say whose they are; Slack is asked when they speak
        if why:
            account = f"{home}/{grid.get('id') or id}"
            who = SubjectId(f"{KIND}:{account}")
            told = Audited("identity:chat:unlinked", who, args(chat=KIND, account=account, why=why))
            return them if await self.links.drop(KIND, account, told) else None
        return None

    async def app_removed(self, enterprise: str, team: str, *, whole: bool) -> None:
        """Taken off a workspace, or off a `whole` organisation: what else is installed in it stays."""
        await self.installations.forget_removed(team, enterprise, whole=whole)
