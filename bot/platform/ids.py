"""Names of things: a plain `str` can't be kept in a step, one of these can."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ConversationId = NewType("ConversationId", str)
WindowId = NewType("WindowId", str)
SubjectId = NewType("SubjectId", str)  # "<directory>:<immutable id in it>"; "decoy:<...>" is nobody
ChallengeId = NewType("ChallengeId", str)
ProofId = NewType("ProofId", str)
GrantId = NewType("GrantId", str)
CaseId = NewType("CaseId", str)
ExhibitId = NewType("ExhibitId", str)  # a secret to be shown, resolved by the sealed page alone
MethodId = NewType("MethodId", str)  # a registered method, one row
Kind = NewType("Kind", str)  # of method: each has a file in bot/identity/methods/
OptionId = NewType("OptionId", str)
WordsId = NewType("WordsId", str)  # a message in the catalogues
Line = NewType("Line", str)  # one line of text that is no secret: a name, a masked address


@dataclass(frozen=True, slots=True)
class ObjectId:
    """An account as its tenant names it to everybody who may ask, chats as well: never changed, never given again."""

    tenant: str
    id: str


class Action(StrEnum):
    """What a grant allows. A proof for one action never serves another."""

    RESET = "reset"
    UNLOCK = "unlock"
    CHANGE = "change"
    DISOWN = "disown"  # undo a change that somebody else made: an unknown random password, and a freeze
    REGISTER = "register"  # add, replace or remove methods
    MINT = "mint"  # make a code for this very account that ends by itself; in a case alone
    LINK = "link"  # say whose a chat account is
    AGENTS = "agents"  # ask a writeback agent in, let it in, or stop it
    INVITE = "invite"  # invite a joiner to their first method
    OVERVIEW = "overview"  # look at one's own page, and take off what is there


class Origin(StrEnum):
    """Where a conversation comes from. Allowances are counted per origin, so a stranger can only close his own door."""

    LINKED = "linked"  # a chat account that is linked to this very subject
    KNOWN = "known"  # a browser that this subject has used before
    CASE = "case"
    STRANGER = "stranger"


def directory_of(subject: SubjectId) -> str:
    """The name of the directory that owns this account."""
    return subject.partition(":")[0]


DECOY = "decoy"


def is_decoy(subject: SubjectId) -> bool:
    """Nobody: treated in all visible ways like somebody, so that strangers can't tell who exists."""
    return directory_of(subject) == DECOY
