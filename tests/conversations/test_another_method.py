"""A method that this file alone adds: a hardware token is registered, proves, and resets, and nothing else knows its name."""

import gettext
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from bot.identity.assurance import Need, enough, useful
from bot.identity.methods.method import DependenceGroup, Method
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import ShownAndTried, TypedCode
from bot.identity.methods.tools import Right, Tools
from bot.identity.registered import Registered
from bot.language import translations
from bot.model.facts import Challenged
from bot.model.prompt import Code
from bot.platform.clock import World
from bot.platform.ids import Action, Kind
from bot.platform.secret import Secret
from bot.policy.policy import DEFAULT, MethodRules, Policy
from tests.kit.callers import LABELS, Caller, Channel
from tests.kit.kinds import TOTP
from tests.kit.method_sentences import needed
from tests.kit.registering import house, on_file, sits_down
from tests.kit.residents import GOOD
from tests.kit.town import Town

HARDWARE = DependenceGroup("hardware")
READ = Code(8)


def made(world: World) -> Secret:
    return Secret(world.bytes(20).hex())


def link(seed: Secret, account: str, company: str) -> Secret:
    return Secret(f"token:{company}:{account}:{seed.reveal()}")


def shows(seed: Secret, at: float) -> tuple[Secret, int]:
    """The same for a minute."""
    mac = hashlib.sha256(f"{seed.reveal()} {int(at) // 60}".encode()).digest()
    return Secret(f"{int.from_bytes(mac[:8]) % 10**READ.digits:0{READ.digits}}"), 60 - int(at) % 60


async def right(asked: Challenged, given: Secret, mine: Sequence[Registered], tools: Tools) -> Right | None:
    token = next((m for m in mine if m.id == asked.method), None)
    return Right(token.id) if token and given.equals(shows(token.secret, tools.world.now())[0]) else None


@dataclass(frozen=True)
class HardwareToken(Method):
    """As one file in bot/identity/methods/ would have it."""

    kind: Kind
    strength: int
    group = HARDWARE
    lifetime = 600
    nist = "single-factor OTP (3.1.4)"
    asks = TypedCode(right, READ)
    registers = ShownAndTried(made, link, shows)


TOKEN, FOB = HardwareToken(Kind("token"), 7), HardwareToken(Kind("fob"), 6)
EVERY = (*DEFAULT, TOKEN.kind, FOB.kind)


class WithWords(gettext.NullTranslations):
    """The catalogue, and what the two bring along."""

    def __init__(self, known: gettext.NullTranslations) -> None:
        super().__init__()
        self.known, self.brought = known, {id: f"A {id.split('.')[1]} ({id})" for each in (TOKEN, FOB) for id in needed(each)}

    def gettext(self, message: str) -> str:
        return self.brought.get(message) or self.known.gettext(message)


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both in the registry, as if its list had two lines more."""
    plain: Callable[[str], gettext.NullTranslations] = translations._catalogue
    monkeypatch.setattr(translations, "_catalogue", lambda language: WithWords(plain(language)))
    for method in (TOKEN, FOB):
        monkeypatch.setitem(METHODS, method.kind, method)
        monkeypatch.setitem(LABELS, method.kind, f"A {method.kind}")


@pytest.fixture
async def furnished(town: Town, plugged: None) -> Town:
    """A town whose rules list both; a replica that was built with them serves it."""
    await town.replica()
    await town.use_policy(replace(house(), methods=MethodRules(required=1, available=EVERY)))
    return town


async def adds(caller: Caller, method: Method) -> Secret:
    """The seed is read off the page, and the token tried."""
    await caller.picks(f"A {method.kind} (method.{method.kind}.add)")
    assert await caller.at() == f"method.{method.kind}.register"
    key = re.search(r'class="key">([0-9a-f-]+)<', await caller.page.reads())
    assert key is not None
    seed = Secret(key[1].replace("-", ""))
    caller.town.secrets.add(seed.reveal())
    await caller.types(reading(seed, caller.town))
    return seed


def reading(seed: Secret, town: Town) -> str:
    return shows(seed, town.clock.now)[0].reveal()


@pytest.mark.parametrize("channel", [Channel.TERMINAL, Channel.DEMO, Channel.PORTAL], ids=str)
async def test_it_is_registered_and_proves_and_resets(furnished: Town, channel: Channel) -> None:
    dev = Caller(furnished, "dev", channel)
    await sits_down(dev, TOTP)
    seed = await adds(dev, TOKEN)
    assert len(await on_file(furnished, "dev", TOKEN.kind)) == 1
    await dev.picks("That's all")
    furnished.clock.passes(60)
    again = Caller(furnished, "dev", channel)
    await again.wants("reset")
    await again.begins_with(TOKEN.kind)
    assert await again.at() == f"method.{TOKEN.kind}.ask"
    await again.types("00000000")
    assert await again.notice() == f"method.{TOKEN.kind}.wrong"
    await again.types(reading(seed, furnished))
    await again.picks("I need a new password")
    await again.types(GOOD)
    assert await furnished.signs_in("dev", GOOD) == "right"


async def test_two_of_one_group_are_registered_and_are_one(furnished: Town) -> None:
    rules = replace(furnished.policy, methods=MethodRules(required=2, available=EVERY))
    dev = Caller(furnished, "dev", Channel.TERMINAL)
    await sits_down(dev, TOTP)
    seed = await adds(dev, TOKEN)
    await adds(dev, FOB)
    await dev.picks("That's all")
    await furnished.use_policy(rules)
    furnished.clock.passes(60)
    again = Caller(furnished, "dev", Channel.TERMINAL)
    await again.wants("reset")
    await again.begins_with(TOKEN.kind)
    await again.types(reading(seed, furnished))
    assert await again.at() == f"method.{TOTP}.ask"  # the other token is of no use beside this one


def test_two_kinds_of_one_group_do_not_count_as_two(plugged: None) -> None:
    two = Policy(methods=MethodRules(required=2, available=EVERY))
    for need in (Need(Action.RESET, admin=False), Need(Action.RESET, admin=True), Need(Action.REGISTER, admin=False)):
        assert not enough(two, need, [TOKEN.kind, FOB.kind])
        assert enough(two, need, [TOKEN.kind, TOTP])
        assert useful(two, need, [], [TOKEN.kind, FOB.kind]) == ()
        assert useful(two, need, [TOKEN.kind], [FOB.kind, TOTP]) == (TOTP,)


def test_one_that_is_two_by_itself_counts_so(plugged: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HardwareToken, "counts_as_two", True)
    need = Need(Action.RESET, admin=True)
    assert enough(Policy(methods=MethodRules(required=2, available=EVERY)), need, [TOKEN.kind])
    assert useful(Policy(methods=MethodRules(required=2, available=EVERY)), need, [], [TOKEN.kind, FOB.kind]) == (
        TOKEN.kind,
        FOB.kind,
    )
