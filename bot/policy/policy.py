"""The rules of the house: one versioned document. What it leaves unsaid is as Microsoft Entra's published defaults, or stricter."""

import json
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from bot.platform.errors import OperatorError
from bot.platform.ids import Kind
from bot.policy.helpdesk_rules import HelpdeskRules
from bot.policy.interfaces import PolicyError

RECONFIRM = range(731)  # days, as Entra has it
QUARANTINE = range(73)  # hours (NIST SP 800-63B-4 section 3.1.3.3), at most three days: who begins anew can't wait for longer
USES, MINUTES = range(1, 11), range(10, 43_201)  # of a temporary access pass; Entra: 10 minutes to 30 days
QUESTIONS = range(3, 6)  # security questions to register, and to answer (Entra)
STRENGTHS = range(5)  # zxcvbn's scores
ONCE_ONE = frozenset({"helpdesk.contact"})  # lists that were one text before, and may still be
MOST_GROUPS = 5  # that have rules of their own: accounts are counted by the first that matches
LENGTHS = range(8, 65)  # NIST SP 800-63B-4 section 3.1.1.2: at least 8 with a second factor, and 64 must be possible


DEFAULT = (Kind("passkey"), Kind("totp"), Kind("recovery"), Kind("sms"), Kind("email"))


class ScopeState(StrEnum):
    """Who may help themselves (Entra: Properties)."""

    NONE = "none"
    SELECTED = "selected"
    ALL = "all"


class AdminState(StrEnum):
    """Whether admins may help themselves at all."""

    TWO_METHODS = "two-methods"
    OFF = "off"


class ContactRule(StrEnum):
    """What the directory's contact data is worth: nothing, a suggestion to whoever registers, or a method without any registering.

    `count` is a risk that the organisation names: whoever may write a number into the directory may reset the password.
    """

    IGNORE = "ignore"
    OFFER = "offer"
    COUNT = "count"


class CodesInChat(StrEnum):
    """For which actions a code may be typed in a chat. `always` is a risk that the organisation names."""

    NEVER = "never"
    UNLOCK = "unlock"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Scope:
    """`groups` and `except` are names of directory groups; members of nested groups count.

    `smart_card`: whether those whom their directory lets sign in by smart card alone get passwords, which then work beside it.
    """

    state: ScopeState = ScopeState.SELECTED
    groups: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    smart_card: bool = False


@dataclass(frozen=True, slots=True)
class AdminRules:
    """Admins need two strong methods, or help nobody here."""

    state: AdminState = AdminState.TWO_METHODS


@dataclass(frozen=True, slots=True)
class MethodRules:
    """`alone` names the weak methods whose risk the organisation accepts where one method is asked for.

    `order` says which are offered first, to everybody alike; those that it doesn't name follow, the strongest first.
    """

    required: int = 1
    available: tuple[Kind, ...] = DEFAULT
    alone: tuple[Kind, ...] = ()
    order: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRules:
    """The methods of one directory group, in the place of those for all: 0 and an empty list mean as for all, but for `alone`."""

    group: str
    required: int = 0
    available: tuple[Kind, ...] = ()
    alone: tuple[Kind, ...] = ()


class ThreatLevel(StrEnum):
    """How things are. `raised`: codes that are sent don't count alone, strangers prove it by two methods, new ones wait for longest."""

    NORMAL = "normal"
    RAISED = "raised"


@dataclass(frozen=True, slots=True)
class RegistrationRules:
    """Who is asked to register, and what a new method is worth at first.

    `required`: people who lack methods are asked when they talk to the bot. A new method recovers nothing in its quarantine,
    unless two methods added it. `with_password`: whoever knows the password may add the first one (never an admin).
    `country`: whose numbers may be typed without a country code, and may stand so in the directory.
    """

    required: bool = True
    reconfirm_days: int = 180
    quarantine_hours: int = 24
    with_password: bool = False
    contact_data: ContactRule = ContactRule.OFFER
    country: str = ""


@dataclass(frozen=True, slots=True)
class AccessPassRules:
    """How often and how long a temporary access pass is good."""

    uses: int = 1
    minutes: int = 60


@dataclass(frozen=True, slots=True)
class QuestionRules:
    """How many security questions are registered, and how many of these, by chance, are answered at a time."""

    register: int = 5
    answer: int = 3


@dataclass(frozen=True, slots=True)
class NotifyRules:
    """Who is told after a change."""

    users: bool = True
    admins_on_admin_reset: bool = True


