"""The password in force: a change asks for it, and where the policy allows that, it registers the first method."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.methods.method import MEMORY, Method
from bot.identity.methods.shapes import NotByPerson, TypedOnPage
from bot.identity.methods.tools import Means, Right, Tools
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.model.prompt import Password
from bot.platform.ids import Action, Kind, SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import Policy


async def in_force(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:  # noqa: ARG001 - of its port
    """Raises Refuse when no more tries may be made."""
    return Right(None) if await tools.passwords.knows(asked.subject, given) else None


@dataclass(frozen=True)
class PasswordInForce(Method):
    """It is the directory's: nothing of it is kept here, and each try is passed on to it."""

    kind = Kind("password")
    group = MEMORY
    strength = 0
    lifetime = 600
    nist = "password (3.1.1)"
    asks = TypedOnPage(in_force, Password(current=True))
    registers = NotByPerson()
    unregistered = True
    passed_on = True
    serves = frozenset({Action.CHANGE})
    demanded_by = frozenset({Action.CHANGE})

    def begins(self, policy: Policy, *, admin: bool) -> bool:
        """Never an admin's."""
        return policy.registration.with_password and not admin

    def carried(self, means: Means) -> bool:
        """Where a directory tries one."""
        return means.tries_passwords

    def open_to(self, subject: SubjectId, tools: Tools) -> bool:
        """Whether this account's directory does."""
        return tools.passwords.tries(subject)

    def wrong(self, tools: Tools) -> str:
        """A stranger's right password may be one that can't be tried; which it is, they don't learn."""
        unsaid = tools.turn.party.subject is None and not tools.passwords.tries_all
        return "method.password.wrong.untried" if unsaid else "method.password.wrong"
