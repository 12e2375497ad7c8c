"""What is kept of a sign-in, and what it is enough for."""

import pytest

from bot.identity.assurance import Need, enough, useful
from bot.model.facts import Audited
from bot.platform.ids import Action, ChallengeId, Kind
from bot.platform.sentences import args
from bot.policy.interfaces import PolicyError
from bot.policy.policy import MethodRules, Policy, dump, parse
from store.open import Store
from tests.kit.kinds import LISTABLE, SIGN_IN, SMS, TOTP
from tests.kit.tiny import ANA, CONVERSATION, challenged, idle, settled

CONFIRMED = Audited("identity:sign_in:confirmed", ANA, args(challenge="ch-1"))
BOTH = Policy(methods=MethodRules(available=(TOTP, SMS)))


async def test_it_is_written_once_with_its_audit_and_wakes_who_waits(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    (asked,) = [await store.records.challenge(ChallengeId("ch-1"))]
    assert asked and asked.signed_in == "" and await store.conversations.due(5) == []
    assert await store.records.signed_in(asked, "confirmation", CONFIRMED)
    assert await store.conversations.due(5) == [CONVERSATION]
    assert not await store.records.signed_in(asked, "another", CONFIRMED)
    after = await store.records.challenge(ChallengeId("ch-1"))
    assert after and after.signed_in == "confirmation"
    assert [row.tag async for row in store.audit.rows(0)].count("identity:sign_in:confirmed") == 1


async def test_a_question_that_is_over_takes_none(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    asked = await store.records.challenge(ChallengeId("ch-1"))
    assert asked
    await settled(store, closed=True)
    assert not await store.records.signed_in(asked, "confirmation", CONFIRMED)
    assert await store.records.challenge(ChallengeId("ch-1")) is None


async def test_a_new_question_begins_without_one(store: Store) -> None:
    await idle(store)
    await settled(store, challenged())
    asked = await store.records.challenge(ChallengeId("ch-1"))
    assert asked and await store.records.signed_in(asked, "confirmation", CONFIRMED)
    await settled(store, challenged("ch-2"))
    newer = await store.records.challenge(ChallengeId("ch-2"))
    assert newer and newer.signed_in == ""


async def test_what_happens_outside_of_turns_is_audited(store: Store) -> None:
    await store.records.audited(Audited("identity:sign_in:refused:denied", ANA))
    assert [row.tag async for row in store.audit.rows(0)] == ["identity:sign_in:refused:denied"]


@pytest.mark.parametrize("admin", [False, True], ids=["anybody", "an admin"])
def test_it_registers_the_first_method(admin: bool) -> None:
    need = Need(Action.REGISTER, admin, bare=True)
    assert enough(BOTH, need, [SIGN_IN])
    assert useful(BOTH, need, [], [SIGN_IN]) == (SIGN_IN,)


@pytest.mark.parametrize("action", [action for action in Action if action not in {Action.LINK, Action.OVERVIEW}])
@pytest.mark.parametrize("beside", [[], [SMS]], ids=["alone", "beside another"])
def test_it_serves_nothing_else(action: Action, beside: list[Kind]) -> None:
    need = Need(action, admin=False)
    assert enough(BOTH, need, [SIGN_IN, *beside]) == enough(BOTH, need, beside)
    assert SIGN_IN not in useful(BOTH, need, [], [SIGN_IN, SMS, TOTP])


@pytest.mark.parametrize("kind", ["sign_in", "password"])
def test_no_policy_can_make_it_a_method_of_recovery(kind: str) -> None:
    document = dump(BOTH)
    document["methods"]["available"] = ["totp", kind]
    with pytest.raises(PolicyError, match=kind):
        parse(document, LISTABLE)
