"""The way in to the pages where rules are changed: the company's sign-in with a second factor, by somebody who is an admin right now."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Person
from bot.identity.admin_session import AdminSession, session_of
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
from bot.platform.ids import SubjectId, directory_of
from bot.platform.keyring import Keys
from bot.platform.sentences import Args, Misstep
from bot.policy.roles import Role, Roles

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
    directories: Mapping[str, Directory]
    roles: Roles
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

    async def session(self, cookie: str, browser: str) -> tuple[AdminSession, Person] | None:
        """Who is at the page. None: nobody who may be, whatever they were when they signed in. Raises Misstep when the directory is silent."""
        session = session_of(self.keys, cookie, browser, self.world.now()) if browser else None
        person = await self._admin(session.subject) if session else None
        return (session, person) if session and person else None

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
        with _answering():
            subject = await self.claimed.subject(attested.claims)
        if subject is None:
            raise NotSignedIn(SignInFailure.NOT_ADMIN, because="no account")
        return subject

    async def _admitted(self, subject: SubjectId, attested: SignedInClaims) -> None:
        if not self.second.shown(attested.claims):
            raise NotSignedIn(SignInFailure.ONE_FACTOR)
        with _answering():
            person = await self._admin(subject)
        if person is None:
            raise NotSignedIn(SignInFailure.NOT_ADMIN)

    async def _admin(self, subject: SubjectId) -> Person | None:
        directory = self.directories.get(directory_of(subject))
        person = await asked(directory.person(subject)) if directory else None
        return person if person and person.enabled and Role.ADMIN in self.roles.of(person) else None


@contextmanager
def _answering() -> Iterator[None]:
    """A directory that is silent lets nobody in."""
    try:
        yield
    except Misstep as silent:
        raise NotSignedIn(SignInFailure.AWAY, because="directory") from silent


def _detail(no: NotSignedIn, who: SubjectId | None) -> Args:
    """What anybody can cause any number of fills no chain; who signed in as somebody has a row of his own."""
    return (*no.detail, *(() if who else (BY_STRANGERS,)))
