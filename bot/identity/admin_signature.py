"""The way in to the pages for admins by a key of their own: asked of one browser, for five minutes and one use, and two methods by itself."""

import re
from dataclasses import dataclass

import structlog

from bot.identity.admin_session import AdminSession
from bot.identity.admins import Admins
from bot.identity.copied_methods import counting, unless_copied
from bot.identity.interfaces import Records
from bot.identity.methods.identity_provider import NotSignedIn, SignInFailure
from bot.identity.methods.method import Method
from bot.identity.methods.shapes import SignedOnPage
from bot.identity.methods.tools import Place
from bot.model.facts import BY_STRANGERS, Audited, Worked
from bot.platform.clock import World
from bot.platform.ids import ChallengeId, SubjectId, WindowId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.policy.current import Policies

log = structlog.get_logger()
TRIES = 60, 86400.0  # for one browser and day
PATIENCE = 300.0  # seconds
PAGE = WindowId("rules")
BEGUN = re.compile(r"([a-z0-9-]*)\.([0-9a-f]{1,12})\.[0-9a-f]{32}")


@dataclass(frozen=True)
class AdminSignature:
    """Nothing is kept on the way: what is asked for is derived from where they want to, when, and the browser."""

    method: Method
    shape: SignedOnPage
    admins: Admins
    policies: Policies
    records: Records
    keys: Keys
    world: World
    origin: str

    async def asked(self, target: str, browser: str) -> tuple[str, str] | None:
        """How it begins, and what the browser is asked for. None: the rules don't list this method."""
        if self.method.kind not in (await self.policies.current()).methods.available:
            return None
        begun = f"{target}.{int(self.world.now()):x}.{self.world.bytes(16).hex()}"
        return begun, self.shape.asked(ChallengeId(begun), (), self._place(browser))

    async def finish(self, begun: str, given: Secret, browser: str) -> tuple[AdminSession, str]:
        """Who signed, and where they wanted to. Raises NotSignedIn; every refusal is audited."""
        who: SubjectId | None = None
        try:
            target = await self._begun(begun, browser)
            who = await self._signed(ChallengeId(begun), given, browser)
            await self.admins.admitted(who)
        except NotSignedIn as no:
            log.info("admin.signature.refused", why=no.why, **dict(no.detail))
            detail = (*no.detail, *(() if who else (BY_STRANGERS,)))
            await self.records.audited(Audited(f"rules:sign_in:refused:{no.why}", who or "nobody", detail))
            raise
        await self.records.audited(Audited("rules:sign_in:confirmed", who))
        return AdminSession(who, self.world.now(), browser), target

    async def _begun(self, begun: str, browser: str) -> str:
        found = BEGUN.fullmatch(begun)
        if found is None or not browser:
            raise NotSignedIn(SignInFailure.FORGED)
        if not 0 <= self.world.now() - int(found[2], 16) <= PATIENCE:
            raise NotSignedIn(SignInFailure.OVER)
        if not (await self.records.hit(f"admin-signature:{browser}", *TRIES)).allowed:
            raise NotSignedIn(SignInFailure.TOO_MANY)
        if not (await self.records.hit(f"admin-signature:{begun}:{browser}", 1, PATIENCE)).allowed:
            raise NotSignedIn(SignInFailure.OVER)
        if self.method.kind not in (await self.policies.current()).methods.available:
            raise NotSignedIn(SignInFailure.UNFIT)
        return found[1]

    async def _signed(self, id: ChallengeId, given: Secret, browser: str) -> SubjectId:
        """Whoever the method that it names belongs to."""
        name = self.shape.names(given)
        owner, now = await self.records.owner(name) if name else None, self.world.now()
        if owner is None:
            raise NotSignedIn(SignInFailure.NO_KEY)
        mine = counting(await self.records.methods(owner), self.method.kind, now)
        found = self.shape.check(id, owner, given, mine, self._place(browser))
        right = await unless_copied(self.records, owner, self.method.kind, found, now)
        if right is None or right.method is None:
            raise NotSignedIn(SignInFailure.NO_KEY, because="signature", method=name)
        signed = Audited("rules:sign_in:signed", owner, args(method=right.method))
        if not await self.records.written(Worked(right.method, now, right.step), signed):
            raise NotSignedIn(SignInFailure.OVER)
        return owner

    def _place(self, browser: str) -> Place:
        return Place(PAGE, browser, "", self.origin, self.keys)
