"""Which proofs are enough for which action: the whole table, by policy, by what is asked for, and by who asks."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations

import pytest

from bot.identity.assurance import Need, enough, enough_of_a_stranger, stage, useful
from bot.identity.methods.registry import METHODS
from bot.model.prompt import Stage
from bot.platform.ids import Action, Kind
from bot.policy.policy import ChangeRules, MethodRules, Policy, RegistrationRules
from tests.kit import kinds
from tests.kit.kinds import ALL, EMAIL, INTRODUCED, PASSKEY, RECOVERY, SIGN_IN, SMS, TOTP

KEY, APP, SHEET, TEXT, MAIL, COMPANY, PASSWORD = PASSKEY, TOTP, RECOVERY, SMS, EMAIL, SIGN_IN, kinds.PASSWORD
ONE, TWO = Policy(), Policy(methods=MethodRules(required=2))
TEXT_ALONE = Policy(methods=MethodRules(alone=(TEXT,)))
BY_PASSWORD = Policy(registration=RegistrationRules(with_password=True))
RESET, UNLOCK, CHANGE, REGISTER = Action.RESET, Action.UNLOCK, Action.CHANGE, Action.REGISTER
SETS = [frozenset(c) for n in range(len(ALL) + 1) for c in combinations(ALL, n)]
NOTHING: tuple[Kind, ...] = ()

# What is enough, for each policy and each action: every set that holds one of these, and no other.
STRONG = ({KEY}, {APP}, {SHEET})
PAIRS = ({KEY}, {APP, SHEET}, {APP, TEXT}, {APP, MAIL}, {SHEET, TEXT}, {SHEET, MAIL}, {TEXT, MAIL})
TABLE = [
    (ONE, Need(RESET, admin=False), (*STRONG, {TEXT, MAIL})),
    (ONE, Need(UNLOCK, admin=False), (*STRONG, {TEXT}, {MAIL})),
    (ONE, Need(CHANGE, admin=False), ({PASSWORD},)),
    (ONE, Need(REGISTER, admin=False), (*STRONG, {TEXT, MAIL})),
    (ONE, Need(REGISTER, admin=False, bare=True), ({COMPANY},)),
    (TWO, Need(RESET, admin=False), PAIRS),
    (TWO, Need(UNLOCK, admin=False), PAIRS),
    (TWO, Need(CHANGE, admin=False), ({PASSWORD},)),
    (TWO, Need(REGISTER, admin=False), PAIRS),
    (TWO, Need(REGISTER, admin=False, bare=True), ({COMPANY},)),
    (TEXT_ALONE, Need(RESET, admin=False), (*STRONG, {TEXT})),
    (TEXT_ALONE, Need(UNLOCK, admin=False), (*STRONG, {TEXT}, {MAIL})),
    (TEXT_ALONE, Need(REGISTER, admin=False), (*STRONG, {TEXT})),
    (BY_PASSWORD, Need(RESET, admin=False), (*STRONG, {TEXT, MAIL})),
    (BY_PASSWORD, Need(REGISTER, admin=False), (*STRONG, {TEXT, MAIL})),
    (BY_PASSWORD, Need(REGISTER, admin=False, bare=True), ({COMPANY}, {PASSWORD})),
    (BY_PASSWORD, Need(REGISTER, admin=True, bare=True), ({COMPANY},)),
    *(
        (p, Need(a, admin=True), ({KEY}, {APP, SHEET}))
        for p in (ONE, TWO, TEXT_ALONE, BY_PASSWORD)
        for a in (RESET, UNLOCK, REGISTER)
    ),
    *(
        (p, Need(CHANGE, admin=True), ({PASSWORD, KEY}, {PASSWORD, APP}, {PASSWORD, SHEET}))
        for p in (ONE, TWO, TEXT_ALONE, BY_PASSWORD)
    ),
]
NAMES = {id(ONE): "one", id(TWO): "two", id(TEXT_ALONE): "text-alone", id(BY_PASSWORD): "by-password"}


def named(value: object) -> str | None:
    match value:
        case Policy():
            return NAMES[id(value)]
        case Need(action=action, admin=admin, bare=bare):
            return f"{action}{'-admin' if admin else ''}{'-bare' if bare else ''}"
        case _:
            return "-"


def more(proofs: frozenset[Kind]) -> Iterator[frozenset[Kind]]:
    return (proofs | {kind} for kind in ALL)


@pytest.mark.parametrize(("policy", "need", "least"), TABLE, ids=named)
def test_the_whole_table(policy: Policy, need: Need, least: tuple[set[Kind], ...]) -> None:
    for proofs in SETS:
        if need.action is CHANGE and need.admin and PASSWORD not in proofs:
            assert not enough(policy, need, proofs)  # however many others there are
            continue
        assert enough(policy, need, proofs) is any(part <= proofs for part in least), sorted(proofs)


@pytest.mark.parametrize(("policy", "need", "least"), TABLE, ids=named)
def test_a_proof_more_never_spoils_it(policy: Policy, need: Need, least: tuple[set[Kind], ...]) -> None:
    for proofs in SETS:
        if enough(policy, need, proofs):
            assert all(enough(policy, need, further) for further in more(proofs))


@pytest.mark.parametrize(("policy", "need", "least"), TABLE, ids=named)
def test_whoever_follows_what_is_offered_gets_there_and_nobody_is_led_astray(
    policy: Policy, need: Need, least: tuple[set[Kind], ...]
) -> None:
    for have in SETS:
        reachable = enough(policy, need, have)
        offers = useful(policy, need, NOTHING, have)
        assert bool(offers) is reachable, sorted(have)
        for first in offers:
            given = [first]
            while not enough(policy, need, given):
                further = useful(policy, need, given, have)
                assert further, (sorted(have), given)
                given.append(further[0])
            assert set(given) <= have
            told = [stage(policy, need, given[:n], {kind}) for n, kind in enumerate(given)]
            assert told == ([Stage(n, len(given)) for n in range(1, len(given) + 1)] if len(given) > 1 else [None])
            assert len({METHODS[k].group for k in given}) == len(given)


@pytest.mark.parametrize("need", [Need(RESET, admin=False), Need(REGISTER, admin=False), Need(RESET, admin=True)], ids=named)
def test_two_proofs_of_one_kind_are_one(need: Need) -> None:
    assert not enough(TWO, need, [APP, APP])
    assert not enough(ONE, need, [TEXT, TEXT])


def test_how_many_proofs_it_takes_is_told_only_where_it_does_not_depend_on_which() -> None:
    reset = Need(RESET, admin=False)
    assert stage(ONE, reset, NOTHING, {APP, SHEET}) is None  # one, and that needs no number
    assert stage(ONE, reset, NOTHING, {APP, TEXT}) is None
    assert stage(ONE, reset, NOTHING, {TEXT, MAIL}) == Stage(1, 2)
    assert stage(TWO, reset, NOTHING, {APP, SHEET, TEXT, MAIL}) == Stage(1, 2)
    assert stage(BY_PASSWORD, Need(REGISTER, admin=False), NOTHING, {PASSWORD}) is None  # to whom has none it is enough


@pytest.mark.parametrize(("first", "second"), [(TEXT, MAIL), (APP, SHEET)], ids=["weak", "strong"])
def test_two_methods_that_fall_together_are_one(monkeypatch: pytest.MonkeyPatch, first: Kind, second: Kind) -> None:
    """As a text and a call to one number would: whoever has the one has the other."""
    reset, admin = Need(RESET, admin=False), Need(RESET, admin=True)
    assert enough(TWO, reset, {first, second})
    monkeypatch.setattr(type(METHODS[second]), "group", METHODS[first].group)
    assert not enough(TWO, reset, {first, second})
    assert not enough(ONE, admin, {first, second})
    assert enough(ONE, reset, {first, second}) is (first == APP)  # what is enough alone is so in company
    assert useful(TWO, reset, (first,), list(ALL)) == tuple(k for k in (KEY, APP, SHEET, TEXT, MAIL) if k not in {first, second})


def test_the_strongest_is_offered_first() -> None:
    everything = list(ALL)
    assert useful(ONE, Need(RESET, admin=False), NOTHING, everything) == (KEY, APP, SHEET, TEXT, MAIL)
    assert useful(ONE, Need(RESET, admin=True), NOTHING, everything) == (KEY, APP, SHEET)
    assert useful(ONE, Need(CHANGE, admin=False), NOTHING, everything) == (PASSWORD,)
    assert useful(BY_PASSWORD, Need(REGISTER, admin=False, bare=True), NOTHING, everything) == (COMPANY, PASSWORD)


def test_an_introduction_begins_and_does_nothing_else_and_never_for_an_admin() -> None:
    assert enough(ONE, Need(REGISTER, admin=False, bare=True), {INTRODUCED})
    assert not enough(ONE, Need(REGISTER, admin=True, bare=True), {INTRODUCED})
    assert not any(enough(policy, Need(a, admin=False), {INTRODUCED}) for policy in (ONE, TWO, TEXT_ALONE) for a in Action)


def test_a_method_that_the_policy_does_not_know_proves_nothing() -> None:
    without = replace(ONE, methods=MethodRules(available=(TEXT, MAIL)))
    for proofs in ({APP}, {SHEET}, {APP, SHEET}, {APP, TEXT}):
        assert not enough(without, Need(RESET, admin=False), proofs)
    assert enough(without, Need(RESET, admin=False), {TEXT, MAIL})


def test_company_sign_in_recovers_nothing_once_there_is_a_method() -> None:
    """A session at the company may be stolen: it is no second factor, and no way around one."""
    for policy, action in chain.from_iterable(((p, a) for a in (RESET, UNLOCK, REGISTER)) for p in (ONE, TWO, BY_PASSWORD)):
        assert not enough(policy, Need(action, admin=False), {COMPANY, PASSWORD})


@pytest.mark.parametrize(
    ("policy", "action", "kinds", "does"),
    [
        (TWO, RESET, [KEY], True),
        (ONE, RESET, [APP], False),
        (ONE, RESET, [APP, APP], True),
        (ONE, RESET, [APP, TEXT], True),
        (ONE, RESET, [SHEET], True),
        (ONE, UNLOCK, [APP], False),
        (ONE, UNLOCK, [TEXT], True),
        (TWO, RESET, [APP, APP], False),
        (ONE, CHANGE, [PASSWORD], False),
        (ONE, CHANGE, [PASSWORD, APP], True),
        (replace(ONE, change=ChangeRules(by_password_alone=True)), CHANGE, [PASSWORD], True),
    ],
)
def test_of_a_stranger_what_can_be_sprayed_is_not_enough_alone(
    policy: Policy, action: Action, kinds: list[Kind], does: bool
) -> None:
    assert enough_of_a_stranger(policy, Need(action, admin=False), kinds) is does
