"""Somebody's own page: how they stand and what was ever bound to them; and what they do there, which only takes away, or opens what they locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, assert_never

from bot.accounts.interfaces import Outcome
from bot.audit.chain import AccountAudit, AuditEntry
from bot.coverage.explanation import Explanations
from bot.coverage.told import ToldLine, ToldTo, told
from bot.directory.asking import asked
from bot.directory.interfaces import Person
from bot.identity.chat_links import LinkStore
from bot.identity.interfaces import LOCKED, KnownBrowser
from bot.identity.masks import alike, name_of, named
from bot.identity.methods.registry import METHODS
from bot.identity.own_session import OwnSession
from bot.identity.registered import Registered
from bot.model.browsers import BrowserForgotten
from bot.model.facts import Audited, ChatUnlinked, Fact, Frozen
from bot.model.prompt import Option
from bot.platform.ids import Action, CaseId, Kind, Line, SubjectId, WordsId, directory_of
from bot.platform.job_outbox import Sent
from bot.platform.sentences import args

MOST = 500  # rows of the audit that a page is made of
ADDED = "added"
DAY = 86400.0  # seconds for which a "this wasn't me" freezes recovery, whoever opens it
CHANGES = ("reset", "unlock", "change")


class OwnAct(StrEnum):
    """What is done there."""

    FORGET = "forget"  # a known browser
    UNLINK = "unlink"  # a chat account
    LOCK = "lock"  # recovery
    OPEN = "open"  # recovery again
    DENY = "deny"  # a case of the helpdesk: "that isn't me"


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One that counts now, or will: as its owner knows it, and when it last worked (0: never)."""

    name: Option
    since: float
    worked: float
    usable_from: float
    suspended: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """A row of the history: `what` was done with a method of this kind, when, and from where."""

    what: str
    name: WordsId
    at: float
    whence: str


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A change that the directory confirmed, and by which methods it was proved, as far as that is still on record."""

    action: str
    at: float
    by: tuple[WordsId, ...]


@dataclass(frozen=True, slots=True)
class OwnView:
    """The whole page."""

    name: str
    login: str
    can: bool
    lines: tuple[ToldLine, ...]
    methods: Sequence[MethodLine]
    bindings: Sequence[Binding]
    browsers: Sequence[KnownBrowser]
    chats: Sequence[tuple[str, str]]
    changes: Sequence[OwnChange]
    locked: bool
    case: "OpenCase | None" = None


class OpenCase(Protocol):
    """What somebody of the helpdesk does for this account just now."""

    @property
    def case(self) -> CaseId:
        """Its id."""

    @property
    def number(self) -> Line:
        """As the agent may have said it."""

    @property
    def name(self) -> Line:
        """The agent's."""

    @property
    def action(self) -> Action:
        """What for."""


class OpenCases(Protocol):
    """Implemented by the helpdesk, which this page knows nothing else of."""

    async def of(self, subject: SubjectId) -> OpenCase | None:
        """None: nobody has one open."""

    async def deny(self, subject: SubjectId, case: CaseId) -> bool:
        """It ends, and admins are told. False: not in this very moment."""


class OwnRecords(Protocol):
    """What the page asks of the store, and the one way in which it writes."""

    async def browsers(self, subject: SubjectId) -> Sequence[KnownBrowser]:
        """Those that this account's person ticked as their own."""

    async def frozen(self, subject: SubjectId) -> float:
        """Until when nothing is recovered or registered."""

    async def did(self, subject: SubjectId, *facts: Fact) -> None:
        """All of it or nothing, as part of what is signed for the account."""


