"""Why somebody couldn't help themselves, and that coverage never promises what a conversation wouldn't keep."""

from collections.abc import Sequence
from itertools import combinations, product

import pytest

from bot.coverage.coverage import REASONS, CoverageRules, Figures
from bot.coverage.interfaces import Counted
from bot.coverage.lacks import Alike, Lack, lack
from bot.identity.assurance import Need, useful
from bot.platform.ids import Action, Kind
from bot.policy.policy import MethodRules, Policy
from bot.policy.scope import Barred
from tests.kit import kinds
from tests.kit.kinds import RECOVERY

KINDS = kinds.UNALIKE
ALL = frozenset(kinds.ALL)
ONE, TWO = Policy(), Policy(methods=MethodRules(required=2))
RISK = Policy(methods=MethodRules(alone=(kinds.SMS,)))
NO_TEXTS = Policy(methods=MethodRules(available=(kinds.TOTP, kinds.EMAIL)))
TOTP, SMS, EMAIL, SHEET = kinds.TOTP, kinds.SMS, kinds.EMAIL, RECOVERY


def alike(
    usable: Sequence[Kind] = (), coming: Sequence[Kind] = (), *, admin: bool = False, barred: Barred | None = None
) -> Alike:
    return Alike(barred, admin, frozenset(usable), frozenset(coming))


@pytest.mark.parametrize(
    ("policy", "account", "why"),
    [
        (ONE, alike(), Lack.NO_METHOD),
        (ONE, alike([TOTP]), None),
        (ONE, alike([SHEET]), None),
        (ONE, alike([SMS]), Lack.ONLY_WEAK),
        (RISK, alike([SMS]), None),
        (RISK, alike([EMAIL]), Lack.ONLY_WEAK),
        (ONE, alike([SMS, EMAIL]), None),
        (ONE, alike([], [TOTP]), Lack.QUARANTINE),
        (ONE, alike([SMS], [EMAIL]), Lack.QUARANTINE),
        (ONE, alike([], [SMS]), Lack.ONLY_WEAK),
        (NO_TEXTS, alike([SMS]), Lack.UNAVAILABLE),
        (NO_TEXTS, alike([SMS, EMAIL]), Lack.ONLY_WEAK),
        (TWO, alike([TOTP]), Lack.NOT_ENOUGH),
        (TWO, alike([EMAIL]), Lack.NOT_ENOUGH),
        (TWO, alike([TOTP], [EMAIL]), Lack.QUARANTINE),
        (ONE, alike([TOTP], admin=True), Lack.NOT_ENOUGH),
        (ONE, alike([SMS], admin=True), Lack.NOT_ENOUGH),
        (ONE, alike([TOTP, SMS], admin=True), Lack.ONLY_WEAK),
        (ONE, alike([SMS, EMAIL], admin=True), Lack.ONLY_WEAK),
        (ONE, alike([TOTP, SHEET], admin=True), None),
        (ONE, alike([TOTP], [SHEET], admin=True), Lack.QUARANTINE),
    ],
    ids=range(21),
)
def test_the_first_thing_that_is_missing_is_named(policy: Policy, account: Alike, why: Lack | None) -> None:
    assert lack(policy, ALL, account) is why


def test_what_this_house_can_not_carry_is_as_good_as_not_offered() -> None:
    assert lack(ONE, ALL - {SMS, EMAIL}, alike([SMS, EMAIL])) is Lack.UNAVAILABLE


def test_who_lacks_nothing_is_who_would_be_offered_a_way() -> None:
    """`useful` is what a conversation offers by."""
    subsets = [frozenset(some) for many in range(len(KINDS) + 1) for some in combinations(KINDS, many)]
    for required, available, alone, admin, usable in product((1, 2), subsets, ((), (SMS,)), (False, True), subsets):
        policy = Policy(methods=MethodRules(required, tuple(available), alone))
        offered = useful(policy, Need(Action.RESET, admin), (), usable)
        assert bool(offered) == (lack(policy, ALL, alike(list(usable), admin=admin)) is None)


def test_figures_are_entras_three_and_reasons_are_all_the_others() -> None:
    counted = [
        Counted(None, alike([TOTP]), 50),
        Counted(None, alike([TOTP], barred=Barred.DISABLED), 7),
        Counted(None, alike(barred=Barred.DISABLED), 3),
        Counted(None, alike([SMS]), 20),
        Counted(None, alike(), 10),
    ]
    rules = CoverageRules(ONE, ALL)
    figures, reasons = rules.figures(counted), rules.reasons(counted)
    assert figures == Figures(total=90, enabled=80, registered=57, capable=50)
    assert [reason for reason, _ in reasons] == list(REASONS)
    assert {reason: n for reason, n in reasons if n} == {Barred.DISABLED: 10, Lack.ONLY_WEAK: 20, Lack.NO_METHOD: 10}
    assert figures.capable + sum(n for _, n in reasons) == figures.total
