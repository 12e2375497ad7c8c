"""What a new password must be, rule by rule, so that a page can tick each one while it is typed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from zxcvbn_rs_py import zxcvbn

from bot.directory.interfaces import DirectoryRules, Person, Rejected
from bot.platform.secret import Secret
from bot.platform.sentences import Args, args
from bot.policy.banned_passwords import banned, made_of, names_in
from bot.policy.breached import Breached
from bot.policy.policy import PasswordRules

CLASSES = 3  # of capitals, small letters, digits, signs, and letters without case (Active Directory's meaning)
NAME, NAME_IN_COMPLEXITY = 4, 3  # letters: Entra's rule, and Active Directory's
LOOKED_AT = 256  # characters: so many are searched for names, known words and patterns; more would only cost time


@dataclass(frozen=True, slots=True)
class Ruling:
    """One rule, as a sentence that serves before ("Use at least 12 characters.") and after, and whether the password keeps it."""

    id: str
    args: Args
    met: bool


@dataclass(frozen=True, slots=True)
class Lists:
    """What an organisation may bring besides the policy's own banned terms. None: no file of breached passwords."""

    breached: Breached | None = None


def rulings(
    password: Secret,
    person: Person,
    rules: DirectoryRules,
    policy: PasswordRules,
    company: str,
    lists: Lists,
) -> tuple[Ruling, ...]:
    """All rules in force for this very person, in an order that doesn't depend on the password."""
    text = _text(password)
    head, names = text[:LOOKED_AT], names_in((*names_of(person), company))
    return (
        *_shape(text, rules, max(rules.min_length, policy.min_length)),
        Ruling("password.names", (), not made_of(head, names, NAME_IN_COMPLEXITY if rules.complexity else NAME)),
        Ruling("password.known", (), not banned(policy.banned).refuses(head)),
        *([Ruling("password.breached", (), not lists.breached.has(text))] if lists.breached else ()),
        Ruling("password.strength", (), int(zxcvbn(head[:72], sorted(names)).score) >= policy.strength),
    )


def by_directory(password: Secret, person: Person, rules: DirectoryRules) -> tuple[Ruling, ...]:
    """The directory's own part of the rules, for a directory that is ours and has to hold them itself."""
    text = _text(password)
    shape = _shape(text, rules, rules.min_length)
    if not rules.complexity:
        return shape
    return (*shape, Ruling("password.names", (), not made_of(text[:LOOKED_AT], names_in(names_of(person)), NAME_IN_COMPLEXITY)))


def first_unmet(found: Iterable[Ruling]) -> Ruling | None:
    """The rule to speak of. None: all are kept."""
    return next((ruling for ruling in found if not ruling.met), None)


def demand_directory_rules(password: Secret, person: Person, rules: DirectoryRules) -> None:
    """For a directory whose own no would be late, vague or silent. Raises Rejected with the first of its rules that isn't kept."""
    if broken := first_unmet(by_directory(password, person, rules)):
        raise Rejected(broken.id, broken.args)


def names_of(person: Person) -> tuple[str, ...]:
    """All that somebody is called: none of it makes a password."""
    return (*person.words, person.name, person.login.partition("@")[0])


def _shape(text: str, rules: DirectoryRules, least: int) -> tuple[Ruling, ...]:
    return (
        Ruling("password.min_length", args(least=least), len(text) >= least),
        Ruling("password.max_length", args(most=rules.max_length), len(text) <= rules.max_length),
        *([Ruling("password.classes", (), _classes(text) >= CLASSES)] if rules.complexity else ()),
        *([Ruling("password.ascii", (), text.isascii() and text.isprintable())] if rules.ascii_only else ()),
    )


def _classes(text: str) -> int:
    return len({_class(character) for character in text})


def _class(character: str) -> str:
    if character.isupper():
        return "upper"
    if character.islower():
        return "lower"
    return "letter" if character.isalpha() else "digit" if character.isdigit() else "sign"


def _text(password: Secret) -> str:
    """Half characters, which no keyboard types, count as a question mark and do no harm."""
    return password.reveal().encode("utf-8", "replace").decode()
