"""A new password while it is typed: each rule with its tick, and a passphrase for whoever wants one suggested."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.conversation.view import View
from bot.language.translations import Words
from bot.model.prompt import AskSecret, Password
from bot.platform.ids import WindowId
from bot.platform.secret import Secret
from bot.platform.sentences import Args


class RuleVerdict(Protocol):
    """One rule about one password; `id` is its sentence in the catalogue."""

    @property
    def id(self) -> str: ...
    @property
    def args(self) -> Args: ...
    @property
    def met(self) -> bool: ...


class Rulings(Protocol):
    """What the rules for whoever sits at this window say of a password. Always the same rules in the same order."""

    async def __call__(self, window: WindowId, password: Secret) -> Sequence[RuleVerdict]: ...


class Suggest(Protocol):
    """A passphrase that meets the rules of whoever sits at this window, made anew each time and kept nowhere."""

    async def __call__(self, window: WindowId) -> Secret: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule about a password in somebody's language, with its tick."""

    id: str
    text: str
    met: bool


@dataclass(frozen=True, slots=True)
class Passwords:
    """What pages show about a new password; decides nothing."""

    words: Words
    rulings: Rulings
    suggest: Suggest

    async def rules(self, window: WindowId, view: View, typed: Secret) -> list[Rule]:
        """In the language of the conversation; none unless a new password is asked for here."""
        if not chooses(view):
            return []
        return [Rule(r.id, self.words.say(r.id, r.args, view.language), r.met) for r in await self.rulings(window, typed)]

    async def suggested(self, window: WindowId) -> str:
        """The one secret that a page shows, to the bound browser alone and because it asked for it."""
        return (await self.suggest(window)).reveal()


def chooses(view: View) -> bool:
    """A new password is asked for, in this very window."""
    match view.prompt:
        case AskSecret(field=Password(current=False)):
            return view.answerable and not view.closed
        case _:
            return False
