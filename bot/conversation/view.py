"""One conversation as one window sees it: everything that a renderer needs, nothing that it must decide."""

from dataclasses import dataclass

from bot.conversation.interfaces import Notice
from bot.model.asker import Asker
from bot.model.prompt import Option, Prompt


@dataclass(frozen=True, slots=True)
class PageOpened:
    """The bound page, as every window tells it: "opened in Firefox on Windows, 09:12"."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the conversation is about, where it began, and when: stands on every page, so that nobody proves for a stranger's wish."""

    words: str  # a sentence of the catalogue: "A new password"
    where: str  # the kind of window that it began in
    at: float  # seconds since the epoch
    by: Asker | None = None  # the helpdesk asked for it


@dataclass(frozen=True, slots=True)
class View:
    """What to show. Secret fields are projected away for unsealed windows by the engine, not by the renderer."""

    prompt: Prompt
    turn: int
    token: str  # goes into every button and form; names window and turn, signed
    answerable: bool  # False: a secret is asked for, and this window isn't the sealed page; show `link` instead
    link: str | None  # absolute path "/l/<token>" of the landing page, to be joined to the configured base_url
    notice: Notice | None  # a passing remark, shown above the prompt
    exits: tuple[Option, ...]  # always-there words as buttons: cancel, start over, a person, another device, "that wasn't me"
    opened: PageOpened | None
    closed: bool
    busy: bool  # being worked on; look again soon
    sealed: bool  # this window is the bound page
    language: str
    asked: Purpose | None = None  # None: not known yet, nothing has been wished
