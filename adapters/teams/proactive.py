"""What people are told unasked: where they are known to be reached, else after the app has been installed for them."""

import re
from dataclasses import dataclass

from adapters.http.refusals import ApiRefused
from adapters.teams.connector import Unknown
from adapters.teams.conversation_references import ConversationReference
from adapters.teams.graph_install import GraphInstall
from adapters.teams.poster import Poster
from adapters.teams.speaker import account_of
from bot.messaging.chat_push import NotReached, UnreachedReason
from bot.model.turn import ChatAccount
from bot.platform.ids import ObjectId
from bot.platform.job_outbox import NotNow

BLOCKED = frozenset({"MessageWritesBlocked"})  # the person, or an admin for them
OBJECT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # an operator may link what is none
FORBIDDEN = 403
SETTLES = 30.0  # seconds until an app that has just been installed can surely be talked from


@dataclass(frozen=True)
class ProactiveMessages:
    """Implements the port of bot/messaging/chat_push.py. `installing` None: the app isn't ours to install."""

    tenant: str
    poster: Poster
    installing: GraphInstall | None = None

    def account_of(self, object: ObjectId) -> ChatAccount | None:
        return account_of(object) if object.tenant == self.tenant else None

    async def tell(self, account: str, text: str) -> None:
        try:
            place = await self._place(account)
            await self.poster.post(place, *self.poster.cards.told(text))
        except ApiRefused as no:
            raise NotReached(
                UnreachedReason.BLOCKED if no.why in BLOCKED else UnreachedReason.REFUSED, refusal_text(no)
            ) from None
        except Unknown:
            raise NotReached(UnreachedReason.UNSURE) from None

    async def _place(self, account: str) -> ConversationReference:
        """Whoever was met in a channel alone may not have the app themselves."""
        try:
            if place := await self.poster.references.open_conversation(account):
                return place
        except ApiRefused:
            if self.installing is None:
                raise
        return await self._installed(account)

    async def _installed(self, account: str) -> ConversationReference:
        """Teams takes an object's id for a person's as soon as they have the app, and not before."""
        tenant, _, object = account.partition("/")
        if self.installing is None or tenant != self.tenant or not OBJECT.fullmatch(object):
            raise NotReached(UnreachedReason.NEVER_MET)
        try:
            await self.installing.install(object)
        except ApiRefused as no:
            raise NotReached(
                UnreachedReason.NOT_ALLOWED if no.status == FORBIDDEN else UnreachedReason.REFUSED, refusal_text(no)
            ) from None
        try:
            return await self.poster.references.begin_conversation(account, self.installing.endpoints.home, object)
        except ApiRefused:
            raise NotNow(SETTLES) from None


def refusal_text(no: ApiRefused) -> str:
    """A refusal as the audit keeps it: Teams' own status and word."""
    return f"{no.status} {no.why}"
