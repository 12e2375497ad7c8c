"""What a policy is held against: Entra's own recommendations, and NIST's rules for recovery at AAL2. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.platform.ids import Kind
from bot.policy.policy import AdminState, ContactRule, Policy

Holds = Callable[[Policy, "MethodTraits"], bool]
TWO = 2
RECONFIRM = range(1, 181)  # days, as Microsoft recommends at most


@dataclass(frozen=True, slots=True)
class MethodTraits:
    """What the methods say of themselves.

    `sent`: those whose codes are sent, which are one class however many ways they take. `ruled_out`: NIST knows none such.
    """

    sent: Collection[Kind]
    strengths: Mapping[Kind, int]
    ruled_out: Collection[Kind]


@dataclass(frozen=True, slots=True)
class ProfileRule:
    """One demand of a profile: of which setting, what it asks for, and where that is written."""

    setting: str
    asks: str
    source: str
    holds: Holds


SSPR = "Microsoft Learn, howto-sspr-deployment"
ENTRA = (
    ProfileRule(
        "admins.state",
        '"two-methods"',
        "Microsoft Learn, concept-sspr-policy",
        lambda p, _: p.admins.state is AdminState.TWO_METHODS,
    ),
    ProfileRule("registration.required", "true", SSPR, lambda p, _: p.registration.required),
    ProfileRule("registration.reconfirm_days", "1 to 180", SSPR, lambda p, _: p.registration.reconfirm_days in RECONFIRM),
    ProfileRule(
        "registration.contact_data",
        '"ignore" or "offer": the directory\'s contact data counts there no longer since 2026-10-05',
        "Microsoft Learn, howto-sspr-authenticationdata",
        lambda p, _: p.registration.contact_data is not ContactRule.COUNT,
    ),
    ProfileRule("notify.users", "true", SSPR, lambda p, _: p.notify.users),
    ProfileRule("notify.admins_on_admin_reset", "true", SSPR, lambda p, _: p.notify.admins_on_admin_reset),
    ProfileRule("helpdesk.contact", "an address or a number", SSPR, lambda p, _: any(map(str.strip, p.helpdesk.contact))),
    ProfileRule("unlock.without_reset", "true", SSPR, lambda p, _: p.unlock.without_reset),
)
RECOVERY = "NIST SP 800-63B-4 section 4.2.2.2"
NIST = (
    ProfileRule("methods.required", "2", RECOVERY, lambda p, _: p.methods.required >= TWO),
    ProfileRule("methods.alone", "[]", RECOVERY, lambda p, _: not p.methods.alone),
    ProfileRule(
        "methods.available",
        "not both text and mail: two codes that are sent are one class",
        RECOVERY,
        lambda p, traits: len(set(p.methods.available) & set(traits.sent)) < TWO,
    ),
    ProfileRule(
        "methods.available",
        "at least one that is no code that is sent",
        RECOVERY,
        lambda p, traits: bool(set(p.methods.available) - set(traits.sent)),
    ),
    ProfileRule(
        "methods.order",
        "no weaker method before a stronger one",
        "NIST SP 800-63B-4 section 2.2.2: what resists phishing is encouraged",
        lambda p, traits: _strongest_first(p, traits.strengths),
    ),
    ProfileRule(
        "methods.available",
        "no questions: what somebody remembers of their life is no authenticator and no way to recover",
        "NIST SP 800-63B-4 sections 3.1 and 4.2.1",
        lambda p, traits: not set(p.methods.available) & set(traits.ruled_out),
    ),
    ProfileRule("notify.users", "true", "NIST SP 800-63B-4 section 4.2.3", lambda p, _: p.notify.users),
    ProfileRule("registration.with_password", "false", RECOVERY, lambda p, _: not p.registration.with_password),
    ProfileRule(
        "registration.contact_data",
        '"ignore" or "offer": an address that nobody validated recovers nothing',
        "NIST SP 800-63B-4 section 4.2.1.2",
        lambda p, _: p.registration.contact_data is not ContactRule.COUNT,
    ),
)
PROFILES: Mapping[str, tuple[ProfileRule, ...]] = MappingProxyType({"entra-default": ENTRA, "nist-aal2": NIST})


def broken_rules(policy: Policy, profile: str, traits: MethodTraits) -> Iterator[ProfileRule]:
    """What this policy doesn't hold of a profile. Raises KeyError for a profile that there isn't."""
    return (rule for rule in PROFILES[profile] if not rule.holds(policy, traits))


def _strongest_first(policy: Policy, strengths: Mapping[Kind, int]) -> bool:
    """What the order doesn't name stands behind it, so the weakest that it names is no weaker than any of those."""
    named = [strengths[kind] for kind in policy.methods.order if kind in policy.methods.available]
    rest = [strengths[kind] for kind in policy.methods.available if kind not in policy.methods.order]
    return named == sorted(named, reverse=True) and (not named or not rest or min(named) >= max(rest))
