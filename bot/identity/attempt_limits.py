"""Allowances: counted before anything is compared, per account, method, destination and origin, and failing closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.others_tries import OthersTries
from bot.identity.registered import Registered
from bot.identity.sprays import Sprays
from bot.model.facts import Challenged, Cleared
from bot.model.turn import Turn
from bot.platform.ids import Kind, MethodId, Origin, SubjectId, is_decoy
from bot.platform.keyring import Keys
from bot.platform.sentences import Misstep, Refuse

HOUR, DAY = 3600.0, 86400.0
PER_CODE = 3  # tries for one code (field.md R7)
FAILURES = (5, DAY)  # Entra: five failures in 24 hours, then 24 hours from the last one
IN_A_ROW = (100, 3650 * DAY)  # wrong ones, however slowly, that end a method (NIST SP 800-63B-4 section 3.2.2)
SENDS = ((3, 600.0), (10, DAY))  # messages to one destination from one origin (R8)
STARTS = (10, HOUR)  # challenges asked for one account and method from one origin
EFFECTS = (5, HOUR)  # resets of the same account (Entra)


@dataclass(frozen=True, slots=True)
class SpentAllowance:
    """An allowance of which nothing is left: of one method at one door or (`origin` None) for good, or (`kind` None) of new passwords."""

    kind: Kind | None
    origin: Origin | None


async def used_up(records: Records, subject: SubjectId, methods: Sequence[Registered]) -> tuple[SpentAllowance, ...]:
    """All of an account's that has these methods; counts nothing."""
    keys = {_failed(subject, kind, origin): SpentAllowance(kind, origin) for kind in METHODS for origin in Origin}
    found = [spent for key, spent in keys.items() if await records.counted(key) >= FAILURES[0]]
    ended = [m for m in methods if await records.counted(_in_a_row(m.id)) >= IN_A_ROW[0]]
    found += [SpentAllowance(m.kind, None) for m in ended]
    if await records.counted(_effects(subject)) >= EFFECTS[0]:
        found.append(SpentAllowance(None, None))
    return tuple(found)


def _failed(subject: SubjectId, kind: Kind, origin: Origin) -> str:
    return f"fail:{subject}:{kind}:{origin}"


