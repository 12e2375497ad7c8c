"""What people are told unasked: where they are known to be reached, else after the app has been installed for them."""

from dataclasses import dataclass

from adapters.teams.connector import SaidNo, Unknown
from adapters.teams.gallery import Gallery
from adapters.teams.installing import Installing
from adapters.teams.places import Place
from adapters.teams.speaker import account_of
from bot.conversation.turn import ChatAccount
from bot.ids import ObjectId
from bot.jobs import NotNow
from bot.tellers import NotReached, Why

BLOCKED = frozenset({"MessageWritesBlocked"})  # the person, or an admin for them
FORBIDDEN = 403
SETTLES = 30.0  # seconds until an app that has just been installed can surely be talked from


@dataclass(frozen=True)
class Teller:
    """Implements the port of bot/tellers.py. `installing` None: the app isn't ours to install."""

    tenant: str
    gallery: Gallery
    installing: Installing | None = None

    def account_of(self, object: ObjectId) -> ChatAccount | None:
        return account_of(object) if object.tenant == self.tenant else None

    async def tell(self, account: str, text: str) -> None:
        try:
            place = await self.gallery.places.opened(account) or await self._installed(account)
            await self.gallery.post(place, *self.gallery.cards.told(text))
        except SaidNo as no:
            raise NotReached(Why.BLOCKED if no.why in BLOCKED else Why.REFUSED, said(no)) from None
        except Unknown:
            raise NotReached(Why.UNSURE) from None

    async def _installed(self, account: str) -> Place:
        """Teams takes an object's id for a person's as soon as they have the app, and not before."""
        if self.installing is None:
            raise NotReached(Why.NEVER_MET)
        object = account.rpartition("/")[2]
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
