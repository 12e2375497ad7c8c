"""Browsers that somebody ticked as their own device, after they proved who they are: listed for them, and forgotten when they say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.identity import Identity
from bot.identity.interfaces import KnownBrowser
from bot.model.browsers import BrowserForgotten, BrowserTicked
from bot.model.facts import Audited
from bot.model.prompt import Option
from bot.platform.ids import Action, GrantId, Line, OptionId, SubjectId, WordsId
from bot.platform.job_outbox import Sent
from bot.platform.sentences import Misstep, args

MOST = 2  # people who may call one browser their own: more share it, as a kiosk or an agent's desk is shared
DEVICE = "device-"  # how the options begin


@dataclass(frozen=True)
class KnownBrowsers:
    """For one turn."""

    identity: Identity

    async def all(self, subject: SubjectId) -> Sequence[KnownBrowser]:
        """In the order in which they were ticked."""
        return await self.identity.records.browsers(subject)

    async def here(self, subject: SubjectId) -> bool:
        """Whether the page that is open stands in one of them."""
        sealed = self.identity.turn.claim.sealed
        return sealed is not None and any(known.browser == sealed.browser for known in await self.all(subject))

    async def tick(self, subject: SubjectId, grant: GrantId) -> None:
        """The browser that this page is open in. Raises Misstep anywhere else, and for one that is known for enough people."""
        turn = self.identity.turn
        sealed = turn.claim.sealed
        if sealed is None or sealed.browser is None or turn.window != sealed.id:
            raise Misstep("register.on_the_page")
        await self.identity.authorize(grant, Action.REGISTER, subject)
        if await self.identity.records.known_for(sealed.browser, besides=subject) >= MOST:
            raise Misstep("register.device.shared")
        about = args(grant=grant, device=sealed.label)
        turn.note(
            BrowserTicked(subject, sealed.browser, sealed.label, self.identity.world.now(), grant, MOST),
            Audited("identity:browser:ticked", subject, (*about, ("conversation", turn.conversation))),
            Sent("notice", subject, args(action=Action.REGISTER, outcome="device", grant=grant)),
        )

    async def forget(self, subject: SubjectId, id: OptionId) -> None:
        """One of them. Raises Misstep when it isn't there any more."""
        known = next((each for each in await self.all(subject) if _named(each) == id), None)
        if known is None:
            raise Misstep("engine.pick_one")
        self.forgotten(subject, known)

    def forgotten(self, subject: SubjectId, known: KnownBrowser) -> None:
        """That only takes away."""
        conversation = args(conversation=self.identity.turn.conversation, device=known.label)
        self.identity.turn.note(
            BrowserForgotten(subject, known.browser), Audited("identity:browser:forgotten", subject, conversation)
        )


def devices(known: Sequence[KnownBrowser]) -> tuple[Option, ...]:
    """As their owner knows them."""
    return tuple(Option(_named(each), WordsId("register.device.known"), Line(each.named)) for each in known)


def is_device(id: OptionId) -> bool:
    """Whether an option is one of them."""
    return id.startswith(DEVICE)


def _named(known: KnownBrowser) -> OptionId:
    return OptionId(f"{DEVICE}{known.browser[:16]}")
