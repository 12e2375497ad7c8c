"""The demo company as the demo page plays it: one chat for each account, and what arrives on its phone and in its mailbox."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from adapters.web.demo_cheats import Cheats, Start
from adapters.web.demo_port import AgentSeen, Authenticator, Cheat, DemoAccount, DemoLine, DemoMessage, DemoPremises, Inbox
from bot.conversation.view import View
from bot.directory.interfaces import Directory, Person, SignIn, State, Unreachable
from bot.engine.engine import Engine
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.model.turn import Party
from bot.platform.clock import World
from bot.platform.ids import Origin, SubjectId, WindowId, directory_of
from bot.platform.secret import Secret

KIND = "demo"
FRESH = 30.0  # seconds for which it is known who lives behind the agent


class Arrival(Protocol):
    """A message that arrived on the demo's phone or in its mailbox."""

    @property
    def at(self) -> float: ...
    @property
    def channel(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> Secret: ...


Arrived = Callable[[Sequence[Secret]], Awaitable[Sequence[Arrival]]]
Shown = Callable[[Sequence[Registered], float], tuple[Secret, int] | None]
Drawer = Callable[[SubjectId, Sequence[Registered]], Sequence[Secret]]
Notes = Callable[[Person, State], str]


@dataclass
class DemoTown:
    """Implements `Demo`, over a demo store only."""

    engine: Engine
    directory: Directory
    records: Records
    arrived: Arrived
    shown: Shown
    drawer: Drawer
    world: World
    start: Start
    premises: DemoPremises | None = None  # the directory behind the agent
    first: Sequence[str] = ()  # logins that are offered before the others
    notes: dict[str, str] = field(default_factory=dict)
    _newest: dict[str, WindowId] = field(default_factory=dict)
    _there: tuple[float, Sequence[Person]] = (0.0, ())  # who lives behind the agent, as it last told

    async def accounts(self) -> Sequence[DemoAccount]:
        """The well-known ones first, the others by name."""
        people = [*(await self.directory.changes(None)).persons, *await self._behind()]
        order = {login: place for place, login in enumerate(self.first)}
        people = sorted(people, key=lambda p: (order.get(_short(p), len(order)), p.name))
        return [DemoAccount(_short(p), p.name, self.notes.get(_short(p), "")) for p in people]

    async def view(self, login: str) -> View | None:
        """The conversation that this person's chat shows."""
        window = self._newest.get(login) or await self.engine.store.newest(KIND, login)
        return await self.engine.view(window) if window else None

    async def say(self, login: str, said: Secret, language: str) -> View:
        """As somebody whose chat account is linked: a doorbell, and no proof."""
        person = await self._person(login)
        party = Party(Origin.LINKED, person.subject, person.language or language)
        return self._seen(login, await self.engine.hear(KIND, login, said, party, self.world.id("demo")))

    async def press(self, login: str, token: str, option: str) -> View:
        """A button in this person's chat was pressed."""
        return self._seen(login, await self.engine.take_answer(token, login, option=option))

    async def inbox(self, login: str) -> Inbox:
        """What this person's phone, mailbox and drawer hold."""
        person = await self._person(login)
        methods = await self.records.methods(person.subject)
        addresses = [m.secret for m in methods if METHODS[m.kind].channel]
        work = [Secret(person.mail)] if person.mail else []
        messages = [
            DemoMessage(m.at, m.channel, m.to, m.subject, m.text.reveal()) for m in await self.arrived([*addresses, *work])
        ]
        code = self.shown(methods, self.world.now())
        drawer = [unused.reveal() for unused in self.drawer(person.subject, methods)]
        return Inbox(messages, Authenticator(code[0].reveal(), code[1]) if code else None, drawer)

    async def state(self, login: str) -> State | None:
        """How the directory says that this person's account stands."""
        person = await self._person(login)
        with suppress(Unreachable):
            return await self._home(person).state(person.subject)
        return None

    async def sign_in(self, login: str, password: Secret) -> SignIn | None:
        """One try to sign in as this person, which the directory counts."""
        person = await self._person(login)
        with suppress(Unreachable):
            return await self._home(person).sign_in(person.subject, password)
        return None

    async def agent(self, login: str = "") -> AgentSeen | None:
        """Before this person's directory, or before any."""
        if self.premises is None or (login and self._home(await self._person(login)) is self.directory):
            return None
        return await self.premises.seen()

    async def switch(self, *, on: bool) -> None:
        """Start the agent, or stop it."""
        if self.premises:
            await self.premises.switch(on=on)

    async def cheat(self, cheat: Cheat, language: str) -> Sequence[DemoLine]:
        """One try to get round the rules."""
        return await Cheats(self.engine, self.start, self._person, self._shows, self.world).tried(cheat, language)

    async def _shows(self, login: str) -> str:
        """The code that this person's app shows; a number that is none where there is no app."""
        app = (await self.inbox(login)).authenticator
        return app.code if app else "123456"

    def _seen(self, login: str, view: View) -> View:
        self._newest[login] = self.engine.windows.read_token(view.token)[0]
        return view

    def _home(self, person: Person) -> Directory:
        there = self.premises and directory_of(person.subject) == self.premises.directory.name
        return self.premises.directory if self.premises and there else self.directory

    async def _behind(self) -> Sequence[Person]:
        """As they were last told, while the agent is silent: whoever is played doesn't vanish."""
        at, _ = self._there
        if self.premises and self.world.now() - at > FRESH:
            with suppress(Unreachable):
                self._there = self.world.now(), (await self.premises.directory.changes(None)).persons
        return self._there[1]

    async def _person(self, login: str) -> Person:
        behind = next((person for person in await self._behind() if _short(person).casefold() == login.casefold()), None)
        if person := behind or await self.directory.find(login):
            return person
        raise LookupError(login)


def _short(person: Person) -> str:
    return person.login.partition("@")[0]
