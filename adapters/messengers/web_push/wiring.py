"""Web Push, put together from the settings; only where what encrypts is installed, which is an extra."""

from collections.abc import Iterator
from importlib.util import find_spec

from bot.doctor.finding import Finding, ok
from bot.messaging.phone_push import PhonePush
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.keyring import Keys
from bot.settings.web_push import WebPushSection


def installed() -> bool:
    """By `pip install -r requirements/push.txt`."""
    return find_spec("pywebpush") is not None


def pushes(
    section: WebPushSection, base_url: str, keys: Keys, world: World, egress: Egress, *, is_demo: bool
) -> PhonePush | None:
    """A demo store pushes nothing to anybody, unless the settings name a host."""
    if not installed() or (is_demo and not section.hosts):
        return None
    from adapters.messengers.web_push.push_services import HOSTS, PushServices  # noqa: PLC0415 - an extra

    contact = section.contact or (base_url if base_url.startswith("https:") else "https://localhost")
    return PushServices(keys, world, contact, section.hosts, () if is_demo else HOSTS, egress)


def findings() -> Iterator[Finding]:
    """What `unlatch doctor` sees of it. It isn't wrong: the page works without, when people open it."""
    if not installed():
        yield ok(
            "Phones that approve are woken by nothing, and people open the page themselves: `pip install --require-hashes -r "
            "requirements/push.txt` adds pushes."
        )
