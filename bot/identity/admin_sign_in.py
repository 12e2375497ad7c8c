"""The way in to the pages where rules are changed: the company's sign-in with a second factor, by somebody who is an admin right now."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import structlog

from bot.identity.admin_session import AdminSession
from bot.identity.admins import Admins
from bot.identity.interfaces import Records
from bot.identity.methods.identity_provider import Came, Claimed, NotSignedIn, Provider, SignedInClaims, SignInFailure
from bot.identity.sign_in_trip import SignInTrip, refusal_detail
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys

log = structlog.get_logger()
MARK = "rules"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What the provider says of a sign-in with one. Nothing listed: it isn't asked."""

    amr: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()

    def shown(self, claims: Mapping[str, object]) -> bool:
        """By `amr` (RFC 8176) or by `acr`."""
        if not (self.amr or self.acr):
            return True
        said = claims.get("amr")
        return claims.get("acr") in self.acr or (isinstance(said, list) and any(one in said for one in self.amr))


@dataclass(frozen=True)
class AdminSignIn:
    """Nothing is kept on the way: all is derived from where they want to, when they left, and the browser."""

    provider: Provider
    claimed: Claimed
    admins: Admins
    second: SecondFactor
    records: Records
    keys: Keys
    world: World

    @cached_property
    def trip(self) -> SignInTrip:
        """To the provider and back."""
        acr = self.second.acr
        return SignInTrip(MARK, "admin-sign-in", self.provider, self.claimed, self.records, self.keys, self.world, acr)

    async def begin(self, target: str, browser: str) -> str:
        """Where to go; `target` is what they come back to. Raises NotSignedIn."""
        return await self.trip.begin(target, browser)

    async def finish(self, came: Came, browser: str) -> tuple[AdminSession, str]:
        """Back, and where they wanted to. Raises NotSignedIn; every refusal is audited."""
        who: SubjectId | None = None
        try:
            attested, target = await self.trip.attested(came, browser)
            who = await self.trip.subject(attested, SignInFailure.NOT_ADMIN)
            await self._admitted(who, attested)
        except NotSignedIn as no:
            log.info("admin.sign_in.refused", why=no.why, **dict(no.detail))
            tag = f"rules:sign_in:refused:{no.why}"
            await self.records.audited(Audited(tag, who or "nobody", refusal_detail(no, who)))
            raise
        await self.records.audited(Audited("rules:sign_in:confirmed", who))
        return AdminSession(who, min(attested.at, self.world.now()), browser), target

    async def _admitted(self, subject: SubjectId, attested: SignedInClaims) -> None:
        if not self.second.shown(attested.claims):
            raise NotSignedIn(SignInFailure.ONE_FACTOR)
        await self.admins.admitted(subject)
