"""Tiny steps and well-formed facts for tests of stores, which look at neither."""

from bot.model.codec import step
from bot.model.facts import Challenged, Fact, Granted, PageOffered, Proved
from bot.model.prompt import Ask, Code
from bot.model.turn import Claim, Party, Window
from bot.platform.ids import (
    Action,
    CaseId,
    ChallengeId,
    ConversationId,
    GrantId,
    Line,
    MethodId,
    Origin,
    ProofId,
    SubjectId,
    WindowId,
)
from store.open import Store
from tests.kit.kinds import TOTP

ANA = SubjectId("demo:ana")
BROWSER, OTHER = "b" * 64, "c" * 64
PARTY = Party(Origin.LINKED, ANA, "de")
CONVERSATION, CHAT, PAGE = ConversationId("convo-1"), WindowId("win-chat"), WindowId("win-page")


@step("tiny.at")
class At:
    """Where are we?"""

    number: int = 0
    method: MethodId | None = None

    def ask(self) -> Ask:
        return Ask("tiny.at", Code())


def chat(n: int = 1) -> Window:
    """Of conversation number `n`, and of its person."""
    suffix = "" if n == 1 else f"-{n}"
    return Window(WindowId(f"win-chat{suffix}"), ConversationId(f"convo-{n}"), "terminal", f"ana-{n}")


async def opened(store: Store, n: int = 1) -> Claim:
    """A new conversation in a chat, held by whoever opened it."""
    claim = await store.conversations.open_conversation(At(), chat(n), PARTY, f"event-{n}")
    assert claim
    return claim


async def idle(store: Store, n: int = 1, wake_in: float | None = None) -> None:
    """A conversation that waits for its person, at turn 1."""
    await store.conversations.settle(await opened(store, n), At(1), None, [], closed=False, wake_in=wake_in)


async def claimed(store: Store, n: int = 1) -> Claim:
    """Their claim on the turn that they see."""
    window = chat(n)
    standing = await store.conversations.standing(window.id)
    assert standing
    claim = await store.conversations.claim(window.id, standing.turn, window.address)
    assert claim
    return claim


async def settled(store: Store, *facts: Fact, closed: bool = False, n: int = 1) -> None:
    """One more turn of theirs, that leaves these facts."""
    claim = await claimed(store, n)
    await store.conversations.settle(claim, At(claim.turn + 1), None, facts, closed=closed, wake_in=None)


def challenged(id: str = "ch-1", method: str | None = "m-1", conversation: ConversationId = CONVERSATION) -> Challenged:
    return Challenged(
        ChallengeId(id),
        conversation,
        ANA,
        Action.RESET,
        TOTP,
        MethodId(method) if method else None,
        Line("a…@home.example"),
        1_800_000_600.25,
    )


def proved(id: str = "p-1", challenge: str = "ch-1", step: int = 0, method: str | None = "m-1") -> Proved:
    return Proved(
        ProofId(id),
        CONVERSATION,
        ANA,
        Action.RESET,
        TOTP,
        MethodId(method) if method else None,
        PAGE,
        1_800_000_000.125,
        ChallengeId(challenge),
        step,
        mac=f"mac of {id}",
    )


def granted(*proofs: str, id: str = "g-1", case: str | None = None) -> Granted:
    return Granted(
        GrantId(id),
        CONVERSATION,
        ANA,
        Action.RESET,
        CaseId(case) if case else None,
        tuple(ProofId(p) for p in proofs),
        1_800_000_500.5,
        mac=f"mac of {id}",
    )


def linked(window: WindowId = PAGE, expires: float = 1_800_000_600.0) -> PageOffered:
    return PageOffered(window, CONVERSATION, expires)
