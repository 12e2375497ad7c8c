"""The port `Directory` as calls that can travel: what each is asked with, how its answer is written, and which may be asked twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, assert_never

from pydantic import TypeAdapter, ValidationError

from adapters.writeback.messages import Garbage
from adapters.writeback.paging import PagedAnswers
from bot.directory.interfaces import Changes, Directory, DirectoryRules, Health, Person, SignIn, State
from bot.platform.ids import Action, SubjectId
from bot.platform.secret import Secret


class Verb(StrEnum):
    """The port's methods, by their names."""

    FIND = "find"
    PERSON = "person"
    STATE = "state"
    RULES = "rules"
    MARK = "mark"
    RESET = "reset"
    UNLOCK = "unlock"
    SIGN_IN = "sign_in"
    BAD_TRIES_LEFT = "bad_tries_left"
    CHANGES = "changes"
    HEALTH = "health"


CHANGING = frozenset({Verb.RESET, Verb.UNLOCK})
ONCE = CHANGING | {Verb.SIGN_IN}  # never asked again of another agent: what was asked may have been done
FORMS: Mapping[Verb, TypeAdapter[Any]] = {
    Verb.FIND: TypeAdapter(Person | None),
    Verb.PERSON: TypeAdapter(Person | None),
    Verb.STATE: TypeAdapter(State),
    Verb.RULES: TypeAdapter(DirectoryRules),
    Verb.MARK: TypeAdapter(str),
    Verb.RESET: TypeAdapter(None),
    Verb.UNLOCK: TypeAdapter(None),
    Verb.SIGN_IN: TypeAdapter(SignIn),
    Verb.BAD_TRIES_LEFT: TypeAdapter(int),
    Verb.CHANGES: TypeAdapter(Changes),
    Verb.HEALTH: TypeAdapter(Health),
}
NOTHING = "null"  # the answer of what answers nothing
PAGE = 500  # accounts that are asked for, and told, at a time


def patience(verb: Verb) -> float:
    """Seconds that the directory gets for it. A first import takes longer than anybody in a dialog waits."""
    return 120.0 if verb is Verb.CHANGES else 7.0 if verb in ONCE else 3.5


@dataclass(frozen=True, slots=True)
class Call:
    """One method of the port, with its arguments. `arguments` travel sealed, all of them."""

    verb: Verb
    subject: str = ""
    action: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)


async def carry_out(directory: Directory, call: Call, paged: PagedAnswers) -> str:
    """Its answer as JSON. Raises what the port raises, and Garbage for arguments that are none."""
    subject = SubjectId(call.subject)
    match call.verb:
        case Verb.FIND:
            return write_result(call.verb, await directory.find(_text(call, "text")))
        case Verb.PERSON:
            return write_result(call.verb, await directory.person(subject))
        case Verb.STATE:
            return write_result(call.verb, await directory.state(subject))
        case Verb.RULES:
            return write_result(call.verb, await directory.rules(subject))
        case Verb.MARK:
            return write_result(call.verb, await directory.mark(subject, _action(call)))
        case Verb.RESET:
            whatever_age = call.arguments.get("whatever_age") is True
            await directory.reset(subject, Secret(_text(call, "password")), whatever_age=whatever_age)
            return NOTHING
        case Verb.UNLOCK:
            await directory.unlock(subject)
            return NOTHING
        case Verb.SIGN_IN:
            return write_result(call.verb, await directory.sign_in(subject, Secret(_text(call, "password"))))
        case Verb.BAD_TRIES_LEFT:
            return write_result(call.verb, await directory.bad_tries_left(subject))
        case Verb.CHANGES:
            since, limit = call.arguments.get("since"), call.arguments.get("limit")
            if not isinstance(since, str | None) or not isinstance(limit, int | None):
                raise Garbage("changes")
            return write_result(call.verb, await paged.changes(directory, since, PAGE if limit is None else limit))
        case Verb.HEALTH:
            return write_result(call.verb, await directory.health())
        case _:
            assert_never(call.verb)


def write_result(verb: Verb, value: object) -> str:
    """What a method of the port answered, as JSON."""
    return FORMS[verb].dump_json(value).decode()


def read_result(verb: Verb, result: str) -> Any:
    """Back from `write_result`. Raises Garbage for what is no answer to this."""
    try:
        return FORMS[verb].validate_json(result, strict=True)
    except ValidationError:
        raise Garbage("answer") from None


def _text(call: Call, name: str) -> str:
    if isinstance(text := call.arguments.get(name), str):
        return text
    raise Garbage(name)


def _action(call: Call) -> Action:
    try:
        return Action(call.action)
    except ValueError:
        raise Garbage("action") from None
