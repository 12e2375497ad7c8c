"""The way in to the pages where rules are changed: the company's sign-in with a second factor, by somebody who is an admin right now."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.identity.admin_session import AdminSession
from bot.identity.admins import Admins, answering
from bot.identity.interfaces import Records
from bot.identity.methods.identity_provider import (
    SKEW,
    Came,
    Claimed,
    NotSignedIn,
    Provider,
    SignedInClaims,
    SignInFailure,
    attested_now,
)
from bot.identity.methods.oidc_state import OidcRequest, derived
from bot.model.facts import BY_STRANGERS, Audited
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.keyring import Keys
from bot.platform.sentences import Args

log = structlog.get_logger()
TRIES = 60, 86400.0  # ways to the provider and back, for one browser and day
PATIENCE = 900  # seconds at the provider: there people search for their phones
MARK = "rules"
STATE = re.compile(rf"({MARK}\.([a-z0-9-]*)\.([0-9a-f]{{1,12}})\.[0-9a-f]{{32}})~[0-9a-f]{{32}}")


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

    async def begin(self, target: str, browser: str) -> str:
        """Where to go; `target` is what they come back to. Raises NotSignedIn."""
        state = f"{MARK}.{target}.{int(self.world.now()):x}.{self.world.bytes(16).hex()}"
        return await self.provider.way(self._requests(state, browser)[0])

    async def finish(self, came: Came, browser: str) -> tuple[AdminSession, str]:
        """Back, and where they wanted to. Raises NotSignedIn; every refusal is audited."""
        who: SubjectId | None = None
        try:
            begins, target = self._begun(came.state)
            attested = await self._attested(came, begins, browser)
            who = await self._subject(attested)
            await self._admitted(who, attested)
        except NotSignedIn as no:
            log.info("admin.sign_in.refused", why=no.why, **dict(no.detail))
            await self.records.audited(Audited(f"rules:sign_in:refused:{no.why}", who or "nobody", _detail(no, who)))
            raise
        await self.records.audited(Audited("rules:sign_in:confirmed", who))
        return AdminSession(who, min(attested.at, self.world.now()), browser), target

    def _requests(self, begins: str, browser: str) -> list[OidcRequest]:
        return [derived(begins, root, self.second.acr) for root in self.keys.macs("admin-sign-in", repr((begins, browser)))]

    def _begun(self, state: str) -> tuple[str, str]:
        """How the state begins, and the target in it."""
        found = STATE.fullmatch(state)
        if found is None:
            raise NotSignedIn(SignInFailure.FORGED)
        if not -SKEW <= self.world.now() - int(found[3], 16) <= PATIENCE:
            raise NotSignedIn(SignInFailure.OVER)
        return found[1], found[2]

    async def _attested(self, came: Came, begins: str, browser: str) -> SignedInClaims:
        if not (await self.records.hit(f"admin-sign-in:{browser}", *TRIES)).allowed:
            raise NotSignedIn(SignInFailure.TOO_MANY)
        return await attested_now(self.provider, self._requests(begins, browser), came, self.world.now())

    async def _subject(self, attested: SignedInClaims) -> SubjectId:
        with answering():
            subject = await self.claimed.subject(attested.claims)
        if subject is None:
            raise NotSignedIn(SignInFailure.NOT_ADMIN, because="no account")
        return subject

    async def _admitted(self, subject: SubjectId, attested: SignedInClaims) -> None:
        if not self.second.shown(attested.claims):
            raise NotSignedIn(SignInFailure.ONE_FACTOR)
        await self.admins.admitted(subject)


def _detail(no: NotSignedIn, who: SubjectId | None) -> Args:
    """What anybody can cause any number of fills no chain; who signed in as somebody has a row of his own."""
    return (*no.detail, *(() if who else (BY_STRANGERS,)))
