"""The first day: a manager or HR invites a joiner, whose own page shows a number that the inviter types, and a first method follows."""

from datetime import UTC, datetime

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.engine.exhibits import joining
from bot.model.codec import kept, step
from bot.model.prompt import Ask, AskSecret, Choose, Code, Option, PromptState, Text, Wait
from bot.model.reply import Reply
from bot.platform.ids import Action, CaseId, ChallengeId, GrantId, Line, OptionId, SubjectId, WordsId
from bot.platform.sentences import Misstep, args
from flows.my_methods import my_methods
from flows.page import Paged, open_page
from flows.register import Registering
from flows.verify import Proving, prove

TODAY = Option(OptionId("today"), WordsId("first_day.today"))
DONE = Option(OptionId("done"), WordsId("first_day.done"))
DATES = ("%Y-%m-%d", "%d.%m.%Y")
PAUSE = 3.0  # seconds until the joiner's page looks again


@kept("joiner.invite")
class InviteJoiner:
    """An invitation for `joiner`, by `subject`."""

    subject: SubjectId
    joiner: SubjectId
    case: CaseId | None = None
    action = Action.INVITE
    about = WordsId("about.invite")

    async def begin(self, desk: Desk) -> "Paged[Proving[Starting]] | Closed":
        """Who can't be invited is told before anything is proved."""
        if no := await desk.first_days.refusal(self.joiner):
            return Closed(no, state=PromptState.ERROR)
        return await open_page(self, desk)

    async def offers(self, desk: Desk) -> tuple[Option, ...]:
        """The inviter's own methods."""
        return await desk.identity.offers(self.subject, self.action)

    async def opened(self, choice: OptionId | None, desk: Desk) -> "Proving[Starting]":
        """Bound; now prove."""
        return await prove(self, desk, choice)

    async def granted(self, grant: GrantId, desk: Desk) -> "Starting":
        """The invitation has a step of its own, since a grant is used only once it is on disk."""
        return Starting(self.subject, self.joiner, grant, Line((await desk.people.person(self.joiner)).name))


@step("first_day.start")
class Starting:
    """When is their first day?"""

    subject: SubjectId
    joiner: SubjectId
    grant: GrantId
    name: Line

    def ask(self) -> AskSecret:
        """No secret, but asked on the page of whoever has proved who they are."""
        return AskSecret("first_day.start", Text(10, "number"), args(name=self.name), (TODAY,))

    async def answer(self, reply: Reply, desk: Desk) -> "LinkShown":
        """Today means from now on."""
        now = desk.first_days.links.world.now()
        start = now if reply.choice == TODAY.id else _date(reply.text or "")
        login = Line((await desk.people.person(self.joiner)).login)
        return LinkShown(self.subject, await desk.first_days.send(self.joiner, self.grant, start), self.name, login)


def _date(text: str) -> float:
    """Raises Misstep for what is none."""
    for shape in DATES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    raise Misstep("first_day.bad_date")


@step("first_day.sent")
class LinkShown:
    """This is their link. Have you passed it on?"""

    subject: SubjectId
    token: Line
    name: Line
    login: Line

    def ask(self) -> Choose:
        """The link is an exhibit; without its number it opens nothing."""
        return Choose("first_day.sent", (DONE,), args(name=self.name), exhibit=joining(self.token))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """What comes on the day itself."""
        return Closed(WordsId("first_day.prepared"), self.login, state=PromptState.DONE)


@kept("joiner.bring")
class BringJoiner:
    """The inviter has the joiner before them, or on the phone."""

    joiner: SubjectId
    about = WordsId("about.bring")

    async def begin(self, desk: Desk) -> "WhichNumber | Closed":
        """Everything is asked again on the day itself."""
        if no := await desk.first_days.refusal(self.joiner):
            return Closed(no, state=PromptState.ERROR)
        return WhichNumber(self.joiner, Line((await desk.people.person(self.joiner)).name))


@step("first_day.which")
class WhichNumber:
    """Which number does their page show?"""

    joiner: SubjectId
    name: Line

    def ask(self) -> Ask:
        """Typed, so that nobody brings anybody by a click."""
        return Ask("first_day.which", Code(), args(name=self.name))

    async def answer(self, reply: Reply, desk: Desk) -> Closed:
        """Theirs, or asked again."""
        await desk.first_days.bring(self.joiner, reply.secret)
        return Closed(WordsId("first_day.brought"), self.name, state=PromptState.DONE)


@kept("first_day")
class FirstDay:
    """The joiner's side, by the link that `token` ends."""

    subject: SubjectId
    token: Line
    case: CaseId | None = None
    action = Action.REGISTER
    about = WordsId("about.first_day")

    async def begin(self, desk: Desk) -> "NumberShown":
        """The page is bound already."""
        link = await desk.first_days.opened(self.token)
        name = Line((await desk.people.person(link.by)).name)
        return NumberShown(self, *await desk.first_days.show(link), name)

    async def granted(self, grant: GrantId, desk: Desk) -> Registering:
        """From here it is the registration that everybody has."""
        return await my_methods(self.subject, grant, desk)


@step("first_day.number")
class NumberShown:
    """Has your colleague typed this number?"""

    invited: FirstDay
    challenge: ChallengeId
    number: int
    by: Line

    def ask(self) -> Wait:
        """It compares two screens; whoever learns it can do nothing with it."""
        return Wait("first_day.number", args(by=self.by), number=self.number, after=PAUSE)

    async def look(self, desk: Desk) -> "NumberShown | Proving[Registering]":
        """Typed, or not yet."""
        if await desk.first_days.introduced(self.invited.token, self.challenge, self.number):
            return await prove(self.invited, desk)
        return self
