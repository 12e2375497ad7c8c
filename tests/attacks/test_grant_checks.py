"""What a grant must be before its effect: one row for each condition, all else about the right being true, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.identity.grant_mac import sealed_grant, sealed_proof
from bot.model.asker import Asker
from bot.model.facts import Challenged, Granted, Proved
from bot.model.turn import PAGE, Party, Turn, Window
from bot.platform.ids import (
    Action,
    CaseId,
    ChallengeId,
    ConversationId,
    GrantId,
    Kind,
    Line,
    Origin,
    ProofId,
    SubjectId,
    WindowId,
)
from bot.platform.sentences import Refuse
from tests.kit.attackers import by_hand
from tests.kit.kinds import EMAIL, TOTP
from tests.kit.tiny import BROWSER, OTHER, At
from tests.kit.town import Town

pytestmark = pytest.mark.both_databases

HERE, ELSEWHERE, SEALED = ConversationId("convo-1"), ConversationId("convo-2"), WindowId("win-page")
ANA, BEN = SubjectId("ana"), SubjectId("ben")  # whoever has this sign-in name
CASE, AGENT = CaseId("case-7f3a91c2"), SubjectId("contoso:erin")


@dataclass(frozen=True)
class Right:
    """A grant and its proofs as they stand on disk, and what is asked of them. `by_hand`: what is done to the rows afterwards."""

    grant: Granted
    proofs: tuple[Proved, ...]
    signed_for: str = BROWSER  # the browser that the proofs' MACs cover
    asked: Action = Action.RESET
    case: CaseId | None = None  # of the conversation
    agent: SubjectId = AGENT  # whose case it is now
    by_hand: str = ""

    def granting(self, **otherwise: Any) -> "Right":
        return replace(self, grant=replace(self.grant, **otherwise))

    def proving(self, **otherwise: Any) -> "Right":
        return replace(self, proofs=tuple(replace(p, **otherwise) for p in self.proofs))


def proof(kind: Kind, action: Action = Action.RESET) -> Proved:
    id = ChallengeId(f"ch-{kind}")
    return Proved(ProofId(f"p-{kind}"), HERE, ANA, action, kind, None, SEALED, 1_800_000_000.0, id, 0)


APP, MAIL = proof(TOTP), proof(EMAIL)
GOOD = Right(Granted(GrantId("g-1"), HERE, ANA, Action.RESET, None, (APP.id,), 1_800_000_600.0), (APP,))
UNLOCK = replace(GOOD, asked=Action.UNLOCK).granting(action=Action.UNLOCK)
BOTH = replace(GOOD, proofs=(APP, MAIL)).granting(proofs=(APP.id, MAIL.id))
TRUE = {
    "reset": GOOD,
    "unlock-by-proofs-for-a-reset": UNLOCK,
    "for-a-case": replace(GOOD, case=CASE).granting(case=CASE, agent=AGENT),
    "by-two-proofs": BOTH,
}
FALSE = {
    "for-another-action": GOOD.granting(action=Action.UNLOCK),
    "about-another-account": GOOD.granting(subject=BEN),
    "of-another-conversation": GOOD.granting(conversation=ELSEWHERE).proving(conversation=ELSEWHERE),
    "over-since-this-moment": GOOD.granting(expires=1_800_000_000.0),
    "of-a-case-that-this-isnt": GOOD.granting(case=CASE),
    "of-a-case-in-other-hands": replace(GOOD, case=CASE, agent=ANA).granting(case=CASE, agent=AGENT),
    "of-a-case-that-names-no-agent": replace(GOOD, case=CASE).granting(case=CASE),
    "of-no-case-where-this-is-one": replace(GOOD, case=CASE),
    "of-another-case": replace(GOOD, case=CASE).granting(case=CaseId("case-2"), agent=AGENT),
    "grant-changed-by-hand": replace(GOOD, by_hand='update "grant" set expires = expires + 1'),
    "proof-changed-by-hand": replace(GOOD, by_hand="update proof set at = at + 1"),
    "proof-from-another-browser": replace(GOOD, signed_for=OTHER),
    "proof-of-another-account": GOOD.proving(subject=BEN),
    "proof-of-another-conversation": GOOD.proving(conversation=ELSEWHERE),
    "proof-typed-in-the-chat": replace(GOOD, signed_for="").proving(window=WindowId("win-chat")),
    "proof-for-an-unlock": GOOD.proving(action=Action.UNLOCK),
    "proof-for-a-change": UNLOCK.proving(action=Action.CHANGE),
    "proof-gone": replace(BOTH, by_hand=f"delete from proof where id = '{MAIL.id}'"),  # noqa: S608 - a name of ours
    "too-little-under-the-policy": replace(GOOD, proofs=(MAIL,)).granting(proofs=(MAIL.id,)),
}


async def asked(town: Town, right: Right) -> Granted:
    """The rows are written as the engine would, each with its genuine MAC, and then the grant is checked in that very turn."""
    conversations = town.app.store.conversations
    ana = await town.subject(ANA)
    asker = Asker(right.case, right.agent, "Adam") if right.case else None
    party = Party(Origin.LINKED, ana, asker=asker)
    await conversations.open_conversation(At(), Window(WindowId("win-chat"), ELSEWHERE, "terminal", "tty-1"), party, "event-1")
    claim = await conversations.open_conversation(At(), Window(SEALED, HERE, PAGE, "", BROWSER), party, "event-2")
    assert claim
    facts = await written(town, right)
    await conversations.settle(claim, At(1), None, facts, closed=False, wake_in=None)
    if right.by_hand:
        by_hand(town, right.by_hand)
    return await town.app.desk(Turn(claim)).identity.authorize(right.grant.id, right.asked, ana)


async def written(town: Town, right: Right) -> list[Challenged | Proved | Granted]:
    """With the ids that those names have in this town's directory."""
    facts: list[Challenged | Proved | Granted] = []
    for p in right.proofs:
        theirs = replace(p, subject=await town.subject(p.subject))
        facts.append(Challenged(p.challenge, HERE, theirs.subject, p.action, p.kind, None, Line(""), p.at + 600.0))
        facts.append(sealed_proof(town.keys, theirs, right.signed_for))
    grant = replace(right.grant, subject=await town.subject(right.grant.subject))
    return [*facts, sealed_grant(town.keys, grant)]


def rows(table: dict[str, Right]) -> Callable[..., Any]:
    return pytest.mark.parametrize("right", [pytest.param(right, id=name) for name, right in table.items()])


@rows(TRUE)
async def test_st01_a_right_about_which_all_is_true_is_one(town: Town, right: Right) -> None:
    assert (await asked(town, right)).id == right.grant.id


@rows(FALSE)
async def test_st01_a_right_about_which_one_thing_is_false_is_none(town: Town, right: Right) -> None:
    with pytest.raises(Refuse, match=r"accounts\.no_right"):
        await asked(town, right)