@dataclass(frozen=True, slots=True)
class UnlockRules:
    """Whether a lock may be taken off without a new password."""

    without_reset: bool = True


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """Whether the password in force is enough to change it for whoever comes from a browser that nobody knows."""

    by_password_alone: bool = False


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """On top of what the directory asks. `strength` is zxcvbn's score, 0-4.

    `breached_must_answer`: new passwords wait while whoever is asked for leaked ones is silent.
    """

    min_length: int = 12
    banned: tuple[str, ...] = ()
    strength: int = 3
    breached_must_answer: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of the house: the whole document."""

    scope: Scope = field(default_factory=Scope)
    admins: AdminRules = field(default_factory=AdminRules)
    methods: MethodRules = field(default_factory=MethodRules)
    registration: RegistrationRules = field(default_factory=RegistrationRules)
    access_pass: AccessPassRules = field(default_factory=AccessPassRules)
    questions: QuestionRules = field(default_factory=QuestionRules)
    notify: NotifyRules = field(default_factory=NotifyRules)
    helpdesk: HelpdeskRules = field(default_factory=HelpdeskRules)
    unlock: UnlockRules = field(default_factory=UnlockRules)
    change: ChangeRules = field(default_factory=ChangeRules)
    passwords: PasswordRules = field(default_factory=PasswordRules)
    codes_in_chat: CodesInChat = CodesInChat.UNLOCK
    threat: ThreatLevel = ThreatLevel.NORMAL
    groups: tuple[GroupRules, ...] = ()  # the first that somebody is in holds for them


def parse(document: object, listable: Collection[Kind]) -> Policy:
    """A policy from plain data (TOML, JSON). Raises PolicyError that names the key."""
    policy: Policy = _read(Policy, document, "policy")
    if policy.methods.required not in (1, 2):
        raise PolicyError("methods.required is 1 or 2: so many methods must somebody prove.")
    methods = policy.methods
    for key, kinds in (("available", methods.available), ("alone", methods.alone), ("order", methods.order)):
        if unknown := set(kinds) - set(listable):
            known = ", ".join(sorted(listable))
            raise PolicyError(f"methods.{key}: '{min(unknown)}' is no method that recovers; here may stand: {known}.")
    if len(set(methods.order)) < len(methods.order):
        raise PolicyError("methods.order names each method once.")
    _check_groups(policy, listable)
    if policy.registration.reconfirm_days not in RECONFIRM or policy.registration.quarantine_hours not in QUARANTINE:
        raise PolicyError("registration.reconfirm_days is 0 to 730 (0: never), registration.quarantine_hours 0 to 72.")
    if policy.access_pass.uses not in USES or policy.access_pass.minutes not in MINUTES:
        raise PolicyError("access_pass.uses is 1 to 10, access_pass.minutes 10 to 43200 (30 days).")
    many, asked = policy.questions.register, policy.questions.answer
    if many not in QUESTIONS or asked not in QUESTIONS or asked > many:
        raise PolicyError("questions.register is 3 to 5, questions.answer 3 to 5 and not more than that.")
    if policy.scope.state is ScopeState.SELECTED and not policy.scope.groups:
        raise PolicyError("scope.state is 'selected', so scope.groups must name at least one group.")
    if policy.passwords.strength not in STRENGTHS or policy.passwords.min_length not in LENGTHS:
        raise PolicyError("passwords.strength is 0 to 4, passwords.min_length 8 to 64.")
    return policy


def _check_groups(policy: Policy, listable: Collection[Kind]) -> None:
    """Raises PolicyError."""
    names = [rules.group.casefold() for rules in policy.groups]
    if len(names) > MOST_GROUPS or len(set(names)) < len(names) or not all(map(str.strip, names)):
        raise PolicyError(f"groups names at most {MOST_GROUPS} groups that have rules of their own, each once.")
    for rules in policy.groups:
        if rules.required not in (0, 1, 2) or not {*rules.available, *rules.alone} <= set(listable):
            known = ", ".join(sorted(listable))
            raise PolicyError(
                f"groups, {rules.group}: required is 1 or 2, or 0 as for all; available and alone list some of {known}."
            )


def read_policy(file: Path, listable: Collection[Kind]) -> Policy:
    """TOML, or JSON when the name ends so. Raises OperatorError that names the key."""
    try:
        text = file.read_text(encoding="utf-8")
        return parse(json.loads(text) if file.suffix == ".json" else tomllib.loads(text), listable)
    except PolicyError as wrong:
        raise OperatorError(f"{file}: {wrong}") from None
    except ValueError as wrong:
        raise OperatorError(f"{file} is neither TOML nor JSON: {wrong}.") from None
    except OSError:
        raise OperatorError(f"{file} can't be read.") from None


def dump(part: Any) -> Any:
    """A policy as plain data; `parse` reads it back."""
    if hasattr(part, "__dataclass_fields__"):
        return {name.rstrip("_"): dump(getattr(part, name)) for name in part.__dataclass_fields__}
    return [dump(p) for p in part] if isinstance(part, tuple) else part


def _read(hint: Any, raw: object, where: str) -> Any:
    if hasattr(hint, "__dataclass_fields__"):
        return _section(hint, raw, where)
    if get_origin(hint) is tuple:
        if where in ONCE_ONE and isinstance(raw, str):
            raw = [raw] if raw else []
        if not isinstance(raw, list | tuple):
            raise PolicyError(f"{where} is a list.")
        return tuple(_read(get_args(hint)[0], item, where) for item in raw)
    hint = getattr(hint, "__supertype__", hint)  # of a new type, what it is made of
    if issubclass(hint, StrEnum):
        if raw not in list(hint):
            raise PolicyError(f"{where} is one of: {', '.join(hint)}.")
        return hint(raw)
    if type(raw) is not hint:
        raise PolicyError(f"{where} is {'true or false' if hint is bool else 'a number' if hint is int else 'a text'}.")
    return raw


def _section(cls: Any, raw: object, where: str) -> Any:
    if not isinstance(raw, dict):
        raise PolicyError(f"{where} is a section with keys.")
    hints = {name.rstrip("_"): (name, hint) for name, hint in get_type_hints(cls).items()}
    if unknown := sorted(set(raw) - set(hints)):
        raise PolicyError(f"{where}.{unknown[0]} is not known; here may stand: {', '.join(hints)}.")
    return cls(
        **{hints[key][0]: _read(hints[key][1], value, f"{where}.{key}".removeprefix("policy.")) for key, value in raw.items()}
    )
