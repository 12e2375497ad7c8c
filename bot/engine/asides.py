"""Never deaf: what is true for this very question when somebody asks about it instead of answering."""

from bot.conversation.interfaces import Notice, Standing
from bot.conversation.lifetimes import LIFETIME
from bot.engine.understand import options_of
from bot.identity.methods.registry import has_code
from bot.language.asides import Aside
from bot.model.prompt import Ask, AskSecret, Choose, Prompt, Text, Wait
from bot.model.reply import Reply, Word
from bot.platform.ids import Kind, OptionId
from bot.platform.sentences import args

ANOTHER_WAY = OptionId("other")  # the option that leads back from a method to the choice of one


def aside_answer(aside: Aside, standing: Standing, now: float) -> Notice | Reply:
    """A remark, with the question as it stands; or the way on, where what was said asks for one."""
    prompt = standing.step.ask()
    match aside:
        case Aside.LINK if isinstance(prompt, Wait | AskSecret) and not standing.window.sealed:
            return Reply(word=Word.ELSEWHERE)  # voids the old link, and whatever was done with it
        case Aside.BACK:
            return _back(prompt)
        case Aside.ANOTHER_ACCOUNT if standing.party.subject is None:
            return Reply(word=Word.START_OVER)
        case Aside.WHERE_CODE:
            return Notice(f"method.{kind}.where" if (kind := _asked_method(prompt)) and has_code(kind) else "aside.where_code")
        case Aside.WHY:
            return Notice(f"aside.why.{_place(prompt)}")
        case Aside.HOW_LONG | Aside.STATUS:
            return Notice(f"aside.{aside}", args(minutes=_minutes_left(standing, now)))
        case _:
            return Notice(f"aside.{aside}")


def _back(prompt: Prompt) -> Reply:
    if any(option.id == ANOTHER_WAY for option in options_of(prompt)):
        return Reply(choice=ANOTHER_WAY)
    return Reply(word=Word.START_OVER)


def _asked_method(prompt: Prompt) -> Kind | None:
    """The kind that is asked for; None where none is."""
    parts = prompt.id.split(".")
    return Kind(parts[1]) if parts[0] == "method" and parts[2] == "ask" and isinstance(prompt, Ask | AskSecret) else None


def _place(prompt: Prompt) -> str:
    if isinstance(prompt, Wait) and prompt.link:
        return "page"
    if _asked_method(prompt) or (isinstance(prompt, Choose) and prompt.id.startswith("verify.")):
        return "proof"
    if isinstance(prompt, Ask | AskSecret) and isinstance(prompt.field, Text) and prompt.field.what == "name":
        return "name"
    return "page" if isinstance(prompt, AskSecret) else "other"


def _minutes_left(standing: Standing, now: float) -> int:
    return max(1, round((standing.began + LIFETIME - now) / 60))
