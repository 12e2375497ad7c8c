"""What other rules would do: the cheapest cure, the groups that are hit, the rules that stand ready, and the words they are asked for in."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.coverage.best_cure import BestCure, best_cure
from bot.coverage.coverage import CoverageRules
from bot.coverage.interfaces import Transition
from bot.coverage.lacks import Alike, Lack
from bot.coverage.supposed import supposed
from bot.coverage.what_if import GroupForecast, what_if
from bot.identity.methods.registry import listable
from bot.language.lexicon import lines
from bot.language.what_if_question import GRAMMAR, WhatIf, WhatIfQuestion, asked_what_if
from bot.platform.ids import Kind
from bot.policy.policy import ContactRule, GroupRules, MethodRules, Policy, RegistrationRules
from bot.policy.scope import Barred
from bot.settings.sections import PolicySection
from tests.house.tree import text
from tests.kit.kinds import EMAIL, PASSKEY, RECOVERY, SMS, TOTP

ALL = frozenset(listable())
ONE, TWO = Policy(), Policy(methods=MethodRules(2))
WEAK = Policy(methods=MethodRules(1, (SMS, EMAIL)))
FINANCE = Policy(methods=MethodRules(1, (TOTP, SMS)), groups=(GroupRules("Finance", 2, (RECOVERY, TOTP)),))


def having(
    *usable: Kind, coming: tuple[Kind, ...] = (), admin: bool = False, barred: Barred | None = None, rules: int = -1
) -> Alike:
    return Alike(barred, admin, frozenset(usable), frozenset(coming), rules)


@pytest.mark.parametrize(
    ("policy", "accounts", "cure"),
    [
        (ONE, [], None),
        (ONE, [(having(TOTP), 9)], None),  # nobody lacks anything
        (ONE, [(having(), 9)], BestCure((PASSKEY,), 9)),  # each would do: the strongest
        (ONE, [(having(coming=(TOTP,)), 9)], None),  # waiting is cheaper
        (ONE, [(having(barred=Barred.DISABLED), 9)], None),
        (TWO, [(having(TOTP), 5), (having(SMS), 3)], BestCure((PASSKEY,), 8)),
        (replace(TWO, methods=MethodRules(2, (TOTP, SMS))), [(having(TOTP), 5), (having(SMS), 7)], BestCure((TOTP,), 7)),
        (replace(TWO, methods=MethodRules(2, (TOTP, SMS))), [(having(TOTP), 8), (having(), 90)], BestCure((SMS,), 8)),
        (replace(TWO, methods=MethodRules(2, (TOTP, SMS))), [(having(), 4)], BestCure((TOTP, SMS), 4)),  # one helps nobody
        (WEAK, [(having(), 4), (having(SMS), 2)], BestCure((EMAIL,), 2)),
        (WEAK, [(having(SMS, EMAIL, admin=True), 1)], None),  # nothing that there is would do
        (FINANCE, [(having(TOTP, rules=0), 3), (having(SMS), 2)], BestCure((RECOVERY,), 3)),  # by the rules that hold for each
    ],
    ids=range(12),
)
def test_the_cheapest_cure_is_one_method_for_the_most_people(
    policy: Policy, accounts: list[tuple[Alike, int]], cure: BestCure | None
) -> None:
    assert best_cure(CoverageRules(policy, ALL), accounts) == cure


def test_what_this_house_cannot_carry_cures_nobody() -> None:
    assert best_cure(CoverageRules(ONE, frozenset({SMS, EMAIL})), [(having(SMS), 2)]) == BestCure((EMAIL,), 2)
    assert best_cure(CoverageRules(ONE, frozenset({SMS})), [(having(SMS), 2)]) is None


def test_who_gains_and_who_loses_is_told_with_why_and_where() -> None:
    old, new = CoverageRules(ONE, ALL), CoverageRules(replace(TWO, methods=MethodRules(2, (TOTP, SMS))), ALL)
    one, two = having(TOTP), having(TOTP, SMS)
    found = what_if(
        old,
        new,
        [
            *(Transition(each, each, count) for each, count in ((one, 9), (two, 5), (having(RECOVERY), 2))),
            Transition(replace(two, barred=Barred.OUT_OF_SCOPE), two, 3),
            *(Transition(each, each, 6, group) for each, group in ((one, "Sales"), (two, "Sales"), (two, "Ops"))),
        ],
    )
    assert found.lost == ((Lack.NOT_ENOUGH, 9), (Lack.UNAVAILABLE, 2))
    assert found.gained == ((Barred.OUT_OF_SCOPE, 3),)
    assert found.groups == (GroupForecast("Sales", 12, 12, 6, 6),)  # of the others nothing would change
    assert (found.forecast.lose, found.forecast.gain, found.cure) == (11, 3, BestCure((SMS,), 9))


def test_rules_that_stand_ready_differ_in_what_is_asked_about_and_nowhere_else() -> None:
    counts = RegistrationRules(contact_data=ContactRule.COUNT)
    mine = GroupRules("Finance", 1, (SMS, TOTP), (SMS,))
    policy = Policy(methods=MethodRules(1, (TOTP, SMS), (SMS,)), groups=(mine,), registration=counts)
    assert supposed(policy, WhatIfQuestion(WhatIf.TWO_METHODS)) == replace(
        policy, methods=replace(policy.methods, required=2), groups=(replace(mine, required=2),)
    )
    without = replace(policy, methods=MethodRules(1, (TOTP,)), groups=(GroupRules("Finance", 1, (TOTP,)),))
    assert supposed(policy, WhatIfQuestion(WhatIf.WITHOUT, (SMS,))) == without
    retired = supposed(policy, WhatIfQuestion(WhatIf.RETIREMENTS))
    assert retired == replace(without, registration=replace(counts, contact_data=ContactRule.OFFER))
    ignored = replace(policy, registration=RegistrationRules(contact_data=ContactRule.IGNORE))
    assert supposed(ignored, WhatIfQuestion(WhatIf.RETIREMENTS)).registration.contact_data is ContactRule.IGNORE


@pytest.mark.parametrize(
    ("said", "what", "kinds"),
    [
        ("what if we required two methods", WhatIf.TWO_METHODS, ()),
        ("Hey, what would happen if everybody needed 2 methods?", WhatIf.TWO_METHODS, ()),
        ("what if we asked for two methods of everybody", WhatIf.TWO_METHODS, ()),
        ("what if we got rid of sms for all of us", WhatIf.WITHOUT, (SMS,)),
        ("what would happen if we switched off text messages", WhatIf.WITHOUT, (SMS,)),
        ("What if we turned sms and e-mail off?", WhatIf.WITHOUT, (SMS, EMAIL)),
        ("what happens to us in February", WhatIf.RETIREMENTS, ()),
        ("What happens to us in February 2027?", WhatIf.RETIREMENTS, ()),
        ("Was wäre, wenn wir zwei Methoden verlangten?", WhatIf.TWO_METHODS, ()),
        ("was passiert, wenn wir SMS abschalten", WhatIf.WITHOUT, (SMS,)),
        ("Was passiert mit uns im Februar?", WhatIf.RETIREMENTS, ()),
    ],
)
def test_other_rules_are_asked_about_in_words(said: str, what: WhatIf, kinds: tuple[Kind, ...]) -> None:
    assert asked_what_if(said) == WhatIfQuestion(what, kinds)


def test_what_the_page_on_the_rules_promises_is_understood_and_so_is_its_number() -> None:
    told = text(Path("docs/policy.md"))
    asked = re.findall("“([^”]+)”", told.partition("**What if?**")[2].partition("The answer says")[0])
    assert {found.what for said in asked if (found := asked_what_if(said))} == set(WhatIf) and len(asked) == len(WhatIf)
    assert f"more than {PolicySection().lockout_percent} % of those who can help themselves today" in told


@pytest.mark.parametrize(
    "said",
    [
        "what if I switch off my phone",
        "what happens if I forget my password",
        "what if my text message doesn't arrive",
        "what happens when we meet in february for the party",
        "we switched off text messages",
        "what if we required two methods for Finance",  # of everybody would be another answer
        "was wäre, wenn wir nur bei Admins zwei Methoden verlangten",
        "what if we switched off sms, e-mail and passkeys",
        "was passiert, wenn ich mein Handy verliere",
        "coverage",
        "",
    ],
)
def test_other_talk_is_no_such_question(said: str) -> None:
    assert asked_what_if(said) is None


def test_each_method_has_its_words_and_each_word_its_method() -> None:
    assert {name for line in lines("what_if.txt") if (name := line.partition(": ")[0]) not in GRAMMAR} == listable()
