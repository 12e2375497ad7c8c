"""The port `Directory` over Microsoft Graph: resets for accounts that live in the cloud, and what can be known of all of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from adapters.directories.entra.changes import ChangeTracker
from adapters.directories.entra.errors import code_of, words_of
from adapters.directories.entra.graph_client import Graph, body_of
from adapters.directories.entra.passes import minted
from adapters.directories.entra.people import ID, RULES, User
from adapters.directories.entra.queries import AccountQueries
from adapters.directories.entra.sessions import revoke_sessions
from bot.directory.interfaces import Changes, DirectoryRules, Health, Pass, Person, Rejected, SignIn, State, Unreachable, Write
from bot.platform.ids import Action, ObjectId, SubjectId
from bot.platform.secret import Secret
from bot.policy.passwords import demand_directory_rules

log = structlog.get_logger()

BUDGET = 9.0  # seconds for one call of the port, less than whoever asks will wait
LOOK = 0.5  # seconds between two looks whether a password has come into force


@dataclass
class EntraDirectory:
    """`writes`: False where the settings say that no password is set there. Guests are nobody here: they sign in elsewhere.

    `tenant`: its id; empty where the settings name it by a domain, and then nobody is known by an object's id.
    """

    name: str
    graph: Graph
    writes: bool = True
    advice: tuple[str, ...] = ("after_reset.sign_in_again",)
    tenant: str = ""
    tracker: ChangeTracker = field(init=False)
    queries: AccountQueries = field(init=False)
    passes: bool = False

    def __post_init__(self) -> None:
        self.tracker = ChangeTracker(self.name, self.graph)
        self.queries = AccountQueries(self.name, self.graph)

    async def find(self, text: str) -> Person | None:
        """UPNs before mail addresses; an address that several accounts share finds nobody."""
        async with _budget():
            named, mailed = await self.queries.named(text)
            matches = named or mailed
            return await self.queries.person(matches[0]) if len(matches) == 1 else None

    async def person(self, subject: SubjectId) -> Person | None:
        async with _budget():
            user = await self.queries.user(subject)
            return await self.queries.person(user) if user else None

    async def state(self, subject: SubjectId) -> State:
        return (await self._standing(subject)).state()

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        """The same for everybody; the list of banned passwords isn't published, so only the reset itself tells."""
        await self._standing(subject)
        return RULES

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        """The moment of the last password, as Entra has it. No action of ours moves a lock."""
        return "" if action is Action.UNLOCK else (await self._standing(subject)).mark

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        """`whatever_age` says nothing here: Entra has no minimum age."""
        async with _budget():
            user = await self._changeable(subject, password)
            new = {"password": password.reveal(), "forceChangePasswordNextSignIn": False}
            answer = await self.graph.patch(f"/users/{user.id}", {"passwordProfile": new})
            if not answer.well:
                log.info("entra.reset_refused", status=answer.status, code=code_of(answer.body))
                raise Rejected(words_of(answer.status, answer.body))
            await revoke_sessions(self.graph, user.id, subject)
            while (await self._standing(subject)).mark == user.mark:  # noqa: ASYNC110 - Graph doesn't call us
                await asyncio.sleep(LOOK)

    async def unlock(self, subject: SubjectId) -> None:
        """Graph has no such call; a smart lockout ends by itself, and a reset goes past it."""
        async with _budget():
            await self._writable(subject)
            raise Rejected("directory.no_unlock")

    def gives_passes(self) -> bool:
        """`Passes`: it takes a right of its own."""
        return self.passes and self.writes

    async def mint(self, subject: SubjectId) -> Pass:
        """Also for a synced account, since it's a method of the cloud."""
        async with _budget():
            user, _ = await self._writable(subject)
            return await minted(self.graph, user.id)

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        """An application can't try somebody's password by Graph."""
        raise Rejected("directory.no_sign_in")

    async def bad_tries_left(self, subject: SubjectId) -> int:
        """An application can't try somebody's password by Graph, so nobody's tries are counted here."""
        raise Rejected("directory.no_sign_in")

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        return (await self.tracker.changes(since, limit)).told(self.tracker)

    async def anchored_changes(self, since: str | None, limit: int | None = None) -> tuple[Changes, Mapping[SubjectId, str]]:
        """What `changes` tells, and the anchors of the synced accounts among them."""
        found = await self.tracker.changes(since, limit)
        return found.told(self.tracker), found.anchors(self.tracker)

    async def anchor(self, subject: SubjectId) -> str | None:
        """What a synced account is matched by on premises; empty: its password lives here. None: no such account."""
        async with _budget():
            user = await self.queries.user(subject)
            return user.anchor if user else None

    async def known_as(self, text: str) -> tuple[Mapping[SubjectId, str], Mapping[SubjectId, str]]:
        """Whoever signs in by this name, and whoever else has it as a mail address: each with its anchor, as `anchor` tells it."""
        async with _budget():
            named, mailed = (
                {SubjectId(f"{self.name}:{u.id}"): u.anchor for u in each} for each in await self.queries.named(text)
            )
            return named, mailed

    async def anchored(self, anchor: str) -> SubjectId | None:
        """The synced account with this anchor."""
        async with _budget():
            matches = await self.queries.anchored(anchor)
            return SubjectId(f"{self.name}:{matches[0].id}") if len(matches) == 1 else None

    async def of_object(self, object: ObjectId) -> SubjectId | None:
        """`Objects`: an object's id is the subject's own; whether there is such a member is asked."""
        if not self.tenant or object.tenant != self.tenant:
            return None
        subject = SubjectId(f"{self.name}:{object.id}")
        async with _budget():
            return subject if await self.queries.user(subject) else None

    async def object_of(self, subject: SubjectId) -> ObjectId | None:
        id = subject.removeprefix(f"{self.name}:")
        return ObjectId(self.tenant, id) if self.tenant and ID.fullmatch(id) else None

    async def health(self) -> Health:
        try:
            async with _budget():
                body_of(await self.graph.get("/users", {"$top": "1", "$select": "id"}))
        except Unreachable:
            return Health(ok=False, detail="Microsoft Graph doesn't answer this application; `unlatch doctor` says more.")
        return Health(ok=True)

    def lags(self, _subject: SubjectId) -> bool:
        """`Lags`: Graph reads from copies that hear of a change a little later."""
        return True

    def blind(self, _subject: SubjectId | None) -> bool:
        """`Blind`: no password of anybody is tried by Graph."""
        return True

    def after_reset(self) -> tuple[str, ...]:
        return self.advice

    async def close(self) -> None:
        """`Closing`: connections to Graph are given back."""
        await self.graph.close()

    # ------------------------------------------------ what they are made of

    async def _standing(self, subject: SubjectId) -> User:
        async with _budget():
            return await self.queries.standing(subject)

    async def _writable(self, subject: SubjectId) -> tuple[User, Person]:
        user = await self.queries.user(subject)
        if user is None:
            raise Rejected("people.gone")
        if not self.writes:
            raise Rejected("directory.no_writing")
        person = await self.queries.person(user)
        if person.protected or not user.enabled:
            raise Rejected("directory.protected" if person.protected else "directory.disabled")
        return user, person

    async def _changeable(self, subject: SubjectId, password: Secret) -> User:
        """A synced account is refused: its cloud password alone would change, and hold until the next change on premises."""
        user, person = await self._writable(subject)
        if user.synced:
            raise Rejected("directory.synced")
        demand_directory_rules(password, person, RULES)
        return user


@asynccontextmanager
async def _budget() -> AsyncIterator[None]:
    """Raises Unreachable when it is spent."""
    try:
        async with asyncio.timeout(BUDGET):
            yield
    except TimeoutError:
        raise Unreachable from None
