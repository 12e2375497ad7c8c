"""Allowances: counted before anything is compared, per account, method, destination and origin, and failing closed."""

from dataclasses import dataclass

from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.model.facts import Cleared
from bot.model.turn import Turn
from bot.platform.ids import ChallengeId, Kind, Origin, SubjectId
from bot.platform.keyring import Keys
from bot.platform.sentences import Refuse

HOUR, DAY = 3600.0, 86400.0
PER_CODE = 3  # tries for one code (field.md R7)
FAILURES = (5, DAY)  # Entra: five failures in 24 hours, then 24 hours from the last one
SENDS = ((3, 600.0), (10, DAY))  # messages to one destination from one origin (R8)
STARTS = (10, HOUR)  # challenges asked for one account and method from one origin
EFFECTS = (5, HOUR)  # resets of the same account (Entra)


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """Each origin has an allowance of its own: a stranger who burns his closes the door to strangers only."""

    turn: Turn
    records: Records
    keys: Keys

    async def known(self, subject: SubjectId) -> bool:
        """Whether whoever speaks is more than anybody: by a linked chat, a case, or a browser that is known for this account."""
        return await self._origin(subject) is not Origin.STRANGER

    async def try_code(self, challenge: ChallengeId, subject: SubjectId, kind: Kind, *, told: bool) -> bool:
        """One more try: whether it may be right at all. It is counted though the process may die before it compares.

        Raises Refuse over the limit; of an account's own limit a stranger isn't `told`.
        """
        if not (await self.records.hit(f"code:{challenge}", PER_CODE, DAY)).allowed:
            raise Refuse("verify.too_many_tries")
        if METHODS[kind].resists_phishing:
            return True  # a signature isn't guessed, so nobody's failures close this door to its owner
        if (await self.records.hit(await self._failures(subject, kind), *FAILURES)).allowed:
            return True
        if told:
            raise Refuse("verify.closed_for_a_day")
        return False

    async def succeeded(self, subject: SubjectId, kind: Kind) -> None:
        """Only failures in a row count (NIST SP 800-63B-4 section 3.2.2)."""
        self.turn.note(Cleared(await self._failures(subject, kind)))
        if METHODS[kind].passed_on:
            self.turn.note(Cleared(await self._passed_on(subject)))

    async def may_start(self, subject: SubjectId, kind: Kind) -> bool:
        """Another challenge: whether it is within the limit."""
        if METHODS[kind].resists_phishing:
            return True
        return (await self.records.hit(await self._key("start", subject, kind, subject), *STARTS)).allowed

    async def may_send(self, method: Registered) -> bool:
        """Another message to this destination: whether it is within the limit."""
        where = self.keys.mac("destination", method.secret.reveal()).hex()[:32]
        for limit, seconds in SENDS:
            if not (
                await self.records.hit(await self._key(f"send{seconds:.0f}", where, method.kind, method.subject), limit, seconds)
            ).allowed:
                return False
        return True

    async def may_try_password(self, subject: SubjectId, tries: int) -> bool:
        """Another password that is passed on to the directory, of which it should see at most so many wrong ones a day."""
        return (await self.records.hit(await self._passed_on(subject), tries, DAY)).allowed

    async def effect(self, subject: SubjectId) -> None:
        """Another reset or change of the same account. Raises Refuse over the limit."""
        if not (await self.records.hit(f"effect:{subject}", *EFFECTS)).allowed:
            raise Refuse("accounts.too_often")

    async def close_door(self, subject: SubjectId) -> None:
        """After "that wasn't me": nothing more from this origin for a day; others stay open."""
        for kind in METHODS:
            await self.records.exhaust(await self._failures(subject, kind), *FAILURES)

    async def _passed_on(self, subject: SubjectId) -> str:
        return f"password:{subject}:password:{await self._origin(subject)}"

    async def _failures(self, subject: SubjectId, kind: Kind) -> str:
        return await self._key("fail", subject, kind, subject)

    async def _key(self, what: str, about: str, kind: Kind, subject: SubjectId) -> str:
        return f"{what}:{about}:{kind}:{await self._origin(subject)}"

    async def _origin(self, subject: SubjectId) -> Origin:
        """A visitor in a browser that this account's person ticked as their own isn't just anybody."""
        browser = self.turn.claim.sealed.browser if self.turn.claim.sealed else None
        if self.turn.party.origin is Origin.STRANGER and browser:
            known = [each.browser for each in await self.records.browsers(subject)]
            return Origin.KNOWN if browser in known else Origin.STRANGER
        return self.turn.party.origin
