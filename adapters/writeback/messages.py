"""What travels between bot and agent: typed messages as JSON in signed envelopes, with a version and limits on their size."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ConfigDict, TypeAdapter, ValidationError

from adapters.writeback.sealing import check, sign

VERSION = 1
FRAME = 256 * 1024  # characters of one WebSocket message
PARTS = 128  # frames that one envelope may take: 32 MiB
LIFE = 5.0  # seconds for which a request is good
SLACK = 2.0  # seconds that two clocks may be apart after the agent has set itself by the bot's: what it took to ask
LONGER = 1.0  # seconds that the bot waits beyond what the directory gets; at least LIFE and SLACK for what changes something
STRICT = ConfigDict(extra="forbid", strict=True)


class Garbage(Exception):  # noqa: N818 - says what came
    """Not a message of this wire, or of another version."""


class WireMessage(Protocol):
    """What travels in an envelope: one of the dataclasses below."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class AgentHello:
    """The agent's first word, unsigned: it proves nothing yet. `nonce` makes the answer fresh."""

    agent: str
    nonce: str
    kind: ClassVar[str] = "hello"
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True)
class Welcome:
    """The bot proves who it is, and says its time; signed by the bot's key."""

    agent: str
    nonce: str
    challenge: str
    now: float
    kind: ClassVar[str] = "welcome"
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True)
class Ready:
    """The agent proves who it is, and says which key to seal to; signed by the agent's key."""

    agent: str
    challenge: str
    sealing: str
    version: str
    kind: ClassVar[str] = "ready"
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True)
class Request:
    """One call of one directory's port, for one agent, once; signed by the bot's key. `sealed` holds all its arguments."""

    id: str
    agent: str
    directory: str
    verb: str
    action: str  # of `mark`; empty elsewhere
    subject: str  # empty: it is about nobody
    issued: float
    expires: float
    key: str  # key_id of what it is sealed to
    sealed: str
    kind: ClassVar[str] = "request"
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    @property
    def about(self) -> tuple[object, ...]:
        """What a request's seal is bound to: with anything else in it, the seal doesn't open."""
        return (self.id, self.agent, self.directory, self.verb, self.action, self.subject, self.issued, self.expires)


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """What came of a request; signed by the agent's key.

    `outcome`: done (`result` is JSON), rejected (`words` with `args` say why: nothing was changed), refused (the same, but for
    nobody's eyes: `words` is for the log), unreachable (open what happened).
    """

    id: str
    agent: str
    outcome: str
    words: str = ""
    args: tuple[tuple[str, str], ...] = ()
    result: str = "null"
    kind: ClassVar[str] = "answer"
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True)
class Bye:
    """The agent ends its work on purpose; signed by the agent's key."""

    agent: str
    why: str
    challenge: str
    kind: ClassVar[str] = "bye"
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


M = TypeVar("M", AgentHello, Welcome, Ready, Request, AgentAnswer, Bye)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message's text with its signature; not checked yet."""

    kind: str
    body: str
    signature: str

    def read(self, message: type[M], key: str | None) -> M:
        """Raises Forged unless `key` (hex; None: not asked for) signed it, and Garbage unless it is such a message."""
        if self.kind != message.kind:
            raise Garbage(self.kind)
        if key is not None:
            check(key, self.kind, self.body, self.signature)
        try:
            read: M = READERS[message].validate_json(self.body)
        except ValidationError:
            raise Garbage(self.kind) from None
        return read

    @property
    def text(self) -> str:
        """The envelope as it travels: one line of JSON."""
        return json.dumps({"v": VERSION, "kind": self.kind, "body": self.body, "signature": self.signature})


READERS: Mapping[type[WireMessage], TypeAdapter[Any]] = {
    message: TypeAdapter(message) for message in (AgentHello, Welcome, Ready, Request, AgentAnswer, Bye)
}


def enveloped(
    message: AgentHello | Welcome | Ready | Request | AgentAnswer | Bye, key: Ed25519PrivateKey | None = None
) -> Envelope:
    """Signed, unless there is nothing to sign with."""
    body = json.dumps(asdict(message))
    return Envelope(message.kind, body, sign(key, message.kind, body) if key else "")


def opened(text: str) -> Envelope:
    """An envelope out of a line that came; whose it is isn't checked. Raises Garbage."""
    try:
        raw = json.loads(text)
        version, kind, body, signature = raw["v"], raw["kind"], raw["body"], raw["signature"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Garbage("no envelope") from None
    if version != VERSION or not all(isinstance(part, str) for part in (kind, body, signature)):
        raise Garbage("another version")
    return Envelope(kind, body, signature)


def frames(envelope: Envelope) -> list[str]:
    """One, or, where it is long, several that `Joined` puts together again. Raises Garbage for what is longer than all that."""
    text = envelope.text  # ASCII, so characters are bytes
    if len(text) <= FRAME:
        return [text]
    size = FRAME - 32
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    if len(parts) > PARTS:
        raise Garbage("too long")
    return [f"+{number + 1}/{len(parts)}\n{part}" for number, part in enumerate(parts)]


class Joined:
    """Puts parts together in the order in which they come; nothing comes between the parts of one envelope."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def add(self, frame: str) -> Envelope | None:
        """None: there is more to come. Raises Garbage."""
        if not frame.startswith("+"):
            if self._parts:
                raise Garbage("between parts")
            return opened(frame)
        head, _, part = frame.partition("\n")
        self._parts.append(part)
        number, _, of = head[1:].partition("/")
        if not (of.isascii() and of.isdigit() and number == str(len(self._parts)) and len(self._parts) <= int(of[:4]) <= PARTS):
            raise Garbage("parts out of order")
        if len(self._parts) < int(of):
            return None
        whole, self._parts = "".join(self._parts), []
        return opened(whole)
