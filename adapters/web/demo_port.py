"""What the demo page asks of the demo company; whoever wires the demo together implements it over a demo store."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.conversation.view import View
from bot.directory.interfaces import Directory, SignIn, State
from bot.platform.secret import Secret
from bot.platform.sentences import Args


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One that can be played. `note` is a sentence of the catalogue that says what is special about it; empty: nothing."""

    login: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """Something that arrived on the demo phone or in the demo mailbox. `at` in seconds since the epoch."""

    at: float
    channel: str  # of bot/messaging/messenger.py
    to: str
    subject: str  # empty where the channel has none
    text: str


@dataclass(frozen=True, slots=True)
class Authenticator:
    """What the person's authenticator app shows at this moment."""

    code: str
    seconds_left: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """Phone and mailbox of one person, oldest message first. `authenticator` None: no app is registered."""

    messages: Sequence[DemoMessage]
    authenticator: Authenticator | None = None
    drawer: Sequence[str] = ()  # unused codes of a recovery sheet


@dataclass(frozen=True, slots=True)
class AgentDid:
    """One line of an agent's log: what it was asked, and what it answered."""

    at: float
    verb: str
    outcome: str


@dataclass(frozen=True, slots=True)
class AgentSeen:
    """Both legs at this moment: from the bot to the agent, and from the agent to its directory."""

    directory: str
    name: str
    fingerprint: str
    connected: bool
    answers: bool
    since: float  # when the connection was made; 0: there is none
    did: Sequence[AgentDid] = ()  # newest first


class DemoPremises(Protocol):
    """The demo's directory behind an agent, and the switch of that agent."""

    @property
    def directory(self) -> Directory: ...

    async def seen(self) -> AgentSeen:
        """How both legs are."""

    async def switch(self, *, on: bool) -> None:
        """Start it, or stop it."""


class Cheat(StrEnum):
    """A way to get round the rules that can be tried."""

    CODE = "code"  # a right code, typed into the chat
    LINK = "link"  # a stolen one
    SKIP = "skip"  # an agent who leaves the proof out
    NAME = "name"  # of somebody who doesn't exist


@dataclass(frozen=True, slots=True)
class DemoLine:
    """One line of a try: something that a person did, a sentence of the catalogue; or what a chat or page then showed, `view`."""

    words: str = ""
    args: Args = ()
    ours: bool = False  # the sentence is our answer
    view: View | None = None
    buttons: bool = False  # what could be pressed there is part of the answer


class Demo(Protocol):
    """Every `login` that is passed in is one of `accounts()`, spelled as there."""

    async def accounts(self) -> Sequence[DemoAccount]:
        """All that can be played, in the order in which they are offered."""

    async def view(self, login: str) -> View | None:
        """The newest conversation in this person's chat as the chat sees it, closed ones included. None: nothing said yet."""

    async def say(self, login: str, said: Secret, language: str) -> View:
        """Something was typed in the chat. Raises Stale."""

    async def press(self, login: str, token: str, option: str) -> View:
        """A button in the chat. Raises Stale."""

    async def inbox(self, login: str) -> Inbox:
        """What has arrived for this person so far."""

    async def state(self, login: str) -> State | None:
        """How the directory says that the account stands. None: it is silent."""

    async def sign_in(self, login: str, password: Secret) -> SignIn | None:
        """One try at the directory, counted by its own lockout. None: it is silent."""

    async def agent(self, login: str = "") -> AgentSeen | None:
        """The agent before this person's directory, or, of nobody, before any. None: there is none."""

    async def switch(self, *, on: bool) -> None:
        """Start that agent, or stop it. Nothing where there is none."""

    async def cheat(self, cheat: Cheat, language: str) -> Sequence[DemoLine]:
        """Tries it, and tells what happened."""
