"""What people typed and were told, and what the driver itself did: what the truth is held against at the end."""

import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.plan import Talk

UNTOUCHED = "nothing was changed"  # as a page said of the password that was typed on it


@dataclass(frozen=True)
class Told:
    """`words` is the prompt's id, or UNTOUCHED; `passwords` what it may be about: typed last, and before that without an answer."""

    talk: int
    login: str
    words: str
    passwords: tuple[str, ...]
    at: float


@dataclass
class Ledger:
    """`planted` may be found nowhere in the database, its log, or the replicas'; of `codes` so with their digits alone."""

    planted: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    tried: dict[str, str] = field(default_factory=dict)  # password: whose
    by_hand: list[tuple[float, str, str]] = field(default_factory=list)  # when, whose, which password
    told: list[Told] = field(default_factory=list)
    ends: dict[int, str] = field(default_factory=dict)  # how each talk ended, as its person saw it
    seen: dict[int, str] = field(default_factory=dict)  # what each talk's person looked at last
    answers: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    breaks: list[float] = field(default_factory=list)  # when a letter on its way may have been broken off
    refused: list[int] = field(default_factory=list)  # exit codes of replicas whose clocks were too far off

    def tries(self, talk: Talk, password: str) -> None:
        self.planted.add(password)
        self.tried[password] = talk.login

    def hears(self, talk: Talk, words: str, *passwords: str) -> None:
        self.told.append(Told(talk.number, talk.login, words, passwords, time.time()))
