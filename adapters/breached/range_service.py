"""Asks a range service for leaked passwords: five hex digits of a SHA-1 leave the house, and hundreds of others' come back."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import structlog

from adapters.http.bodies import bounded
from bot.doctor.finding import Finding, fail, ok
from bot.platform.egress import Egress
from bot.platform.secret import Secret

PATIENCE = 2.0  # seconds; a person waits, and a directory is written to afterwards
LARGEST = 1024 * 1024  # bytes; some 40 KB come
SENT = 5  # hex digits of the hash
WELL = 200
ASKED = {"Add-Padding": "true", "User-Agent": "Unlatch"}  # so that nobody on the way tells a question by its answer's size
EVERYBODYS = Secret("password")
log = structlog.get_logger()


@dataclass(frozen=True)
class RangeService:
    """Implements `LeakLookup` of bot/policy/breached.py, over the protocol of Have I Been Pwned's "Pwned Passwords"."""

    url: str
    egress: Egress = field(default_factory=Egress)

    async def leaked(self, password: Secret) -> bool | None:
        """None: it didn't answer in time, or not as such a service does."""
        text = password.reveal().encode("utf-8", "replace")
        digest = hashlib.sha1(text, usedforsecurity=False).hexdigest().upper()  # the service is made with it
        try:
            return _has(await self._range(digest[:SENT]), digest[SENT:])
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as silent:
            log.warning("breached_range.silent", why=type(silent).__name__)
            return None

    async def _range(self, first: str) -> str:
        url = f"{self.url.rstrip('/')}/{first}"
        async with (
            self.egress.session(PATIENCE) as session,
            session.get(url, headers=ASKED, proxy=self.egress.way(url), allow_redirects=False) as answer,
        ):
            body = await bounded(answer.content, LARGEST) if answer.status == WELL else None
        if not body:
            raise ValueError("no range")
        return body.decode("ascii")


async def findings(url: str, egress: Egress) -> AsyncIterator[Finding]:
    """What `unlatch doctor` sees of it: it has to know a password that everybody knows."""
    found = await RangeService(url, egress).leaked(EVERYBODYS)
    if found:
        yield ok("The range service of leaked passwords answers.")
    elif found is None:
        yield fail(
            f"The range service at {url} doesn't answer: new passwords are held against the built list and the banned words alone, or wait.",
            "Check [passwords] breached_range, and [egress]; the rule breached_must_answer says which of the two.",
        )
    else:
        yield fail(f"Whoever answers at {url} doesn't know the most common password.", "Check [passwords] breached_range.")


def _has(lines: str, rest: str) -> bool:
    """Lines of the rest of a hash, and how often it was seen; 0 is padding. Raises ValueError for anything else."""
    seen = [line.split(":") for line in lines.split()]
    return any(suffix.upper() == rest and count > 0 for suffix, count in [(one, int(many)) for one, many in seen])
