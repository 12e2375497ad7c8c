"""The keys that the Bot Framework signs with: fetched without holding anybody up, kept, and looked for anew when one is unknown."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import structlog

from adapters.teams.endpoints import Endpoints, same_origin
from adapters.teams.http_client import HttpClient, Unanswered
from bot.platform.clock import World

ISSUER = "https://api.botframework.com"
ALGORITHM = "RS256"
KEPT = 24 * 3600.0  # seconds that keys are believed (Microsoft: "refresh at least once every 24 hours")
LOOKS, WITHIN = 4, 20.0  # so many in so many seconds, for keys that aren't there: a stranger can name unknown ones all day
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`endorsements`: the channels whose tokens it may sign."""

    key: jwt.PyJWK
    endorsements: frozenset[str]


class NoKeys(Exception):  # noqa: N818 - an answer: nobody can be believed just now
    """The Bot Framework's keys can't be had."""


@dataclass
class SigningKeys:
    """One fetch at a time; what was known stays good while a fetch fails."""

    http: HttpClient
    endpoints: Endpoints
    world: World
    _keys: Mapping[str, SigningKey] = field(default_factory=dict)
    _at: float = 0.0  # of the newest answer
    _looks: tuple[float, ...] = ()  # when we looked, as far as it counts
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, name: str) -> SigningKey | None:
        """None: there is no such key. Raises NoKeys when that can't be found out."""
        if not self._fresh(name):
            async with self._lock:
                if not self._fresh(name):
                    await self._fetch()
        if not self._keys or self.world.now() - self._at > 2 * KEPT:
            raise NoKeys
        return self._keys.get(name)

    def _fresh(self, name: str) -> bool:
        now = self.world.now()
        if name in self._keys and now - self._at < KEPT:
            return True
        return len([at for at in self._looks if now - at < WITHIN]) >= LOOKS

    async def _fetch(self) -> None:
        now = self.world.now()
        self._looks = (*self._looks, now)[-LOOKS:]
        try:
            found = await self._found()
        except Unanswered:
            found = {}
        if keys := signing_keys(found):
            self._keys, self._at = keys, now
        else:
            log.warning("teams.no_keys")

    async def _found(self) -> Mapping[str, Any]:
        """Empty for anything that isn't the Bot Framework's."""
        about = await self.http.call("GET", self.endpoints.metadata)
        where = str(about.body.get("jwks_uri", ""))
        if not about.well or about.body.get("issuer") != ISSUER or not same_origin(where, self.endpoints.metadata):
            return {}
        answer = await self.http.call("GET", where)
        return answer.body if answer.well else {}


def signing_keys(found: Mapping[str, Any]) -> Mapping[str, SigningKey]:
    """By their names; what is no RSA key of theirs is left out."""
    given = found.get("keys")
    made: dict[str, SigningKey] = {}
    for one in given if isinstance(given, list) else []:
        if isinstance(one, dict) and one.get("kty") == "RSA" and isinstance(one.get("kid"), str):
            try:
                key = jwt.PyJWK(one, ALGORITHM)
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            endorsed = one.get("endorsements")
            made[one["kid"]] = SigningKey(key, frozenset(map(str, endorsed)) if isinstance(endorsed, list) else frozenset())
    return made