@dataclass(frozen=True)
class OwnPage:
    """For whoever has a session; that it is theirs isn't asked here again."""

    explanations: Explanations
    records: OwnRecords
    links: LinkStore
    audit: AccountAudit
    cases: OpenCases

    async def view(self, subject: SubjectId) -> OwnView | None:
        """As of now. None: the account is gone, or switched off. Raises Misstep when its directory is silent."""
        person, now = await self._person(subject), self.explanations.world.now()
        if person is None:
            return None
        found = await self.explanations.of(person)
        return OwnView(
            person.name,
            person.login,
            found.why_not is None,
            tuple(line for line in told(found, ToldTo.SELF, now) if not line.words.startswith("explain.method.")),
            _lines(found.methods),
            _bindings(found.methods, await self.audit.about(subject, MOST, "identity:method:")),
            await self.records.browsers(subject),
            await self.links.accounts_of(subject),
            await self._changes(subject),
            found.frozen_until == LOCKED,
            await self.cases.of(subject),
        )

    async def act(self, session: OwnSession, act: OwnAct, about: str) -> bool:
        """False: it isn't there (any more), or this session may not. Each is audited; what locks and opens is told to every address."""
        if act is OwnAct.DENY:
            return await self.cases.deny(session.subject, CaseId(about))
        if facts := await self._facts(session, act, about):
            await self.records.did(session.subject, *facts)
        return bool(facts)

    async def _facts(self, session: OwnSession, act: OwnAct, about: str) -> Sequence[Fact]:
        subject = session.subject
        match act:
            case OwnAct.FORGET:
                known = [each for each in await self.records.browsers(subject) if each.browser == about]
                gone = [BrowserForgotten(subject, each.browser) for each in known]
                return [*gone, *(self._row("browser:forgotten", session, each.label) for each in known)]
            case OwnAct.UNLINK:
                kind, _, account = about.partition(":")
                if (kind, account) not in await self.links.accounts_of(subject):
                    return []
                return [ChatUnlinked(kind, account), self._row("chat:unlinked", session, about)]
            case OwnAct.LOCK:
                return [Frozen(subject, LOCKED), self._row("recovery:locked", session), self._told(subject, "locked")]
            case OwnAct.OPEN:
                return await self._opened(session)
            case OwnAct.DENY:
                return []  # no part of what is signed for the account
            case _:
                assert_never(act)

    async def _opened(self, session: OwnSession) -> Sequence[Fact]:
        """By the company's sign-in alone: whoever found a phone may have locked it, and mustn't open it. A "this wasn't me" lasts its day."""
        if not session.company:
            return []
        if await self.records.frozen(session.subject) != LOCKED:
            return []
        subject, now = session.subject, self.explanations.world.now()
        disowned = [row.at + DAY for row in await self.audit.about(subject, 1, "identity:change:disowned")]
        until = [Frozen(subject, at) for at in disowned if at > now]
        return [Frozen(subject, 0.0), *until, self._row("recovery:opened", session), self._told(subject, "opened")]

    async def _changes(self, subject: SubjectId) -> list[OwnChange]:
        by: dict[str, list[WordsId]] = {}
        for row in await self.audit.about(subject, MOST, "identity:proof:accepted"):
            detail = dict(row.detail)
            by.setdefault(detail.get("conversation", ""), []).insert(0, name_of(Kind(detail["method"])))
        done = [(row.tag.split(":"), row) for row in await self.audit.about(subject, MOST, "account:")]
        return [
            OwnChange(tag[1], row.at, tuple(dict.fromkeys(by.get(dict(row.detail).get("conversation", ""), ()))))
            for tag, row in done
            if tag[1] in CHANGES and tag[2] == Outcome.CHANGED
        ]

    async def _person(self, subject: SubjectId) -> Person | None:
        directory = self.explanations.directories.get(directory_of(subject))
        person = await asked(directory.person(subject)) if directory else None
        return person if person and person.enabled else None

    def _row(self, what: str, session: OwnSession, about: str = "") -> Audited:
        came_by = "company" if session.company else "proof"
        return Audited(
            f"identity:{what}", session.subject, args(at="own page", by=came_by, **({"about": about} if about else {}))
        )

    def _told(self, subject: SubjectId, outcome: str) -> Sent:
        return Sent("notice", subject, args(action="own_page", outcome=outcome, at=self.explanations.world.now()))


def _lines(methods: Sequence[Registered]) -> list[MethodLine]:
    """Those of one use are one line, as good as the best of them."""
    made = []
    for option in named(methods):
        rows = alike(methods, option)
        worked, since = max(m.proved_at for m in rows), min(m.registered_at for m in rows)
        made.append(MethodLine(option, since, worked, min(m.usable_from for m in rows), all(m.suspended for m in rows)))
    return made


def _bindings(methods: Sequence[Registered], rows: Sequence[AuditEntry]) -> list[Binding]:
    """Newest first. What was there before anybody wrote it down stands with when it came."""
    told = [(row.tag.rpartition(":")[2], dict(row.detail), row.at) for row in rows]
    found = [
        Binding(what, name_of(Kind(about["kind"])), at, about.get("whence", "")) for what, about, at in told if "kind" in about
    ]
    written = {about.get("method") for what, about, _ in told if what == ADDED}
    kinds = {about.get("kind") for what, about, _ in told if what == ADDED}
    older = {
        (m.kind, m.registered_at): m for m in methods if m.id not in written and not (METHODS[m.kind].one_use and m.kind in kinds)
    }
    found += [Binding(ADDED, name_of(m.kind), m.registered_at, "") for m in older.values()]
    return sorted(found, key=lambda binding: -binding.at)
