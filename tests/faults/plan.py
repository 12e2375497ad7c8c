"""What one seed means: who talks when, where and about what, and what goes wrong meanwhile. The same seed, the same plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from bot.platform.ids import Kind
from tests.faults.fates import Fate
from tests.kit.kinds import EMAIL, TOTP

REPLICAS, LONGEST = 2, 60.0


class Place(StrEnum):
    """Where somebody talks. At the portal they are a stranger."""

    PORTAL = "portal"
    SLACK = "slack"
    TEAMS = "teams"


class Fault(StrEnum):
    """What goes wrong."""

    KILLED = "a replica killed (SIGKILL)"
    FROZEN = "a replica frozen (SIGSTOP)"
    RESTARTED = "a replica restarted"
    SKEWED = "a replica's clock off by seconds"
    TOO_FAR = "a replica started with a clock that is far off"
    DIRECTORY_AWAY = "the directory away"
    DIRECTORY_WIRE = "a wire to the directory"
    DATABASE_AWAY = "the database restarted"
    DATABASE_WIRE = "a wire to the database"
    MAIL_AWAY = "the mail server away"
    MAIL_CUT = "a letter taken, and the answer lost"
    CHAT_TROUBLE = "Slack and Teams refuse, or lose an answer"
    BY_HAND = "an admin sets a password by hand"


@dataclass(frozen=True)
class Talk:
    """One conversation, from the first word to its end: its person does what is asked."""

    number: int
    login: str
    place: Place
    wish: str  # "reset" or "unlock"
    kind: Kind
    at: float  # seconds after the beginning
    wrong_code: bool  # once, before the right one
    doubled: bool  # each of its events comes twice, and an old one once more at the end
    impatient: bool  # goes away before some answers arrive


@dataclass(frozen=True)
class Disturbance:
    """One thing that goes wrong, for so long; a wire by what it does to which requests of one replica."""

    at: float
    fault: Fault
    replica: int
    seconds: float
    fate: Fate = Fate.PASSED
    request: str = ""
    times: int = 1
    login: str = ""


@dataclass(frozen=True)
class Plan:
    """Of one seed. `talking` seconds are talked; then everything heals, and what is open comes to its end."""

    seed: int
    talking: float
    talks: Sequence[Talk]
    disturbances: Sequence[Disturbance]

    @property
    def logins(self) -> Sequence[str]:
        """Everybody."""
        return sorted({talk.login for talk in self.talks})


# How often each comes among a hundred, and for how many seconds it lasts.
MIX: Sequence[tuple[Fault, int, tuple[float, float]]] = (
    (Fault.KILLED, 16, (0.2, 5.0)),
    (Fault.FROZEN, 9, (3.0, 34.0)),
    (Fault.RESTARTED, 6, (0.1, 2.0)),
    (Fault.SKEWED, 4, (-25.0, 25.0)),
    (Fault.TOO_FAR, 2, (40.0, 90.0)),
    (Fault.DIRECTORY_AWAY, 6, (1.0, 8.0)),
    (Fault.DIRECTORY_WIRE, 22, (1.0, 16.0)),
    (Fault.DATABASE_AWAY, 4, (0.5, 4.0)),
    (Fault.DATABASE_WIRE, 16, (0.5, 6.0)),
    (Fault.MAIL_AWAY, 4, (2.0, 30.0)),
    (Fault.MAIL_CUT, 4, (0.0, 1.0)),
    (Fault.CHAT_TROUBLE, 5, (0.0, 1.0)),
    (Fault.BY_HAND, 2, (0.0, 1.0)),
)
WIRES = {
    Fault.DIRECTORY_WIRE: ("new password", "new password", "new password", "search", "bind", "lock off"),
    Fault.DATABASE_WIRE: ("commit", "commit", "begin", "statement"),
}
BROKEN = (Fate.QUESTION_CUT, Fate.ANSWER_CUT, Fate.HELD, Fate.SLOW)


def planned(seed: int, conversations: int, talking: float, pause: float, longest: float = LONGEST) -> Plan:
    """`pause`: seconds between two disturbances, in the middle; none lasts longer than `longest`."""
    chance = Random(seed)
    talks = [_talk(chance, number, talking) for number in range(conversations)]
    for earlier, later in zip(talks[::7], talks[1::7], strict=False):  # some accounts in two conversations at once
        second = _talk(chance, later.number, talking)
        elsewhere = Place.PORTAL if second.place is earlier.place else second.place  # a chat holds one conversation
        kind = EMAIL if elsewhere is Place.PORTAL else second.kind
        at = earlier.at + chance.uniform(0, 6)
        talks[later.number] = replace(second, login=earlier.login, place=elsewhere, kind=kind, wish="reset", at=at)
    disturbances, at = [], chance.uniform(1, 3)
    while at < talking:
        disturbances.append(_disturbance(chance, at, longest, chance.choice(talks).login))
        at += chance.expovariate(1 / pause)
    return Plan(seed, talking, talks, disturbances)


def brief(seed: int) -> Plan:
    """A minute of it."""
    return planned(seed, conversations=16, talking=10.0, pause=0.8, longest=6.0)


def _talk(chance: Random, number: int, talking: float) -> Talk:
    place = chance.choice(list(Place))
    kind = EMAIL if place is Place.PORTAL or chance.random() < 0.6 else TOTP  # a stranger's app alone doesn't do
    wish = "unlock" if chance.random() < 0.2 else "reset"
    at, odds = chance.uniform(0, talking * 0.9), [chance.random() for _ in range(3)]
    return Talk(number, f"p{number}", place, wish, kind, at, odds[0] < 0.15, odds[1] < 0.4, odds[2] < 0.15)


def _disturbance(chance: Random, at: float, longest: float, login: str) -> Disturbance:
    (fault, _, span), *_ = chance.choices(MIX, [weight for _, weight, _ in MIX])
    seconds = chance.uniform(*span)
    if fault is not Fault.TOO_FAR:
        seconds = min(seconds, longest)
    made = Disturbance(at, fault, chance.randrange(REPLICAS), round(seconds, 2), login=login)
    if fault not in WIRES:
        return made
    fate, request = chance.choice(BROKEN), chance.choice(WIRES[fault])
    return Disturbance(at, fault, made.replica, made.seconds, fate, request, chance.randint(1, 3), login)
