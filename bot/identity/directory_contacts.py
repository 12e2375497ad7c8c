"""The directory's contact data: what of it may be suggested, and what counts as a method, where the rules say that it does."""

from dataclasses import dataclass

from bot.directory.interfaces import Person
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import TypedAndTried
from bot.identity.registered import FROM_DIRECTORY, Registered
from bot.platform.ids import Kind, MethodId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from bot.policy.policy import ContactRule, Policy

HOUR = 3600.0
ID = 12  # bytes


@dataclass(frozen=True, slots=True)
class ContactData:
    """What counts. `quarantine` in seconds: whoever writes to the directory gains nothing at once."""

    kinds: tuple[Kind, ...] = ()
    country: str = ""
    quarantine: float = 0.0

    @classmethod
    def of(cls, policy: Policy) -> "ContactData":
        """By these rules."""
        rule = policy.registration
        if rule.contact_data is not ContactRule.COUNT:
            return cls()
        kinds = tuple(kind for kind, method in METHODS.items() if method.in_directory and kind in policy.methods.available)
        return cls(kinds, rule.country, rule.quarantine_hours * HOUR)

    @property
    def rule(self) -> str:
        """Another one when something else counts, so that everybody has to be looked at again; empty when nothing does."""
        return ",".join([*self.kinds, self.country]) if self.kinds else ""

    def methods(self, keys: Keys, person: Person, now: float) -> list[Registered]:
        """As methods of this person's. The same number has the same name every time, and a new one another."""
        found = [(kind, first_of(person, kind, self.country)) for kind in self.kinds]
        return [self._method(keys, person, kind, secret, now) for kind, secret in found if secret]

    def _method(self, keys: Keys, person: Person, kind: Kind, secret: Secret, now: float) -> Registered:
        mac = keys.mac("contact data", repr((str(person.subject), str(kind), secret.reveal())))
        id = MethodId(f"{FROM_DIRECTORY}{mac[:ID].hex()}")
        return Registered(id, person.subject, kind, secret, now, now + self.quarantine)


def first_of(person: Person, kind: Kind, country: str) -> Secret | None:
    """The number or address on file there that could be registered. None: there is none."""
    method = METHODS[kind]
    if not isinstance(method.registers, TypedAndTried):
        return None
    for typed in method.contacts(person):
        try:
            found = method.registers.read(typed or "", country)
            method.fits(person, found)
        except Misstep:  # whoever wrote it there had something else in mind
            continue
        return found
    return None
