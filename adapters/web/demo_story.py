"""The demo's three stories: what whoever plays one does next, told from how things stand and from nothing that was clicked."""

from dataclasses import dataclass

from bot.conversation.view import View
from bot.directory.interfaces import State
from bot.model.prompt import Choose, Lines, Wait


@dataclass(frozen=True, slots=True)
class Story:
    """One door of the first screen. `login` plays it; `caller` is on the phone meanwhile; `wishes` are offered in the chat."""

    name: str  # its sentences are `demo.story.<name>`, and `.1`, `.2` and so on for its steps
    login: str
    steps: int
    wishes: tuple[str, ...]
    caller: str = ""
    links: tuple[tuple[int, str], ...] = ()  # steps that lead to another page


LOCKED = Story("locked", "ben", 3, ("unlock", "reset"))
CALLERS = Story("callers", "erin", 5, ("help",), caller="priya")
RULES = Story("rules", "adam", 5, ("coverage",), links=((2, "/roll-out"), (4, "/rules")))
STORIES = (LOCKED, CALLERS, RULES)
PLAIN = ("reset", "unlock", "change")  # what everybody else is offered in the chat


@dataclass(frozen=True, slots=True)
class Guide:
    """A story, and the step that comes next: 1 is the first, and one more than there are is the end."""

    story: Story
    at: int
    here: str = ""  # the page that it is shown on

    @property
    def link(self) -> str:
        """The page that the next step is taken on; empty: this one."""
        there = dict(self.story.links).get(self.at, "")
        return there if there != self.here else ""

    @property
    def done(self) -> bool:
        """Nothing is left to do."""
        return self.at > self.story.steps


def rules_guide(at: int, here: str) -> Guide:
    """On the pages of the rules, where each is a step."""
    return Guide(RULES, at, here)


def story_of(login: str) -> Story | None:
    """The story that this person plays."""
    return next((story for story in STORIES if story.login == login), None)


def guide(login: str, view: View | None, state: State | None) -> Guide | None:
    """`state`: how the account stands that it is about; None: nobody can tell now. None: no story is this person's."""
    match story := story_of(login):
        case None:
            return None
        case Story(name="locked"):
            return Guide(story, _locked(view, state))
        case Story(name="callers"):
            return Guide(story, _callers(view))
        case _:
            return Guide(story, 2 if view and view.prompt.id.startswith("coverage.report") else 1)


def _locked(view: View | None, state: State | None) -> int:
    if state and not state.locked:
        return LOCKED.steps + 1
    if view is None or view.closed:
        return 1
    return 2 if isinstance(view.prompt, Choose) else 3


def _callers(view: View | None) -> int:
    if view is None:
        return 1
    if view.prompt.id.startswith("case.end."):
        return CALLERS.steps + 1
    if isinstance(view.prompt, Wait) and view.prompt.id == "case.watch" and isinstance(view.prompt.content, Lines):
        lines = [id for id, _ in view.prompt.content.lines]
        return 5 if "case.line.granted" in lines else 3 if "case.line.not_opened" in lines else 4
    return 1 if view.closed else 2
