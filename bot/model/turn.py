"""One run of one answer: who speaks from which window, and the facts that will be written if it settles."""

from dataclasses import dataclass, field
from typing import TypeVar

from bot.model.asker import Asker
from bot.model.facts import BY_STRANGERS, Audited, Fact
from bot.model.step import Step
from bot.model.whence import Whence
from bot.platform.ids import ConversationId, ObjectId, OptionId, Origin, SubjectId, WindowId
from bot.platform.secret import Secret
from bot.platform.sentences import Args

F = TypeVar("F")
PAGE = "page"  # the one kind of window that may be sealed
WATCH = "watch"  # a page whose conversation went on to another device: it sees what a chat sees


@dataclass(frozen=True, slots=True)
class Window:
    """Where one conversation is shown: a chat's place and person (`address`), or a page bound to one browser.

    Who may answer: the one whose browser hash it holds, or, where it holds none, the one at its (non-empty) address.
    """

    id: WindowId
    conversation: ConversationId
    kind: str  # "page", "terminal", "demo", ... the adapter's name
    address: str  # the vendor's place and person; only they may answer here. Empty for a page
    browser: str | None = None  # SHA-256 of the bound browser's cookie, hex. None: not opened yet
    label: str = ""  # what the bound browser says it is: "Firefox on Windows"
    bound_at: float = 0.0

    @property
    def sealed(self) -> bool:
        """A page that belongs to one browser."""
        return self.kind == PAGE and self.browser is not None

    @property
    def chat(self) -> bool:
        """Where somebody talks, and no page."""
        return self.kind not in (PAGE, WATCH)


@dataclass(frozen=True, slots=True)
class ChatAccount:
    """Who speaks in a vendor's chat: known by immutable ids. A session there proves nothing, and may be somebody else's."""

    kind: str  # the adapter's name, as of its windows
    id: str  # the vendor's place and person: "T024BE7LD/U012A3CDE"
    name: str = ""  # as the vendor tells it, for people's eyes alone
    object: ObjectId | None = None  # the directory's own id of whoever it is, as the vendor's signature says; not kept in rows


@dataclass(frozen=True, slots=True)
class Party:
    """Whose conversation it is. `subject` is known for a linked chat account, and unknown for a visitor."""

    origin: Origin
    subject: SubjectId | None = None
    language: str = "en"
    asker: Asker | None = None  # of a case: the subject is whom the agent means, and has still to prove it
    account: ChatAccount | None = None  # where it began in a vendor's chat

    @property
    def detail(self) -> Args:
        """What every row of the audit about it carries."""
        return self.asker.detail if self.asker else ()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run one turn, until `until`. `number` (the fence) is checked again when it settles."""

    conversation: ConversationId
    turn: int
    number: int
    until: float
    step: Step
    first: Step  # what the conversation was opened with, to start over
    party: Party
    nudges: int
    window: Window | None  # who spoke; None: the engine itself looks
    sealed: Window | None  # the bound page of this conversation
    moves: int = 0  # how often it went on to another device
    expires: float = 0.0
    died: bool = False  # whoever held it before never settled
    pressed: OptionId | None = None  # what `window` pressed, and nobody has settled yet
    expired: bool = False
    whence: Whence | None = None  # of a page's visitor


@dataclass(slots=True)
class Turn:
    """What a step sees of its own run."""

    claim: Claim
    facts: list[Fact] = field(default_factory=list)
    remark: tuple[str, Args] | None = None  # a sentence to go with what is asked next
    held_back: float = 0.0  # seconds until its outcome is told: wrong answers that are too many are slow ones

    @property
    def conversation(self) -> ConversationId:
        """Which conversation the turn is of."""
        return self.claim.conversation

    @property
    def party(self) -> Party:
        """Whose conversation it is."""
        return self.claim.party

    @property
    def window(self) -> WindowId | None:
        """The window that somebody spoke in. None: nobody spoke."""
        return self.claim.window.id if self.claim.window else None

    @property
    def whence(self) -> Whence | None:
        """Where the answer came from. None: nobody spoke, or it can't be told from anybody's."""
        window = self.claim.window
        if self.claim.whence or window is None or not window.chat:
            return self.claim.whence
        return Whence(Secret(f"{window.kind}:{window.address}"))

    @property
    def sealed(self) -> WindowId | None:
        """The bound page, if one has been opened."""
        return self.claim.sealed.id if self.claim.sealed else None

    def browser_of(self, window: WindowId) -> str:
        """The browser that this window is bound to, if it is the sealed page; otherwise empty."""
        sealed = self.claim.sealed
        return sealed.browser or "" if sealed and sealed.id == window else ""

    def note(self, *facts: Fact) -> None:
        """To be written if this turn settles."""
        self.facts.extend(facts)

    def noted(self, kind: type[F]) -> list[F]:
        """Facts of one kind that this turn has collected so far."""
        return [f for f in self.facts if isinstance(f, kind)]

    def refused(self, why: str, detail: Args = ()) -> None:
        """Only the refusal is left of this turn."""
        subject = self.party.subject or self.conversation
        by = (BY_STRANGERS,) if self.party.origin is Origin.STRANGER else ()
        self.facts = [
            Audited(
                f"conversation:answer:refused:{why}",
                subject,
                (("conversation", self.conversation), *self.party.detail, *by, *detail),
            )
        ]
