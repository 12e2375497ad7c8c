"""Whose a chat account is: by a link, or else by the immutable id that its vendor and a directory both know somebody by."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot.directory.interfaces import Directory, Objects, Unreachable
from bot.identity.chat_links import LinkStore
from bot.messaging.chat_push import ChatPush
from bot.messaging.ledger import Ledger
from bot.model.facts import Audited
from bot.model.turn import ChatAccount, Party
from bot.platform.clock import World
from bot.platform.ids import ObjectId, Origin, SubjectId, directory_of
from bot.platform.sentences import args

PATIENCE = 3.0  # seconds for the directories to say who it is; whoever spoke waits for an acknowledgement
KNOWN_FOR = 300.0  # seconds that their answer is believed
MOST = 20_000  # people remembered
DAY = 86400.0
log = structlog.get_logger()


@dataclass
class ChatPeople:
    """Never by a name or an address: those change hands. Whoever is known so is a name on the door, and has proved nothing."""

    links: LinkStore
    directories: Mapping[str, Directory]
    ledger: Ledger
    world: World
    _known: dict[ObjectId, tuple[float, SubjectId | None]] = field(default_factory=dict)

    async def party(self, account: ChatAccount, language: str) -> Party:
        """Who speaks, as far as is known. A link wins: it was made by a proof, or by an operator's hand."""
        subject = await self.links.linked(account.kind, account.id) or await self._by_object(account)
        return Party(Origin.LINKED if subject else Origin.STRANGER, subject, language, account=account)

    async def chats(self, subject: SubjectId, before: float, pushes: Mapping[str, ChatPush]) -> tuple[ChatAccount, ...]:
        """All that were theirs before then, as far as somebody can be told something there. Raises Unreachable."""
        linked = [ChatAccount(kind, id) for kind, id in await self.links.accounts_of(subject, before=before) if kind in pushes]
        object = await self._object(subject)
        named = [account for push in pushes.values() if object and (account := push.account_of(object))]
        theirs = [one for one in named if await self.links.linked(one.kind, one.id) in (None, subject)]
        return tuple({(one.kind, one.id): one for one in (*linked, *theirs)}.values())

    async def _object(self, subject: SubjectId) -> ObjectId | None:
        directory: object = self.directories.get(directory_of(subject))
        return await directory.object_of(subject) if isinstance(directory, Objects) else None

    async def _by_object(self, account: ChatAccount) -> SubjectId | None:
        if (object := account.object) is None:
            return None
        at, subject = self._known.get(object, (0.0, None))
        if object in self._known and self.world.now() - at < KNOWN_FOR:
            return subject
        subject, certain = await self._asked(object)
        if certain:
            self._remember(object, subject)
        if subject:
            about = args(chat=account.kind, account=account.id)
            key = f"mapped:{account.kind}/{account.id}:{subject}"
            await self.ledger.once(key, DAY, Audited("identity:chat:mapped", subject, about))
        return subject

    async def _asked(self, object: ObjectId) -> tuple[SubjectId | None, bool]:
        """And whether that is certain: a directory that is silent might have known them, so they are asked for their name."""
        certain = True
        for directory in self.directories.values():
            if not isinstance(directory, Objects):
                continue
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await directory.of_object(object)
            except (Unreachable, OSError, TimeoutError):
                log.warning("chat_people.silent", directory=directory.name)
                certain = False
                continue
            if found:
                return found, True
        return None, certain

    def _remember(self, object: ObjectId, subject: SubjectId | None) -> None:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[object] = (self.world.now(), subject)
