"""A directory that is reached through agents: the port of bot/directory/interfaces.py, each call of which is a request to one of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.writeback.messages import Garbage
from adapters.writeback.paging import MORE
from adapters.writeback.relay import Relay
from adapters.writeback.rpc import PAGE, Call, Verb, read_result
from bot.directory.interfaces import Changes, DirectoryRules, Health, Person, Rejected, SignIn, State, Unreachable, Write
from bot.model.agents import Stand
from bot.platform.ids import Action, SubjectId, directory_of
from bot.platform.secret import Secret

PIECES = 20_000  # of one answer, at the most


@dataclass(frozen=True)
class AgentDirectory:
    """`writeback` and `unlock` are the settings' word; the agent has its own, and the last one."""

    name: str
    relay: Relay
    writeback: bool = True
    unlocks: bool = True
    advice: tuple[str, ...] = ("after_reset.sign_in_again",)

    async def find(self, text: str) -> Person | None:
        return self._ours(await self._call(Call(Verb.FIND, arguments={"text": travelling(text)})))

    async def person(self, subject: SubjectId) -> Person | None:
        return self._ours(await self._call(self._about(Verb.PERSON, subject)))

    async def state(self, subject: SubjectId) -> State:
        state: State = await self._call(self._about(Verb.STATE, subject))
        return state

    async def rules(self, subject: SubjectId) -> DirectoryRules:
        rules: DirectoryRules = await self._call(self._about(Verb.RULES, subject))
        return rules

    async def mark(self, subject: SubjectId, action: Action, at: str = "") -> str:
        stamp: str = await self._call(Call(Verb.MARK, travelling(subject), action))
        return stamp

    async def reset(
        self, subject: SubjectId, password: Secret, *, whatever_age: bool = False, write: Write | None = None
    ) -> None:
        """What the mark was isn't told to the agent: its directory may know no condition, and the next password waits."""
        if not self.writeback:
            raise Rejected("writeback.off")
        await self._call(self._about(Verb.RESET, subject, password=password.reveal(), whatever_age=whatever_age))

    async def unlock(self, subject: SubjectId) -> None:
        if not (self.writeback and self.unlocks):
            raise Rejected("writeback.off")
        await self._call(self._about(Verb.UNLOCK, subject))

    async def sign_in(self, subject: SubjectId, password: Secret) -> SignIn:
        said: SignIn = await self._call(self._about(Verb.SIGN_IN, subject, password=password.reveal()))
        return said

    async def bad_tries_left(self, subject: SubjectId) -> int:
        left: int = await self._call(self._about(Verb.BAD_TRIES_LEFT, subject))
        return left

    async def changes(self, since: str | None, limit: int | None = None) -> Changes:
        """Without a `limit` page by page all the same. A directory that knows no pages is told in pieces by its agent."""
        if limit is not None:
            return await self._page(since, limit)
        persons: list[Person] = []
        gone: list[SubjectId] = []
        whole = False
        while True:
            page = await self._page(since, PAGE)
            persons.extend(page.persons)
            gone.extend(page.gone)
            whole = whole or page.whole
            if len(page.persons) + len(page.gone) < PAGE or page.next == since:
                return Changes(persons, gone, page.next, whole)
            since = page.next

    async def health(self) -> Health:
        """Whether one is there; what it says of its own directory; and since when."""
        there = await self.relay.standing(self.name)
        if not there:
            return Health(ok=False, detail=await self._absent())
        try:
            health: Health = await self._call(Call(Verb.HEALTH))
        except Unreachable:
            return Health(ok=False, detail="The writeback agent is connected, but doesn't answer.")
        if not health.ok:
            return Health(ok=False, detail=f"The writeback agent is up, but its directory isn't well: {health.detail}")
        since = datetime.fromtimestamp(min(k.presence.since for k in there), UTC)
        many = f"{len(there)} of them share the work." if len(there) > 1 else "A second one would stand in for it."
        up = f"Your on-premises writeback client is up and running since {since:%Y-%m-%d %H:%M} UTC. {many}"
        return Health(ok=True, detail=up)

    def after_reset(self) -> tuple[str, ...]:
        return self.advice

    # ------------------------------------------------ what they are made of

    async def _call(self, call: Call) -> Any:
        try:
            return read_result(call.verb, await self.relay.call_agent(self.name, call))
        except Garbage as no:
            raise Unreachable from no

    def _about(self, verb: Verb, subject: SubjectId, **arguments: str | bool) -> Call:
        return Call(verb, travelling(subject), arguments=arguments)

    def _ours(self, person: Person | None) -> Person | None:
        """An agent speaks of its own directory's accounts, and of no others. Raises Unreachable."""
        if person is not None and directory_of(person.subject) != self.name:
            raise Unreachable
        return person

    async def _page(self, since: str | None, limit: int) -> Changes:
        """All pieces of one answer: what is told as the whole counts only whole."""
        page = last = await self._piece(since, limit)
        persons, gone = list(page.persons), list(page.gone)
        for _ in range(PIECES):
            if not last.next.startswith(MORE):
                return Changes(persons, gone, last.next, page.whole)
            last = await self._piece(last.next, limit)
            persons += last.persons
            gone += last.gone
        raise Unreachable  # no directory is as large as that

    async def _piece(self, since: str | None, limit: int) -> Changes:
        mark = None if since is None else travelling(since)
        found: Changes = await self._call(Call(Verb.CHANGES, arguments={"since": mark, "limit": limit}))
        if any(directory_of(s) != self.name for s in (*(p.subject for p in found.persons), *found.gone)):
            raise Unreachable
        return found

    async def _absent(self) -> str:
        mine = [k.agent for k in await self.relay.agents.agents() if k.agent.directory == self.name]
        if any(agent.stand is Stand.APPROVED for agent in mine):
            return "No writeback agent is connected."
        if any(agent.stand is Stand.WAITING for agent in mine):
            return "A writeback agent waits for an admin who compares its fingerprint."
        return "No writeback agent has been enrolled yet."


def travelling(text: str) -> str:
    """What JSON can carry. A text that had to be changed for it is nobody's name."""
    return text.encode("utf-8", "backslashreplace").decode()
