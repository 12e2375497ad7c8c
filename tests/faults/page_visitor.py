"""Somebody on a page: reads what stands there, does what is asked, and comes back whenever nothing was answered."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pyotp

from bot.platform.ids import Kind
from tests.faults.balancer import Balancer, Came
from tests.faults.ledger import UNTOUCHED, Ledger
from tests.faults.mailboxes import Mailboxes
from tests.faults.plan import Talk
from tests.faults.shown import Shown, page
from tests.faults.site import Member
from tests.kit.kinds import EMAIL, TOTP

LABELS = {EMAIL: "E-mail", TOTP: "Authenticator app"}
WORDS = ("Copper", "Lantern", "Meadow", "Gravel", "Tunic", "Almond", "Harbour", "Fjord", "Cedar", "Marble", "Quartz", "Willow")
MOST = 3  # passwords that somebody tries in one conversation
GONE, UNFINISHED, GAVE_UP = "the page is gone", "unfinished", "left without knowing"
AGAIN = "Send a new code"
BEGUN_AGAIN = {"accounts.directory_silent", "engine.cancel"}  # what nobody leaves it at


@dataclass
class Proofs:
    """What one member's mailbox and app hold. No letter says which conversation its code is for, so of several each is tried."""

    member: Member
    mail: Mailboxes
    ledger: Ledger
    _steps: set[int] = field(default_factory=set)
    _typed: Counter[str] = field(default_factory=Counter)

    def code(self, kind: Kind) -> str:
        """The newest of those that were typed least; empty while there is none."""
        if kind == EMAIL:
            codes = self.mail.codes[self.member.home]
            code = min(reversed(codes), key=self._typed.__getitem__) if codes else ""
        else:
            step = int(time.time()) // 30
            code = "" if step in self._steps else pyotp.TOTP(self.member.key).at(step * 30)
        self.ledger.codes.add(code)
        return code

    def used(self, kind: Kind, code: str) -> None:
        self._typed[code] += 1
        if kind == TOTP:
            self._steps.add(int(time.time()) // 30)


@dataclass
class PageVisitor:
    """In one browser. `at`: the page's address, once there is one."""

    talk: Talk
    member: Member
    proofs: Proofs
    balancer: Balancer
    ledger: Ledger
    chance: Random
    at: str = ""
    _cookie: str = ""
    _wrong: bool = False
    _unanswered: tuple[str, ...] = ()  # passwords that may have been taken
    _passwords: int = 0
    _asked: float = 0.0  # since when a code is waited for

    def __post_init__(self) -> None:
        self._wrong = self.talk.wrong_code

    async def starts(self, until: float) -> None:
        """At the portal, and in another conversation than before."""
        self.at = ""
        while not self.at and time.time() < until:
            self._went(await self._post("/start", wish=self.talk.wish))

    async def lands(self, link: str) -> bool:
        """Whether a page has become of a link: the first who opens it has it."""
        self.ledger.planted.add(link.rpartition("/")[2])
        landing = await self._send("GET", link)
        if landing.status != 200:
            return landing.status != 410
        picked = next((v for label, v in page(landing.text).options.items() if label.startswith(LABELS[self.talk.kind])), None)
        came = self._went(await self._post(link, **({"option": picked} if picked else {"open": "1"})))
        return came.status != 410

    async def goes_on(self, until: float) -> str:
        """To the last word."""
        while time.time() < until:
            shown = await self._looks()
            if shown.closed:
                self.ledger.hears(self.talk, shown.words, *self._unanswered)
                return shown.words
            if shown.words in ("reset.unconfirmed", "reset.moved") and self._passwords >= MOST:
                self.ledger.hears(self.talk, shown.words, *self._unanswered)
                return GAVE_UP
            await (asyncio.sleep(0.4) if shown.busy or not shown.words else self._answers(shown))
        return UNFINISHED

    async def _looks(self) -> Shown:
        came = await self._send("GET", self.at)
        self.ledger.seen[self.talk.number] = f"page {came.status}: {page(came.text).words} {page(came.text).remark}"
        if came.status == 404:
            return Shown(GONE, closed=True)
        if came.status != 200:
            await asyncio.sleep(0.5)
            return Shown()
        return page(came.text)

    async def _answers(self, shown: Shown) -> None:
        match shown.words:
            case "find.self":
                await self._says(shown, self.member.login)
            case "method.email.in_full":
                await self._says(shown, self.member.home)
            case "verify.how" | "page.open":  # opened, and then the directory was silent
                await self._presses(shown, LABELS[self.talk.kind])
            case "method.email.ask" | "undelivered.late":
                await self._types_code(shown, EMAIL)
            case "method.totp.ask":
                await self._types_code(shown, TOTP)
            case "reset.locked":
                await self._presses(shown, self.chance.choice(["I know it", "I need a new"]))
            case "reset.new" | "reset.unconfirmed" | "reset.moved":
                await self._chooses(shown)
            case "unlock.unconfirmed":
                await self._presses(shown, "Try again")
            case "unlock.not_locked":
                await self._presses(shown, "Leave it")
            case _:
                await asyncio.sleep(0.5)

    async def _types_code(self, shown: Shown, kind: Kind) -> None:
        self._asked = self._asked or time.time()
        code = self.proofs.code(kind)
        if not code and time.time() > self._asked + 40 and AGAIN in shown.options:
            self._asked = time.time()
            await self._presses(shown, AGAIN)
        elif not code:
            await asyncio.sleep(0.5)
        elif self._wrong:
            self._wrong = False
            await self._says(shown, f"{(int(code) + 1) % 10**6:06}")
        else:
            self.proofs.used(kind, code)
            await self._says(shown, code)

    async def _chooses(self, shown: Shown) -> None:
        """Each time another one, so that it can be told which was set."""
        if shown.words != "reset.new":
            self.ledger.hears(self.talk, shown.words, *self._unanswered)
            await asyncio.sleep(self.chance.uniform(0.2, 3))
        password = (
            f"{self.chance.choice(WORDS)}-{self.chance.choice(WORDS)}-{self.chance.randrange(10**4, 10**5)}-{self.talk.number}z"
        )
        self.ledger.tries(self.talk, password)
        self._passwords += 1
        before, self._unanswered = self._unanswered, (*self._unanswered, password)
        came = await self._says(shown, password)
        remark = page(came.text).remark
        if came.status in (409, 422):
            self._unanswered = before
            if "othing was changed" in remark:
                self.ledger.hears(self.talk, UNTOUCHED, password)
        if came.status == 422:
            await asyncio.sleep(1)

    async def _presses(self, shown: Shown, label: str) -> None:
        option = next((v for name, v in shown.options.items() if name.startswith(label)), None)
        if option is None:
            await asyncio.sleep(0.5)
        else:
            await self._post(self.at, token=shown.token, option=option)

    async def _says(self, shown: Shown, said: str) -> Came:
        return await self._post(self.at, token=shown.token, said=said)

    async def _post(self, path: str, **form: str) -> Came:
        haste = self.talk.impatient and self.chance.random() < 0.3
        came = await self._send("POST", path, form, haste=haste)
        if came.status in (0, 500, 503):
            await asyncio.sleep(self.chance.uniform(0.3, 1.5))
        return came

    async def _send(self, method: str, path: str, form: dict[str, str] | None = None, *, haste: bool = False) -> Came:
        headers = {"Cookie": f"browser={self._cookie}"} if self._cookie else {}
        came = await self.balancer.send(self.chance, method, path, form, headers, haste=haste)
        self._cookie = came.cookie or self._cookie
        return came

    def _went(self, came: Came) -> Came:
        if came.location.startswith("/p/"):
            self.at = came.location
        return came
