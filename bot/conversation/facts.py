"""What a turn may leave behind. Facts are only collected while a step answers; they are written, all or none, when it settles."""

from dataclasses import dataclass

from bot.conversation.reply import Args
from bot.conversation.step import Step
from bot.ids import Action, CaseId, ChallengeId, ConversationId, GrantId, Kind, Line, MethodId, ProofId, SubjectId, WindowId


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
    step: int  # TOTP time-step; must be newer than the method's last accepted one, or the turn is lost. 0: not a TOTP
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """The right to one effect. `mac` covers all other fields."""

    id: GrantId
    conversation: ConversationId
    subject: SubjectId
    action: Action
    case: CaseId | None
    proofs: tuple[ProofId, ...]  # tied up by this grant, or the turn is lost
    expires: float
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
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
class Cleared:
    """An attempt counter begins anew, since its owner succeeded."""

    key: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A job for a messenger, in the same transaction as its cause. `about` names things; it never holds a code or an address."""

    kind: str  # "code", "notice" or "alarm"
    to: SubjectId
    about: Args


@dataclass(frozen=True, slots=True)
class Audited:
    """One row of the audit: `source:subject:action`, whom it concerns, and ids or outcomes; never a value."""

    tag: str
    subject: str
    detail: Args = ()


Fact = Challenged | Proved | Granted | Linked | Restarted | Cleared | Sent | Audited
