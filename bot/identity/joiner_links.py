"""The link of a joiner's invitation: who comes, who brings them and when, signed; it is good while it is on record, and opens one page."""

import base64
import json
from dataclasses import dataclass

from bot.identity.interfaces import Records
from bot.model.facts import Once
from bot.platform.clock import World
from bot.platform.ids import Line, SubjectId
from bot.platform.keyring import Keys

DAY = 86400.0
GOOD_FOR = 3 * DAY  # seconds from the start
PURPOSE = "first day"
SEEN = 900.0  # seconds that a number is on a page, as long as its conversation


@dataclass(frozen=True, slots=True)
class JoinerLink:
    """`by` brings `subject`, whose first day begins at `start` (seconds since the epoch)."""

    subject: SubjectId
    by: SubjectId
    start: int

    @property
    def until(self) -> float:
        """When it is over."""
        return self.start + GOOD_FOR


@dataclass(frozen=True, slots=True)
class JoinerLinks:
    """What is kept of it has a MAC for its name, so that nobody who writes to the database can invite anybody."""

    keys: Keys
    records: Records
    world: World

    def token(self, link: JoinerLink) -> Line:
        """What stands after "/j/"."""
        text = json.dumps((link.subject, link.by, link.start), separators=(",", ":"))
        body = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return Line(f"{body}~{self.keys.sign(PURPOSE, body)}")

    async def read(self, token: str) -> JoinerLink | None:
        """Inverse of `token`, reading only. None: forged, over, or never sent."""
        body, _, mac = token.rpartition("~")
        if not token.isascii() or not self.keys.signed(PURPOSE, body, mac):
            return None
        subject, by, start = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        link = JoinerLink(SubjectId(subject), SubjectId(by), int(start))
        good = self.world.now() < link.until and await self._written("sent", link)
        return link if good else None

    def sent(self, link: JoinerLink) -> Once:
        """It is on record from now on."""
        return self._once(link.until - self.world.now(), "sent", link)

    async def opened(self, link: JoinerLink, browser: str) -> tuple[Once, ...] | None:
        """What is to be written when this browser opens its page. None: another one has opened it."""
        if await self._written("opened by", link, browser):
            return ()
        if await self._written("opened", link):
            return None
        left = link.until - self.world.now()
        return self._once(left, "opened", link, alone=True), self._once(left, "opened by", link, browser)

    def shown(self, link: JoinerLink, number: str) -> Once:
        """This number is on the joiner's page."""
        return self._once(SEEN, "shown", link.subject, link.by, number)

    async def is_shown(self, subject: SubjectId, by: SubjectId, number: str) -> bool:
        """Whether a page that this very person invites to shows it now."""
        return await self._written("shown", subject, by, number)

    def compared(self, subject: SubjectId, by: SubjectId, number: str) -> Once:
        """Whoever invites has typed it."""
        return self._once(SEEN, "compared", subject, by, number)

    async def is_compared(self, link: JoinerLink, number: str) -> bool:
        """Whether they have."""
        return await self._written("compared", link.subject, link.by, number)

    def _once(self, seconds: float, *about: object, alone: bool = False) -> Once:
        return Once(f"{PURPOSE}:{self.keys.sign(PURPOSE, repr(about))}", seconds, alone)

    async def _written(self, *about: object) -> bool:
        """By any key of the ring."""
        names = [f"{PURPOSE}:{mac[:16].hex()}" for mac in self.keys.macs(PURPOSE, repr(about))]
        return any([await self.records.counted(name) for name in names])
