"""What a turn may leave behind. Facts are only collected while a step answers; they are written, all or none, when it settles."""

from dataclasses import dataclass

from bot.model.agents import Agent, Invitation, Stand
from bot.model.asker import Asker
from bot.model.browsers import BrowserForgotten, BrowserTicked
from bot.model.drifts import Drifted
from bot.model.passes import PassMinted
from bot.model.step import Step
from bot.model.suspensions import Resumed, Suspended
from bot.platform.ids import (
    Action,
    CaseId,
    ChallengeId,
    ConversationId,
    GrantId,
    Kind,
    Line,
    MethodId,
    ProofId,
    SubjectId,
    WindowId,
)
from bot.platform.job_outbox import Sent
from bot.platform.sentences import Args

BY_STRANGERS = ("stranger", "1")  # in the detail of an audit entry: anybody can cause any number of these, so they are summed


@dataclass(frozen=True, slots=True)
class Challenged:
    """A code was asked for. The code itself is derived from `id` with a key where it is sent and where it is checked.

    Older open challenges of the same conversation are void from now on.
    """

    id: ChallengeId
    conversation: ConversationId
    subject: SubjectId
    action: Action
    kind: Kind
    method: MethodId | None  # None: the directory's own password, or a decoy
    hint: Line
    expires: float
    undelivered: str = ""  # the sentence that says why its message doesn't arrive; empty: as far as is known, it does
    signed_in: str = ""  # what its method wrote when it was met elsewhere; empty: not yet


@dataclass(frozen=True, slots=True)
class Proved:
    """Somebody proved to be `subject`, in `window`, for `action`. `mac` covers all other fields by a key outside the database."""

    id: ProofId
    conversation: ConversationId
    subject: SubjectId
    action: Action
    kind: Kind
    method: MethodId | None
    window: WindowId
    at: float
    challenge: ChallengeId  # used up by this proof, or the turn is lost
    step: int  # must be newer than the method's last accepted one, or the turn is lost. 0: its answers have no order
    mac: str = ""


@dataclass(frozen=True, slots=True)
class UsedUp:
    """A method that proved something for the only time. It is off the file, or the turn is lost."""

    method: MethodId
    subject: SubjectId


@dataclass(frozen=True, slots=True)
class Granted:
    """The right to one effect. `mac` covers all other fields. `agent` is whose case it was when it was given."""

    id: GrantId
    conversation: ConversationId
    subject: SubjectId
    action: Action
    case: CaseId | None
    proofs: tuple[ProofId, ...]  # tied up by this grant, or the turn is lost
    expires: float
    mac: str = ""
    agent: SubjectId | None = None


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One right for a lesser one, on the same proofs. `old` is void, or the turn is lost."""

    old: GrantId
    new: Granted


@dataclass(frozen=True, slots=True)
class PageOffered:
    """A page was offered; the first browser to redeem it before `expires` has it. Older unopened links of this conversation die."""

    window: WindowId
    conversation: ConversationId
    expires: float


@dataclass(frozen=True, slots=True)
class Restarted:
    """Begin again: unspent proofs, grants and open challenges of this conversation are void.

    `unbind`: its unopened links die, its bound pages only watch from now on (their kind becomes "watch"), and `moves` grows by
    one. `first`: what the conversation is about from now on.
    """

    conversation: ConversationId
    unbind: bool
    first: Step | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A method that is being registered; it proves nothing until it is Confirmed. `sealed` as bot/identity/registered.py says.

    One of its kind that was begun before and never confirmed is forgotten.
    """

    method: MethodId
    subject: SubjectId
    kind: Kind
    sealed: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Confirmed:
    """It was tried, and counts from `usable_from` on. The turn is lost without a REGISTER grant of this subject in force."""

    method: MethodId
    subject: SubjectId
    sealed: bytes
    usable_from: float
    at: float
    step: int  # of the answer that it was tried with
    grant: GrantId


@dataclass(frozen=True, slots=True)
class Worked:
    """A method was tried, and is confirmed anew. `step` as in Proved."""

    method: MethodId
    at: float
    step: int


@dataclass(frozen=True, slots=True)
class Removed:
    """Taken off the file. The turn is lost without a REGISTER or DISOWN grant of this subject in force."""

    method: MethodId
    subject: SubjectId
    grant: GrantId


@dataclass(frozen=True, slots=True)
class ChatLinked:
    """A chat account is this subject's from now on. The turn is lost without a grant of theirs in force."""

    kind: str
    account: str
    subject: SubjectId
    at: float
    grant: GrantId


@dataclass(frozen=True, slots=True)
class ChatUnlinked:
    """A chat account is nobody's again."""

    kind: str
    account: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """Nothing is recovered or registered for this account until then; 0: from now on it is again. A longer freeze stays."""

    subject: SubjectId
    until: float


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The helpdesk asks for `subject`. The turn is lost when its agent has too many open already."""

    case: CaseId
    subject: SubjectId
    agent: SubjectId
    watcher: ConversationId  # the agent's; nudged whenever the caller's moves, and lives a little longer than that
    caller: ConversationId
    action: Action
    reason: Line
    ticket: Line  # empty: none was given


@dataclass(frozen=True, slots=True)
class CaseWatched:
    """Its agent looks at it from another conversation from now on."""

    case: CaseId
    watcher: ConversationId


@dataclass(frozen=True, slots=True)
class Began:
    """A conversation for somebody who hasn't said anything yet: it is due at once, and has no window."""

    conversation: ConversationId
    first: Step
    subject: SubjectId
    language: str
    asker: Asker


@dataclass(frozen=True, slots=True)
class AgentInvited:
    """A code for a new writeback agent. The turn is lost without an AGENTS grant of whoever invites, in force; it is used up."""

    invitation: Invitation
    grant: GrantId


@dataclass(frozen=True, slots=True)
class AgentRuled:
    """A writeback agent stands otherwise from now on. The turn is lost when it stood otherwise than `was`, or without a grant as above."""

    agent: Agent
    was: Stand
    by: SubjectId
    grant: GrantId


@dataclass(frozen=True, slots=True)
class Cleared:
    """An attempt counter begins anew, since its owner succeeded."""

    key: str


@dataclass(frozen=True, slots=True)
class Once:
    """Written down for so many `seconds`. `alone`: the turn is lost if it was written down before."""

    key: str
    seconds: float
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Audited:
    """One row of the audit: `source:subject:action`, whom it concerns, and ids or outcomes; never a value."""

    tag: str
    subject: str
    detail: Args = ()


Fact = (
    Challenged
    | Proved
    | UsedUp
    | Granted
    | Exchanged
    | PageOffered
    | Restarted
    | Added
    | Confirmed
    | PassMinted
    | Worked
    | Drifted
    | Removed
    | Suspended
    | Resumed
    | ChatLinked
    | ChatUnlinked
    | BrowserTicked
    | BrowserForgotten
    | Frozen
    | CaseOpened
    | CaseWatched
    | Began
    | AgentInvited
    | AgentRuled
    | Cleared
    | Once
    | Sent
    | Audited
)
