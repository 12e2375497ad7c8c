"""Tokens, links and what each window may see: names of windows signed, nothing of them kept."""

import hashlib
from dataclasses import dataclass, replace

from bot.conversation.interfaces import Gone, Stale, Standing
from bot.conversation.lifetimes import MOVES
from bot.conversation.view import PageOpened, Purpose, View
from bot.model.prompt import Ask, AskSecret, Choose, Option, Wait
from bot.model.reply import Word
from bot.model.step import HasPurpose
from bot.model.turn import PAGE
from bot.platform.ids import OptionId, WindowId, WordsId
from bot.platform.keyring import Keys


def browser_hash(cookie: str) -> str:
    """What is kept of a browser's cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""


@dataclass(frozen=True)
class Windows:
    """Signs and opens tokens, and projects a standing for one window."""

    keys: Keys

    def token(self, window: WindowId, turn: int) -> str:
        """Goes into every button: a forwarded one still names the window that it was made for."""
        return self._signed("button", f"{window}.{turn}")

    def read_token(self, token: str) -> tuple[WindowId, int]:
        """Inverse of `token`. Raises Stale."""
        window, _, turn = self._unsigned("button", token).rpartition(".")
        return WindowId(window), int(turn)

    def link(self, window: WindowId) -> str:
        """Path of the landing page."""
        return f"/l/{self._signed('link', window)}"

    def read_link(self, link: str) -> WindowId:
        """Inverse of `link`, without the "/l/". Raises Gone."""
        try:
            return WindowId(self._unsigned("link", link))
        except Stale as forged:
            raise Gone from forged

    def still_open(self, standing: Standing) -> None:
        """Raises Gone for a page of a conversation that is over."""
        if standing.closed or standing.window.kind != PAGE:
            raise Gone

    def view(self, standing: Standing) -> View:
        """What this window may see."""
        sealed = standing.window.sealed
        prompt = standing.step.ask()
        page = standing.sealed.id if standing.sealed else None
        if isinstance(prompt, Choose | Ask | AskSecret) and not sealed:
            prompt = replace(prompt, exhibit=None)
        if isinstance(prompt, Wait):
            page = prompt.link or page
            if not sealed:
                prompt = replace(prompt, number=None, sign_in=None)  # number and way are for the sealed window alone
            if prompt.link and prompt.link != standing.window.id:
                prompt = replace(prompt, options=())  # the landing's buttons are the landing's alone
        bound = standing.sealed
        return View(
            prompt=prompt,
            turn=standing.turn,
            token=self.token(standing.window.id, standing.turn),
            answerable=sealed or not isinstance(prompt, AskSecret),
            link=self.link(page) if page and not sealed and not standing.closed else None,
            notice=standing.notice,
            exits=() if standing.closed else _exits(standing),
            opened=PageOpened(bound.label, bound.bound_at) if bound else None,
            closed=standing.closed,
            busy=standing.busy,
            sealed=sealed,
            language=standing.party.language,
            asked=purpose_of(standing),
        )

    def _signed(self, purpose: str, what: str) -> str:
        return f"{what}~{self.keys.sign(purpose, what)}"

    def _unsigned(self, purpose: str, token: str) -> str:
        what, _, mac = token.rpartition("~")
        if not mac.isascii() or not self.keys.signed(purpose, what, mac):
            raise Stale
        return what


def purpose_of(standing: Standing) -> Purpose | None:
    """What its conversation is about, as pages tell it. None: not known yet."""
    first = standing.first
    return Purpose(first.about, standing.where, standing.began, standing.party.asker) if isinstance(first, HasPurpose) else None


def _exits(standing: Standing) -> tuple[Option, ...]:
    words = [Word.START_OVER, Word.CANCEL, Word.PERSON]
    if standing.window.sealed and standing.moves < MOVES:
        words.insert(0, Word.ELSEWHERE)
    if standing.window.chat and standing.sealed:
        words.insert(0, Word.NOT_ME)
    return tuple(Option(OptionId(w), WordsId(f"exit.{w}")) for w in words)
