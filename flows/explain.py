"""Why can't somebody help themselves? For admins, for the helpdesk in part, and for whoever asks about their own account."""

from bot.conversation.closed import Closed
from bot.coverage.told import ToldLine, ToldTo, told
from bot.engine.desk import Desk
from bot.model.codec import kept, step
from bot.model.facts import Audited
from bot.model.prompt import Lines, PromptState, Say
from bot.platform.ids import Line, Origin, SubjectId, WordsId
from bot.platform.sentences import Refuse, args
from bot.policy.roles import TAKE_CALLS, Role

LOOKS = 60, 3600.0  # at somebody else's account, for one reader and hour


@kept("explain")
class Explain:
    """The question. `of`: the account that was named; None: whoever speaks asks about their own, which `page` shows as well."""

    of: SubjectId | None = None
    page: Line = Line("")
    about = WordsId("about.explain")

    async def begin(self, desk: Desk) -> "Explained | Closed":
        """Whoever isn't known hears how to find out, and nothing about any account."""
        party = desk.turn.party
        if party.subject is None or party.origin is not Origin.LINKED:
            return Closed(WordsId("explain.stranger"), self.page or Line("?"))
        if self.of in (None, party.subject):
            return await explained(party.subject, ToldTo.SELF, desk)
        return await explained(self.of or party.subject, await _reader(self.of or party.subject, party.subject, desk), desk)


async def explained(subject: SubjectId, reader: ToldTo, desk: Desk) -> "Explained":
    """By one pure function for everybody."""
    person, now = await desk.people.person(subject), desk.explanations.world.now()
    found = await desk.explanations.of(person)
    who = person.login if reader is ToldTo.SELF else f"{person.name} ({person.login})"
    return Explained(reader, Line(who), found.why_not is None, told(found, reader, now))


async def _reader(of: SubjectId, by: SubjectId, desk: Desk) -> ToldTo:
    """As what somebody may look at another's account; each look is on the audit. Raises Refuse."""
    me = await desk.people.person(by)
    roles = desk.people.roles.of(me) if me.enabled else frozenset()
    if not roles & {Role.ADMIN, *TAKE_CALLS}:
        raise Refuse("explain.not_yours")
    if not (await desk.identity.records.hit(f"explained-by:{by}", *LOOKS)).allowed:
        raise Refuse("explain.too_many")
    reader = ToldTo.ADMIN if Role.ADMIN in roles else ToldTo.AGENT
    desk.turn.note(Audited("account:reasons:shown", of, args(by=by, reader=reader, conversation=desk.turn.conversation)))
    return reader


@step("explain.told")
class Explained:
    """So it stands with this account."""

    reader: ToldTo
    who: Line
    can: bool
    lines: tuple[ToldLine, ...] = ()

    def ask(self) -> Say:
        """What would help stands first."""
        verdict = "can" if self.can else "cannot"
        words = f"explain.self.{verdict}" if self.reader is ToldTo.SELF else f"explain.other.{verdict}"
        lines = Lines(tuple((line.words, line.args) for line in self.lines)) if self.lines else None
        return Say(words, args(who=self.who), lines, PromptState.DONE)
