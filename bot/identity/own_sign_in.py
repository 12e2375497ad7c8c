"""The company's sign-in as the way in to one's own page."""

from dataclasses import dataclass

import structlog

from bot.identity.methods.identity_provider import Came, NotSignedIn, SignInFailure
from bot.identity.own_session import OwnSession
from bot.identity.sign_in_trip import SignInTrip, refusal_detail
from bot.model.facts import Audited
from bot.platform.ids import SubjectId
from bot.platform.sentences import Misstep

log = structlog.get_logger()
MARK = "me"


@dataclass(frozen=True)
class OwnSignIn:
    """For everybody whose account is in use; what they may do there takes no role."""

    trip: SignInTrip

    async def begin(self, target: str, browser: str) -> str:
        """Where to go; `target` is what they come back to. Raises NotSignedIn."""
        return await self.trip.begin(target, browser)

    async def finish(self, came: Came, browser: str) -> tuple[OwnSession, str]:
        """Back, and where they wanted to. Raises NotSignedIn; every refusal is audited."""
        who: SubjectId | None = None
        try:
            attested, target = await self.trip.attested(came, browser)
            who = await self.trip.subject(attested, SignInFailure.NO_ACCOUNT)
            await self._admitted(who)
        except NotSignedIn as no:
            log.info("own_page.sign_in.refused", why=no.why, **dict(no.detail))
            tag = f"own_page:sign_in:refused:{no.why}"
            await self.trip.records.audited(Audited(tag, who or "nobody", refusal_detail(no, who)))
            raise
        await self.trip.records.audited(Audited("own_page:sign_in:confirmed", who))
        return OwnSession(who, min(attested.at, self.trip.world.now()), browser, company=True), target

    async def _admitted(self, who: SubjectId) -> None:
        try:
            person = await self.trip.enabled(who)
        except Misstep as silent:
            raise NotSignedIn(SignInFailure.AWAY, because="directory") from silent
        if person is None:
            raise NotSignedIn(SignInFailure.NO_ACCOUNT)
