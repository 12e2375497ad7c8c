"""After the proof, the cause: what is wrong with the account, and the smallest cure for it. Never before, since it tells a lot."""

from datetime import UTC, datetime

from bot.conversation.closed import Closed
from bot.directory.interfaces import State
from bot.engine.desk import Desk
from bot.model.prompt import Lines, PromptState
from bot.platform.clock import told
from bot.platform.ids import GrantId, Line, SubjectId, WordsId
from bot.platform.sentences import Misstep


async def state_of(subject: SubjectId, desk: Desk) -> State:
    """As the directory tells it; nothing wrong, when it is silent: the dialog goes on without a cause."""
    try:
        return await desk.accounts.state(subject)
    except Misstep:
        return State()


async def too_young(subject: SubjectId, grant: GrantId, desk: Desk) -> Closed | None:
    """The end, while the directory keeps the password for its minimum age; None: it may be replaced, or who knows."""
    try:
        until = await desk.accounts.kept_until(grant, subject)
    except Misstep:
        return None  # it is asked once more with the new password
    if not until:
        return None
    return Closed(WordsId("password.kept_until"), Line(told(until)), state=PromptState.ERROR)


def cause(state: State) -> tuple[str, Line]:
    """What is to be said, and since when: the end of a message id, and a date."""
    if state.expired:
        return "expired", _day(state.expires_at)
    return ("must_change" if state.must_change else "fine"), Line("")


def _day(at: float | None) -> Line:
    return Line(datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d") if at else "")


def afterwards(advice: tuple[WordsId, ...]) -> Lines | None:
    """What a new password will mean elsewhere, told on the page before it is set."""
    return Lines((("reset.afterwards", ()), *((str(a), ()) for a in advice))) if advice else None
