"""The way to the company's sign-in and back for a page of our own: nothing is kept on it, all is derived from door, time and browser."""

import re
from dataclasses import dataclass

from bot.directory.asking import asked
from bot.directory.interfaces import Person
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
from bot.model.facts import BY_STRANGERS
from bot.platform.clock import World
from bot.platform.ids import SubjectId, directory_of
from bot.platform.keyring import Keys
from bot.platform.sentences import Args, Misstep

TRIES = 60, 86400.0  # ways to the provider and back, for one browser and day
PATIENCE = 900  # seconds at the provider: there people search for their phones
STATE = re.compile(r"(([a-z]+)\.([a-z0-9-]*)\.([0-9a-f]{1,12})\.[0-9a-f]{32})~[0-9a-f]{32}")


@dataclass(frozen=True)
class SignInTrip:
    """`mark` begins the state of every way from this door, `purpose` names its keys and its counter."""

    mark: str
    purpose: str
    provider: Provider
    claimed: Claimed
    records: Records
    keys: Keys
    world: World
    acr: tuple[str, ...] = ()

    async def begin(self, target: str, browser: str) -> str:
        """Where to go; `target` is what they come back to. Raises NotSignedIn."""
        state = f"{self.mark}.{target}.{int(self.world.now()):x}.{self.world.bytes(16).hex()}"
        return await self.provider.way(self._requests(state, browser)[0])

    async def attested(self, came: Came, browser: str) -> tuple[SignedInClaims, str]:
        """What the provider vouches for, a moment ago, and where they wanted to. Raises NotSignedIn."""
        begins, target = self._begun(came.state)
        if not (await self.records.hit(f"{self.purpose}:{browser}", *TRIES)).allowed:
            raise NotSignedIn(SignInFailure.TOO_MANY)
        return await attested_now(self.provider, self._requests(begins, browser), came, self.world.now()), target

    async def subject(self, attested: SignedInClaims, nobodys: SignInFailure) -> SubjectId:
        """Whose account it is; a directory that is silent lets nobody in. Raises NotSignedIn, `nobodys` where there is none."""
        try:
            subject = await self.claimed.subject(attested.claims)
        except Misstep as silent:
            raise NotSignedIn(SignInFailure.AWAY, because="directory") from silent
        if subject is None:
            raise NotSignedIn(nobodys, because="no account")
        return subject

    async def enabled(self, subject: SubjectId) -> Person | None:
        """Their account, if it is in use. Raises Misstep when the directory is silent."""
        directory = self.claimed.directories.get(directory_of(subject))
        person = await asked(directory.person(subject)) if directory else None
        return person if person and person.enabled else None

    def _requests(self, begins: str, browser: str) -> list[OidcRequest]:
        return [derived(begins, root, self.acr) for root in self.keys.macs(self.purpose, repr((begins, browser)))]

    def _begun(self, state: str) -> tuple[str, str]:
        """How the state begins, and the target in it."""
        found = STATE.fullmatch(state)
        if found is None or found[2] != self.mark:
            raise NotSignedIn(SignInFailure.FORGED)
        if not -SKEW <= self.world.now() - int(found[4], 16) <= PATIENCE:
            raise NotSignedIn(SignInFailure.OVER)
        return found[1], found[3]


def refusal_detail(no: NotSignedIn, who: SubjectId | None) -> Args:
    """What anybody can cause any number of fills no chain; who signed in as somebody has a row of his own."""
    return (*no.detail, *(() if who else (BY_STRANGERS,)))
