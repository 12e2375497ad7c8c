"""What every method states of itself: each once, each with words for all that its shapes need, and no words for anything else."""

import pytest

import flows.register  # noqa: F401 - whoever imports it knows its steps
from bot.identity.masks import masked
from bot.identity.methods.method import Method
from bot.identity.methods.registry import ALL, METHODS, address_of, code_of, groups, of_group
from bot.identity.methods.shapes import NotByPerson
from bot.identity.registered import Registered
from bot.language.translations import LANGUAGES
from bot.model.codec import UnknownPart, load
from bot.model.prompt import Code
from bot.platform.ids import MethodId, SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import DEFAULT
from tests.house.tree import ROOT
from tests.kit.kinds import EMAIL, LISTABLE, PASSKEY, PASSWORD, RECOVERY, SIGN_IN, SMS, TOTP
from tests.kit.method_sentences import needed
from tests.unit.test_words import catalogue

# Of one method's own; its file raises them.
OWN = {
    "method.totp.clock_behind",
    "method.totp.clock_ahead",
    "method.totp.runs_behind",
    "method.totp.runs_ahead",
    "method.totp.used",
    "method.sms.bad",
    "method.email.bad",
    "method.call.bad",
    "method.access_pass.ended",
    "method.email.own_mailbox",
    "method.passkey.unfit",
    "method.password.wrong.untried",
}
EACH = pytest.mark.parametrize("method", ALL, ids=lambda method: method.kind)


def row(method: Method) -> str:
    """What docs/methods.md says of it."""
    group = f"{method.group}, by itself worth two" if method.counts_as_two else method.group
    told = (
        f"`{method.kind}`",
        group,
        "weak" if method.weak else "strong",
        "yes" if method.resists_phishing else "no",
        method.nist,
    )
    return f"| {' | '.join(told)} | {method.lifetime / 60:g} min | {'-' if method.unregistered else method.most} |"


@EACH
def test_the_docs_say_what_it_states_of_itself(method: Method) -> None:
    assert row(method) in (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


def test_each_is_there_once() -> None:
    assert [method.kind for method in ALL] == list(METHODS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_the_words_that_it_needs_and_no_other(language: str) -> None:
    said = {id.removesuffix(".body") for id in catalogue(language) if id.startswith("method.")}
    assert said == OWN.union(*map(needed, ALL))


@EACH
def test_whoever_registers_it_can_be_asked_and_whoever_can_be_asked_at_an_address_is_masked(method: Method) -> None:
    assert method.lifetime > 0
    assert method.unregistered <= isinstance(method.registers, NotByPerson)
    known = Registered(MethodId("m-1"), SubjectId("demo:ana"), method.kind, Secret("+12025550142@home.example"), 1.0, 1.0)
    assert bool(masked(known)) is (method.channel is not None)
    assert "+12025550142" not in masked(known)


def test_a_policy_may_list_what_recovers_and_nothing_else() -> None:
    assert {PASSKEY, TOTP, RECOVERY, SMS, EMAIL} == set(DEFAULT) <= LISTABLE
    assert not LISTABLE & {SIGN_IN, PASSWORD}


def test_what_is_typed_is_asked_of_the_method() -> None:
    assert (code_of(RECOVERY), code_of(TOTP)) == (Code(16, letters=True), Code())
    assert (address_of(SMS).what, address_of(EMAIL).what) == ("number", "address")


def test_only_what_is_of_several_groups_is_several() -> None:
    assert [groups(kinds) for kinds in ((), (TOTP,), (TOTP, TOTP), (TOTP, SMS))] == [0, 1, 1, 2]
    assert SMS in of_group(METHODS[SMS].group)


@EACH
def test_a_row_with_a_kind_that_is_known_is_read(method: Method) -> None:
    assert load(_row(method.kind)).kind == method.kind


def test_a_row_with_a_kind_that_only_a_newer_replica_knows_is_left_alone() -> None:
    with pytest.raises(UnknownPart):
        load(_row("tea-leaves"))


def _row(kind: str) -> dict[str, object]:
    return {"part": "verify.in_full", "goal": {"part": "register", "subject": "demo:ana"}, "kind": kind}