def _effects(subject: SubjectId) -> str:
    return f"effect:{subject}"


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """Each origin has an allowance of its own: a stranger who burns his closes the door to strangers only."""

    turn: Turn
    records: Records
    keys: Keys
    sprays: Sprays
    others: OthersTries

    async def known(self, subject: SubjectId) -> bool:
        """Whether whoever speaks is more than anybody: by a linked chat, a case, or a browser that is known for this account."""
        return await self._origin(subject) is not Origin.STRANGER

    async def try_code(self, asked: Challenged, *, told: bool) -> bool:
        """One more try: whether it may be right at all. It is counted though the process may die before it compares.

        Raises Refuse over the limit, Misstep where this way is ended; of an account's own limits a stranger isn't `told`.
        """
        if not (await self.records.hit(f"code:{asked.id}", METHODS[asked.kind].tries or PER_CODE, DAY)).allowed:
            raise Refuse("verify.too_many_tries")
        if METHODS[asked.kind].resists_phishing:
            return True  # a signature isn't guessed, so nobody's failures close this door to its owner
        if not (await self.records.hit(await self._failures(asked.subject, asked.kind), *FAILURES)).allowed:
            if told:
                raise Refuse("verify.closed_for_a_day")
            return False
        rows = await self._in_a_row(asked) if told else [_by_strangers(asked.subject, asked.kind)]
        if all([(await self.records.hit(row, *IN_A_ROW)).allowed for row in rows if row]):
            return True
        if told:
            raise Misstep("verify.ended")
        return False

    async def ended(self, method: MethodId) -> bool:
        """Whether it proves nothing any more, whoever tries."""
        return await self.records.counted(_in_a_row(method)) >= IN_A_ROW[0]

    async def succeeded(self, asked: Challenged) -> None:
        """Only failures in a row count (NIST SP 800-63B-4 section 3.2.2). What strangers closed is opened again by its owner."""
        self.turn.note(Cleared(await self._failures(asked.subject, asked.kind)))
        rows = [
            _by_strangers(asked.subject, asked.kind),
            *(await self._in_a_row(asked) if await self.known(asked.subject) else ()),
        ]
        self.turn.note(*(Cleared(row) for row in rows if row))
        if METHODS[asked.kind].passed_on:
            self.turn.note(Cleared(await self._passed_on(asked.subject)))

    async def missed(self, subject: SubjectId, *kinds: Kind) -> None:
        """What was given is wrong, and whoever gave it is about to hear so. Of a stranger's the owner is told later."""
        stranger = not await self.known(subject)
        await self.sprays.missed(subject, kinds, stranger=stranger)
        if stranger and not is_decoy(subject):
            await self.others.missed(subject)

    def let_in(self, subject: SubjectId) -> None:
        """A stranger who proved to be its owner, and so was who was wrong before."""
        self.turn.note(Cleared(self.others.key(subject)))

    async def one_more(self, subject: SubjectId, kind: Kind, to: Registered | None) -> float:
        """Counts a challenge, and the message `to` where one goes. When both are within their limits again, 0: they are."""
        if METHODS[kind].resists_phishing:
            return 0.0
        windows = [(await self._key("start", subject, kind, subject), *STARTS)]
        if to:
            where = self.keys.mac("destination", to.secret.reveal()).hex()[:32]
            windows += [(await self._key(f"send{s:.0f}", where, to.kind, to.subject), most, s) for most, s in SENDS]
        for key, limit, seconds in windows:
            if not (hit := await self.records.hit(key, limit, seconds)).allowed:
                return max(hit.again_at, *[await self.records.full(key, limit) for key, limit, _ in windows])
        return 0.0

    async def prompted(self, kind: Kind) -> None:
        """Raises Misstep when this conversation has lit up phones often enough: it follows from what was asked, so anybody may know."""
        most = METHODS[kind].prompts
        if most and not (await self.records.hit(f"prompts:{self.turn.conversation}", most, DAY)).allowed:
            raise Misstep("verify.prompted_enough")

    async def denied(self, subject: SubjectId, kind: Kind) -> bool:
        """Whether somebody said on their phone that it wasn't them who asked, from this origin, within a day."""
        return bool(METHODS[kind].prompts and await self.records.counted(denial(subject, self.turn.party.origin)))

    async def may_try_password(self, subject: SubjectId, tries: int) -> bool:
        """Another password that is passed on to the directory, of which it should see at most so many wrong ones a day."""
        return (await self.records.hit(await self._passed_on(subject), tries, DAY)).allowed

    async def effect(self, subject: SubjectId) -> None:
        """Another reset or change of the same account. Raises Refuse over the limit."""
        if not (await self.records.hit(_effects(subject), *EFFECTS)).allowed:
            raise Refuse("accounts.too_often")

    async def close_door(self, subject: SubjectId) -> None:
        """After "that wasn't me": nothing more from this origin for a day; others stay open."""
        for kind in METHODS:
            await self.records.exhaust(await self._failures(subject, kind), *FAILURES)

    async def _in_a_row(self, asked: Challenged) -> list[str]:
        """Of which any answers, each may be the one that is guessed at."""
        mine = await self.records.methods(asked.subject) if METHODS[asked.kind].any_answers else ()
        counting = [m.id for m in mine if m.kind == asked.kind and m.confirmed and not m.suspended]
        return [_in_a_row(id) for id in (counting if asked.method in counting else [asked.method])]

    async def _passed_on(self, subject: SubjectId) -> str:
        return f"password:{subject}:password:{await self._origin(subject)}"

    async def _failures(self, subject: SubjectId, kind: Kind) -> str:
        return _failed(subject, kind, await self._origin(subject))

    async def _key(self, what: str, about: str, kind: Kind, subject: SubjectId) -> str:
        return f"{what}:{about}:{kind}:{await self._origin(subject)}"

    async def _origin(self, subject: SubjectId) -> Origin:
        """A visitor in a browser that this account's person ticked as their own isn't just anybody."""
        browser = self.turn.claim.sealed.browser if self.turn.claim.sealed else None
        if self.turn.party.origin is Origin.STRANGER and browser:
            known = [each.browser for each in await self.records.browsers(subject)]
            return Origin.KNOWN if browser in known else Origin.STRANGER
        return self.turn.party.origin


def denial(subject: SubjectId, origin: Origin) -> str:
    """No phone of theirs is asked anything for whoever comes from there, for a day."""
    return f"denied:{subject}:{origin}"


def wrong_in_a_row(method: MethodId) -> tuple[str, int, float]:
    """For what is answered outside of a turn, by the method itself."""
    return (_in_a_row(method), *IN_A_ROW)


def _in_a_row(method: MethodId | None) -> str:
    """By whoever is known. What nobody registered, the password in force, is its directory's to close."""
    return f"row:{method}" if method else ""


def _by_strangers(subject: SubjectId, kind: Kind) -> str:
    """Nobody has nothing that could end."""
    return "" if is_decoy(subject) else f"row:{subject}:{kind}:strangers"
