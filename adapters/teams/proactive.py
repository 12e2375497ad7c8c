"""What people are told unasked: where they are known to be reached, else after the app has been installed for them."""

import re
from dataclasses import dataclass

from adapters.teams.connector import SaidNo, Unknown
from adapters.teams.conversation_references import Place
from adapters.teams.graph_install import Installing
from adapters.teams.poster import Gallery
from adapters.teams.speaker import account_of
from bot.messaging.chat_push import NotReached, Why
from bot.model.turn import ChatAccount
from bot.platform.ids import ObjectId
from bot.platform.job_outbox import NotNow

BLOCKED = frozenset({"MessageWritesBlocked"})  # the person, or an admin for them
OBJECT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # an operator may link what is none
FORBIDDEN = 403
SETTLES = 30.0  # seconds until an app that has just been installed can surely be talked from


@dataclass(frozen=True)
class Teller:
    """Implements the port of bot/messaging/chat_push.py. `installing` None: the app isn't ours to install."""

    tenant: str
    gallery: Gallery
    installing: Installing | None = None

    def account_of(self, object: ObjectId) -> ChatAccount | None:
        return account_of(object) if object.tenant == self.tenant else None

    async def tell(self, account: str, text: str) -> None:
        try:
            place = await self._place(account)
            await self.gallery.post(place, *self.gallery.cards.told(text))
        except SaidNo as no:
            raise NotReached(Why.BLOCKED if no.why in BLOCKED else Why.REFUSED, said(no)) from None
        except Unknown:
            raise NotReached(Why.UNSURE) from None

    async def _place(self, account: str) -> Place:
        """Whoever was met in a channel alone may not have the app themselves."""
        try:
            if place := await self.gallery.places.opened(account):
                return place
        except SaidNo:
            if self.installing is None:
                raise
        return await self._installed(account)

    async def _installed(self, account: str) -> Place:
        """Teams takes an object's id for a person's as soon as they have the app, and not before."""
        tenant, _, object = account.partition("/")
        if self.installing is None or tenant != self.tenant or not OBJECT.fullmatch(object):
            raise NotReached(Why.NEVER_MET)
        try:
            await self.installing.install(object)
        except SaidNo as no:
            raise NotReached(Why.NOT_ALLOWED if no.status == FORBIDDEN else Why.REFUSED, said(no)) from None
        try:
            return await self.gallery.places.begun(account, self.installing.addresses.home, object)
        except SaidNo:
            raise NotNow(SETTLES) from None


def said(no: SaidNo) -> str:
    """For the audit."""
    return f"{no.status} {no.why}"
