"""Writeback agents: how they are, asking one in, letting one in, stopping one. For admins, and each act with fresh proofs on our page."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.engine.exhibits import invited
from bot.model.agents import InvitationId, KnownAgent, Stand, fingerprint
from bot.model.codec import kept, step
from bot.model.facts import Restarted
from bot.model.prompt import AskSecret, Choose, Lines, Option, PromptState, Text
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, GrantId, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import Args, args
from bot.writeback.admitting import HALF
from flows.opening import Opening
from flows.page import Paged, open_page
from flows.verify import Proving, prove

DONE = Option(OptionId("done"), WordsId("agents.done"))
MAKE = Option(OptionId("make"), WordsId("agents.make"))
ANOTHER = Option(OptionId("another"), WordsId("agents.another"))
STOP = Option(OptionId("stop"), WordsId("agents.stop_it"))
KEEP = Option(OptionId("keep"), WordsId("agents.keep_it"))


class Act(StrEnum):
    """What an admin does."""

    INVITE = "invite"
    APPROVE = "approve"
    STOP = "stop"


@kept("agents")
class Agents:
    """How they are."""

    about = WordsId("about.agents")

    async def begin(self, desk: Desk) -> "AgentList":
        """For admins alone. What somebody asked in they don't let in."""
        me = (await desk.agents.admin()).subject
        known = await desk.agents.known_agents()
        asks = tuple(_option(Act.INVITE, name, name) for name in desk.agents.directories)
        lets = [k.agent for k in known if k.agent.stand is Stand.WAITING and k.agent.invited_by != me]
        stops = [k.agent for k in known if k.agent.stand is not Stand.STOPPED]
        options = (
            *(_option(Act.APPROVE, a.id, a.name) for a in lets),
            *asks,
            *(_option(Act.STOP, a.id, a.name) for a in stops),
        )
        return AgentList(me, await standing(desk), options)


async def standing(desk: Desk) -> "tuple[AgentLine, ...]":
    """How they are at this moment, for the page as well."""
    now = desk.agents.world.now()
    return tuple(line_of(one, now) for one in await desk.agents.known_agents())


@kept("agents.line")
class AgentLine:
    """One agent's."""

    words: WordsId
    name: Line
    directory: Line
    since: Line

    @property
    def args(self) -> Args:
        """What the sentence is filled with."""
        return args(name=self.name, directory=self.directory, since=self.since)


@step("agents.list")
class AgentList:
    """These are the writeback agents. What would you like to do?"""

    subject: SubjectId
    agents: tuple[AgentLine, ...]
    options: tuple[Option, ...]

    def ask(self) -> Choose:
        """As they were when it was asked."""
        return Choose("agents.list" if self.agents else "agents.none", (*self.options, DONE), content=_shown(self.agents))

    async def answer(self, reply: Reply, desk: Desk) -> "Opening[Paged[Proving[Ruling]]] | Closed":
        """Each act begins anew, on a page."""
        if reply.choice in (None, DONE.id):
            return Closed(WordsId("agents.closed"))
        act, _, about = (reply.choice or "").partition(":")
        wish = Opening(AgentRule(self.subject, Act(act), Line(about)))
        desk.turn.note(Restarted(desk.turn.conversation, unbind=False, first=wish))
        return wish


