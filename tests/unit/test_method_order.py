"""In which order methods are offered: as the policy says, the strongest first where it says nothing, and whoever is asked alike."""

from dataclasses import replace

import pytest
from aiohttp import web

from adapters.web.rules_form import asked_for
from bot.identity.assurance import Need, useful
from bot.identity.methods.registry import listable, sent, strengths
from bot.identity.strangers_door import strangers_offers
from bot.platform.ids import Action, Kind
from bot.policy.by_group import methods_at, policy_for_anybody
from bot.policy.interfaces import PolicyError
from bot.policy.policy import GroupRules, MethodRules, Policy, dump, parse
from bot.policy.profiles import MethodTraits, broken_rules
from tests.kit.kinds import EMAIL, RECOVERY, SMS, TOTP

ALL = (TOTP, RECOVERY, SMS, EMAIL)


def ordered(*order: Kind, available: tuple[Kind, ...] = ALL) -> Policy:
    return Policy(methods=MethodRules(2, available, (), order))


@pytest.mark.parametrize(
    ("order", "offered", "weaker_first"),
    [
        ((), (TOTP, RECOVERY, SMS, EMAIL), False),
        ((TOTP,), (TOTP, RECOVERY, SMS, EMAIL), False),
        ((TOTP, RECOVERY, SMS, EMAIL), (TOTP, RECOVERY, SMS, EMAIL), False),
        ((SMS,), (SMS, TOTP, RECOVERY, EMAIL), True),
        ((RECOVERY, TOTP), (RECOVERY, TOTP, SMS, EMAIL), True),
        ((TOTP, SMS), (TOTP, SMS, RECOVERY, EMAIL), True),
        ((EMAIL, SMS, RECOVERY, TOTP), (EMAIL, SMS, RECOVERY, TOTP), True),
    ],
)
def test_methods_are_offered_as_the_policy_orders_them(
    order: tuple[Kind, ...], offered: tuple[Kind, ...], weaker_first: bool
) -> None:
    policy = ordered(*order)
    assert useful(policy, Need(Action.RESET, admin=False), (), ALL) == offered
    assert [str(o.id) for o in strangers_offers(policy, frozenset(ALL), Action.RESET, ())] == list(offered)
    assert (
        "methods.order" in {rule.setting for rule in broken_rules(policy, "nist-aal2", MethodTraits(sent(), strengths(), ()))}
    ) is weaker_first


def test_what_is_not_available_is_in_nobodys_way() -> None:
    policy = ordered(SMS, TOTP, available=(TOTP, RECOVERY))
    assert useful(policy, Need(Action.RESET, admin=False), (), ALL) == (TOTP, RECOVERY)
    assert "methods.order" not in {
        rule.setting for rule in broken_rules(policy, "nist-aal2", MethodTraits(sent(), strengths(), ()))
    }


def test_one_order_holds_for_every_group_and_for_strangers() -> None:
    policy = replace(ordered(SMS), groups=(GroupRules("Finance", 2),))
    assert methods_at(policy, 0).order == policy_for_anybody(policy).methods.order == (SMS,)


def test_an_order_names_each_method_once() -> None:
    with pytest.raises(PolicyError, match=r"methods\.order names each method once"):
        parse(dump(ordered(SMS, SMS)), listable())


@pytest.mark.parametrize(
    ("order", "typed", "expected"),
    [
        ((SMS, TOTP), {SMS: "1", TOTP: "2", EMAIL: ""}, [SMS, TOTP]),
        ((SMS, TOTP), {SMS: "2", TOTP: "1"}, [TOTP, SMS]),
        ((SMS, TOTP, EMAIL), {SMS: "1", TOTP: "2", EMAIL: "1"}, [EMAIL, SMS, TOTP]),  # up, before whoever stands there
        ((SMS, TOTP, EMAIL), {SMS: "3", TOTP: "2", EMAIL: "3"}, [TOTP, EMAIL, SMS]),  # down, behind them
        ((SMS,), {SMS: "1", TOTP: "1"}, [TOTP, SMS]),
        ((SMS,), {SMS: ""}, []),
    ],
)
def test_numbers_beside_the_methods_are_their_order(
    order: tuple[Kind, ...], typed: dict[Kind, str], expected: list[Kind]
) -> None:
    form = {"methods.order": "", **{f"methods.order.{kind}": number for kind, number in typed.items()}}
    assert asked_for(ordered(*order), form)["methods"]["order"] == expected
    assert asked_for(ordered(*order), {})["methods"]["order"] == list(order)


def test_what_no_number_box_sends_is_refused() -> None:
    with pytest.raises(web.HTTPBadRequest):
        asked_for(ordered(), {"methods.order": "", "methods.order.sms": "first"})
