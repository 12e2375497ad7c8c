"""Security questions: what somebody remembers of their life. Off by default, asked of known origins alone, and never of an admin."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.directory.interfaces import Person
from bot.identity.methods.method import MEMORY, Method
from bot.identity.methods.security_answers import Answered, normalised, unfit
from bot.identity.methods.shapes import AnsweredOnPage, Question, WrittenOnPage
from bot.identity.methods.tools import Right, Tools
from bot.identity.registered import Registered
from bot.language.translations import LANGUAGES, Words
from bot.model.facts import Challenged
from bot.platform.ids import ChallengeId, Kind, Line, WordsId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from bot.policy.banned_passwords import names_in
from bot.policy.passwords import names_of
from bot.policy.policy import Policy

LISTED = tuple(
    WordsId(f"question.{name}")
    for name in (
        "friend", "street", "teacher", "toy", "concert", "meal", "book", "trip", "fear", "hiding", "neighbour", "prize", "song", "job", "nickname",
    )
)  # fmt: skip
OWN = "own"  # in the place of a listed question's name
SALT = 16  # bytes
ARGON2 = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1
)  # as OWASP's Password Storage Cheat Sheet asks at least
READ = Words("", lambda: "")  # no question names the house


def drawn(id: ChallengeId, method: Registered, policy: Policy) -> Sequence[Question]:
    """By chance, which the challenge's id is: the same ones as long as it lasts, however often the page is loaded."""
    return [Question(WordsId(id), own) for id, own, _ in _drawn(id, method, policy)]


async def answered(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:
    """All of them are compared, and judged as one. Raises Misstep where the rules ask for more than there are.

    It is asked of nobody who may be anybody, so no work is done where there is nothing to compare with.
    """
    method, policy = next((m for m in mine if m.id == asked.method), None), await tools.policies.current()
    if method is None:
        return None
    hashes = [hash for _, _, hash in _drawn(asked.id, method, policy)]
    if len(hashes) < policy.questions.answer:
        raise Misstep("question.too_few")
    sent = _sent(given)
    answers = [normalised(sent.get(f"answer{number}", "")) for number in range(1, len(hashes) + 1)]
    return Right(method.id) if await asyncio.to_thread(_all_right, answers, hashes) else None


async def kept(given: Secret, person: Person, tools: Tools) -> Secret:
    """Hashes of the answers, with the questions. Raises Misstep that says of each row what is wrong with it."""
    sent, many = _sent(given), (await tools.policies.current()).questions.register
    rows = [_row(sent, number) for number in range(1, many + 1)]
    called = (*names_of(person), tools.company)
    if wrong := unfit(rows, {*called, person.login, *names_in(called)}):
        raise Misstep("question.unfit", **{f"row{number}": why for number, why in wrong.items()})
    salts = [tools.world.bytes(SALT) for _ in rows]
    hashes = await asyncio.to_thread(lambda: [_hashed(row, salt) for row, salt in zip(rows, salts, strict=True)])
    questions = [("", row.asks[0]) if row.own else (row.question, "") for row in rows]
    return Secret(json.dumps([[*question, hash] for question, hash in zip(questions, hashes, strict=True)]))


@dataclass(frozen=True)
class SecurityQuestions(Method):
    """All of one person's are one row. Its secret is the questions, and an argon2id hash of each answer."""

    kind = Kind("security_questions")
    group = MEMORY
    strength = 1
    lifetime = 900
    nist = "none: no authenticator (3.1), no way to recover (4.2.1)"
    asks = AnsweredOnPage(answered, drawn)
    registers = WrittenOnPage(kept, lambda policy: policy.questions.register, LISTED)
    weak = True
    known_only = True
    never_admins = True
    no_authenticator = True
    ends_elsewhere = "2027-03"

    def hint(self, method: Registered) -> Line:
        """How many."""
        return Line(str(len(json.loads(method.secret.reveal()))))


def _drawn(id: ChallengeId, method: Registered, policy: Policy) -> list[tuple[str, str, str]]:
    """Id, own words and hash of each, in the order of chance."""
    there: list[tuple[str, str, str]] = [(str(id), str(own), str(hash)) for id, own, hash in json.loads(method.secret.reveal())]
    by_chance = sorted(range(len(there)), key=lambda at: sha256(f"{id}.{at}".encode()).digest())
    return [there[at] for at in by_chance[: policy.questions.answer]]


def _row(sent: dict[str, str], number: int) -> Answered:
    chosen, own = sent.get(f"question{number}", ""), " ".join(sent.get(f"own{number}", "").split())
    answer = sent.get(f"answer{number}", "")
    if chosen == OWN:
        return Answered(OWN, (own,), answer, own=True)
    if chosen not in LISTED:
        return Answered("", (), answer)
    return Answered(chosen, tuple(READ.say(chosen, (), language) for language in LANGUAGES), answer)


def _sent(given: Secret) -> dict[str, str]:
    """The fields of the form; none, if it isn't one."""
    try:
        found = json.loads(given.reveal())
    except (ValueError, RecursionError):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}


def _hashed(row: Answered, salt: bytes) -> str:
    return ARGON2.hash(_bytes(normalised(row.answer)), salt=salt)


def _all_right(answers: Sequence[str], hashes: Sequence[str]) -> bool:
    """Whichever is wrong, it takes as long."""
    return all([_matches(answer, hash) for answer, hash in zip(answers, hashes, strict=True)])  # noqa: C419 - constant time


def _matches(answer: str, hash: str) -> bool:
    try:
        return ARGON2.verify(hash, _bytes(answer))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(answer: str) -> bytes:
    """Half characters, which no keyboard types, pass through."""
    return answer.encode("utf-8", "surrogatepass")