@kept("agents.rule")
class AgentRule:
    """One act, on one agent or for one directory."""

    subject: SubjectId
    act: Act
    of: Line
    case: CaseId | None = None
    action = Action.AGENTS
    about = WordsId("about.agents")

    async def begin(self, desk: Desk) -> "Paged[Proving[Ruling]]":
        """What can't be done is told before anything is proved."""
        await desk.agents.admin()
        if self.act is Act.APPROVE:
            await desk.agents.waiting(self.of)
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """The admin's own methods: two of them, by the admin rule."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[Ruling]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "Ruling":
        """The act has a step of its own, since a grant is spent only once it is on disk."""
        there = await standing(desk)
        if self.act is Act.INVITE:
            return Inviting(self.subject, grant, self.of, there)
        agent = await desk.agents.agent(self.of)
        name = Line(agent.name)
        if self.act is Act.STOP:
            return Stopping(self.subject, grant, self.of, name, there)
        return Comparing(self.subject, grant, self.of, name, Line(fingerprint(agent.key)[:HALF]), there)


@step("agents.invite")
class Inviting:
    """Make a code for a new agent?"""

    subject: SubjectId
    grant: GrantId
    directory: Line
    agents: tuple[AgentLine, ...] = ()

    def ask(self) -> Choose:
        """It is good for ten minutes."""
        return Choose("agents.invite", (MAKE, KEEP), args(directory=self.directory), content=_shown(self.agents))

    async def answer(self, reply: Reply, desk: Desk) -> "AgentCodeShown | Closed":
        """Made, and on the audit."""
        if reply.choice == KEEP.id:
            return Closed(WordsId("agents.closed"))
        return AgentCodeShown(self.subject, await desk.agents.invite(self.grant, self.directory))


@step("agents.code")
class AgentCodeShown:
    """This is the code. Who else will compare the fingerprint?"""

    subject: SubjectId
    invitation: InvitationId

    def ask(self) -> Choose:
        """The code is an exhibit: shown on the sealed page, and kept nowhere."""
        return Choose("agents.code", (DONE,), exhibit=invited(self.invitation))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """Whoever asked for it can't let it in."""
        return Closed(WordsId("agents.invited"), state=PromptState.DONE)


@step("agents.compare")
class Comparing:
    """What does the agent's own machine show?"""

    subject: SubjectId
    grant: GrantId
    agent: Line
    name: Line
    start: Line  # the first half of its fingerprint
    agents: tuple[AgentLine, ...] = ()

    def ask(self) -> AskSecret:
        """Half of it is shown; the rest has to be read from the other screen, so nobody can press it through unread."""
        asked = args(name=self.name, start=self.start)
        return AskSecret("agents.compare", Text(60, "fingerprint"), asked, (ANOTHER,), _shown(self.agents))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """The same: let in. Another one: thrown out."""
        if reply.choice == ANOTHER.id:
            await desk.agents.stop(self.grant, self.agent)
            return Closed(WordsId("agents.thrown_out"), self.name, state=PromptState.DONE)
        await desk.agents.approve(self.grant, self.agent, reply.text or "")
        return Closed(WordsId("agents.approved"), self.name, state=PromptState.DONE)


@step("agents.stop")
class Stopping:
    """Stop this agent for good?"""

    subject: SubjectId
    grant: GrantId
    agent: Line
    name: Line
    agents: tuple[AgentLine, ...] = ()

    def ask(self) -> Choose:
        """It would have to be enrolled anew."""
        return Choose("agents.stop", (STOP, KEEP), args(name=self.name), content=_shown(self.agents))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """From now on it is asked nothing."""
        if reply.choice == KEEP.id:
            return Closed(WordsId("agents.closed"))
        await desk.agents.stop(self.grant, self.agent)
        return Closed(WordsId("agents.stopped"), self.name, state=PromptState.DONE)


Ruling: TypeAlias = Inviting | Comparing | Stopping


def _shown(agents: tuple[AgentLine, ...]) -> Lines | None:
    return Lines(tuple((a.words, a.args) for a in agents)) if agents else None


def _option(act: Act, about: str, shown: str) -> Option:
    return Option(OptionId(f"{act}:{about}"), WordsId(f"agents.act.{act}"), Line(shown))


def line_of(known: KnownAgent, now: float) -> AgentLine:
    """How it is, and since when."""
    agent, there = known.agent, known.presence
    at = there.since if known.alive(now) else there.seen
    since = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC" if at else ""
    return AgentLine(WordsId(f"agents.line.{_state(known, now)}"), Line(agent.name), Line(agent.directory), Line(since))


def _state(known: KnownAgent, now: float) -> str:
    if known.agent.stand is not Stand.APPROVED:
        return known.agent.stand
    if known.alive(now):
        return "up"
    if not known.presence.seen:
        return "never"
    return "stop_file" if known.presence.why == "stop_file" else "silent"
