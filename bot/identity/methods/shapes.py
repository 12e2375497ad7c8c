"""The shapes in which methods are asked for and registered: closed unions, each a step in flows/ that knows no method."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.directory.interfaces import Person
from bot.identity.methods.tools import Copied, Made, Met, Place, Right, Tools
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.model.prompt import Code, Password, Text
from bot.platform.clock import World
from bot.platform.ids import ChallengeId, MethodId, SubjectId, WordsId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.policy import Policy

# What was asked, what was answered, and those that may answer it: all of this kind that count, or the one that is being tried. None: wrong. It may
# raise Misstep, and does no less work where there is nothing to compare with.
Check: TypeAlias = Callable[[Challenged, Secret, Sequence[Registered], Tools], Awaitable[Right | None]]

# How a proof is asked for ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code, typed on the bound page, or in the chat where the policy lets codes be."""

    check: Check
    field: Code = field(default_factory=Code)


@dataclass(frozen=True, slots=True)
class TypedOnPage:
    """Something that is no one-time code, so it is typed on the bound page alone, whatever the policy says of codes."""

    check: Check
    field: Password


@dataclass(frozen=True, slots=True)
class SignedOnPage:
    """Signed by a key of its person's, in the browser that has the bound page.

    `asked`: what that browser is asked for (Web Authentication, as JSON), of these: none where whoever asks may be anybody.
    `check`: whichever of these, which all count, has signed for that account. `names`: by which one it says that it is.
    """

    check: Callable[[ChallengeId, SubjectId, Secret, Sequence[Registered], Place], Right | Copied | None]
    asked: Callable[[ChallengeId, Sequence[Registered], Place], str]
    names: Callable[[Secret], MethodId | None]


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence of the catalogue, or (`own`) one in the words of whoever answers it, which is nobody else's business."""

    id: WordsId
    own: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AnsweredOnPage:
    """Several questions, asked and judged together on the bound page alone. `asked`: which ones, as long as this challenge lasts."""

    check: Check
    asked: Callable[[ChallengeId, Registered, Policy], Sequence[Question]]


@dataclass(frozen=True, slots=True)
class MetElsewhere:
    """Nothing is typed: it is met at another place, and the step looks whether it is.

    `met`: by a record that is ours. None: not yet. Raises Refuse for any other record. `number`: two digits that the bound page
    shows, and that are typed there.
    """

    met: Callable[[Challenged, Tools], Met | None]
    signs_in: bool = False  # at the company's identity provider, to which the page has a button
    number: Callable[[Keys, ChallengeId], int] | None = None


Asking = TypedCode | TypedOnPage | SignedOnPage | AnsweredOnPage | MetElsewhere


# How one is registered ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownAndTried:
    """A secret is made here and shown once, and counts when it has worked.

    `link`: the secret, the account and the company in one, for a camera. `shows`: what whoever has the secret reads off at a moment,
    and for how many seconds more (the demo's people have it). `typed`: what of the secret is shown to be typed. `named`: with what
    its person calls it, where there may be several; None: they are told apart without.
    """

    made: Callable[[World], Secret]
    link: Callable[[Secret, str, str], Secret]
    shows: Callable[[Secret, float], tuple[Secret, int]]
    typed: Callable[[Secret], Secret] = lambda secret: secret
    named: Callable[[Secret, str], Secret] | None = None


@dataclass(frozen=True, slots=True)
class TypedAndTried:
    """An address is typed, and counts when a code that went there came back. A stranger has to know it in full, too.

    `read`: what was typed, as it is kept. `country` (ISO 3166) is whose numbers may lack a country code. Raises Misstep.
    """

    field: Text
    read: Callable[[str, str], Secret]


@dataclass(frozen=True, slots=True)
class Printed:
    """Codes are made here and shown once. They count when they were put away, and those of before no more.

    `codes`: derived from the sheet's name while it is shown. `kept`: one of them as it is registered.
    """

    codes: Callable[[Keys, MethodId], Sequence[Secret]]
    kept: Callable[[Keys, SubjectId, Secret], Secret]


@dataclass(frozen=True, slots=True)
class MadeByBrowser:
    """The browser with the bound page makes it, or has it made on something near; it is tried by being made.

    `asked`: what that browser is asked for, with the sign-in name and the company, and which ones are there already. `made`: what it
    sent, as it is registered. Raises Misstep.
    """

    made: Callable[[ChallengeId, Secret, Place], Made]
    asked: Callable[[ChallengeId, SubjectId, Sequence[Registered], Place, str, str], str]


@dataclass(frozen=True, slots=True)
class MadeElsewhere:
    """Another device makes it, on our page at `path`: led there by a code, and let in by two digits that are typed there.

    Both are shown on the bound page alone. `made`: what came of it, as it is registered. None: nothing yet. Raises Refuse for
    what isn't ours.
    """

    path: str
    code: Callable[[Keys, ChallengeId], Secret]
    number: Callable[[Keys, ChallengeId], int]
    made: Callable[[Challenged, Keys], Made | None]


@dataclass(frozen=True, slots=True)
class WrittenOnPage:
    """Its person chooses questions and answers them on the bound page; it counts at once, and what was there before no more.

    `many` and `listed`: how many, and from which, beside those in their own words. `kept`: what was sent, as it is registered. Raises
    Misstep, with what is wrong about the first (argument `row1`) and the others.
    """

    kept: Callable[[Secret, Person, Tools], Awaitable[Secret]]
    many: Callable[[Policy], int]
    listed: Sequence[WordsId]


@dataclass(frozen=True, slots=True)
class NotByPerson:
    """Nobody registers it for themselves: everybody has it, or somebody else gives it."""


@dataclass(frozen=True, slots=True)
class Minted(NotByPerson):
    """A right of the helpdesk's makes it, and it is shown once, to its owner alone. It counts at once, and those of before no more.

    `code`: derived from its name while it is shown. `kept`: as it is registered, with when it ends.
    """

    code: Callable[[Keys, MethodId], Secret]
    kept: Callable[[Keys, SubjectId, Secret, float], Secret]


Registering = ShownAndTried | TypedAndTried | Printed | MadeByBrowser | MadeElsewhere | WrittenOnPage | NotByPerson
