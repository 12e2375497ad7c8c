"""The port of every method: what it states about itself, and what it does in its own way."""

from collections.abc import Sequence
from typing import NewType, Protocol

from bot.directory.interfaces import ContactField, Person
from bot.identity.methods.shapes import Asking, Registering
from bot.identity.methods.tools import Means, Tools
from bot.identity.registered import Registered
from bot.messaging.messenger import Channel
from bot.platform.ids import Action, Kind, Line, SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import Policy

# Methods that fall together are of one group, and "two methods" means two groups.
DependenceGroup = NewType("DependenceGroup", str)
APP = DependenceGroup("app")
NUMBER = DependenceGroup("number")
MAILBOX = DependenceGroup("mailbox")
MEMORY = DependenceGroup("memory")
SHEET = DependenceGroup("sheet")
COMPANY = DependenceGroup("company")
DESK = DependenceGroup("desk")
PASSKEY = DependenceGroup("passkey")
PERSONS = DependenceGroup("persons")


class Method(Protocol):
    """One method. An implementation names this class as its base, states what has no default, and overrides what is its own.

    Its sentences stand in the catalogues under `method.<kind>.`; tests/unit/test_methods.py says which ones its shapes need.
    """

    kind: Kind  # its name in rows, rules and the audit: never changed, never given again
    group: DependenceGroup
    strength: int  # for the order in which methods are offered; higher is stronger
    lifetime: float  # seconds in which its question may be answered
    nist: str  # its standing in NIST SP 800-63B-4
    asks: Asking
    registers: Registering

    weak: bool = False  # doesn't reset alone unless the policy names the risk; never serves an admin
    counts_as_two: bool = False  # two groups by itself
    resists_phishing: bool = False
    channel: Channel | None = None  # carries what its person needs to answer, so its sends are limited too
    tries: int | None = None  # of one code; None: as many as any code has
    most: int = 1  # registered by one person
    any_answers: bool = False  # whichever of its person's there is: they are offered as one
    one_use: bool = False  # the row is used up by its proof; its rows are told as one, by how many are left
    temporary: bool = False  # ends by itself, so it is nothing that an account has registered
    passed_on: bool = False  # the directory compares it, and must see few wrong ones
    on_phone: bool = False  # gone with a phone that is lost
    maybe_on_phone: bool = False  # its owner says so
    in_a_row: bool = (
        False  # six digits that a sprayer needn't ask for: of a stranger it takes two answers that follow one another
    )
    prompts: int = 0  # in one conversation: each one lights up a phone, and whoever is asked too often says yes one day
    in_directory: bool = False  # the directory's contact data may hold one
    corrects: ContactField | None = None  # and this of it may be corrected by one that was proved
    no_authenticator: bool = False  # in the meaning of NIST SP 800-63B-4, which rules it out
    ends_elsewhere: str = ""  # when the directory in the cloud ends its own, as a date

    # Most methods prove what the policy lists them for. These have a place of their own in the rules:
    known_only: bool = False  # a stranger is neither asked nor believed
    never_admins: bool = False  # not even on their file
    unregistered: bool = False  # everybody has it, so the policy doesn't list it, and it recovers nothing
    by_colleague: bool = False  # proved by whoever invited this person
    serves: frozenset[Action] = frozenset()  # for what an unregistered one counts
    suffices_for: frozenset[Action] = frozenset()  # for what it is enough, whoever asks
    demanded_by: frozenset[Action] = frozenset()  # what is never done without it

    def begins(self, policy: Policy, *, admin: bool) -> bool:
        """Whether somebody without any method may register the first by it."""
        return False

    def carried(self, means: Means) -> bool:
        """Whether this house can offer it at all."""
        return self.channel is None or self.channel in means.channels

    def open_to(self, subject: SubjectId, tools: Tools) -> bool:
        """Whether this account's owner can use an unregistered one now."""
        return True

    def lasts(self, secret: Secret, now: float) -> bool:
        """Whether it hasn't ended by itself."""
        return True

    # How it is shown

    def mask(self, secret: Secret) -> str:
        """Its destination before anything is proved: enough for its owner, too little for anybody else. Empty: it has none."""
        return ""

    def hint(self, method: Registered) -> Line:
        """What its owner tells it by from their others."""
        return Line(self.mask(method.secret))

    def called(self, method: Registered) -> Line:
        """Its person's own name for it, where the sentence for that isn't the one for the hint. Empty: it has none."""
        return Line("")

    # How it is registered

    def fits(self, person: Person, secret: Secret) -> None:
        """Raises Misstep for what would prove nothing of this person."""
        return

    def contacts(self, person: Person) -> Sequence[str | None]:
        """What the directory knows, as somebody wrote it there; best first."""
        return ()

    # How it is answered

    def wrong(self, tools: Tools) -> str:
        """The sentence for a wrong answer."""
        return f"method.{self.kind}.wrong"
