"""Access tokens for this application: fetched by msal in a thread, kept until shortly before they expire, and shown to nobody."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msal
import requests
import structlog

from adapters.directories.entra.cloud import CloudEndpoints
from bot.directory.interfaces import Unreachable
from bot.platform.clock import World
from bot.platform.secret import Secret

log = structlog.get_logger()

PATIENCE = 4.0  # seconds; with what Graph is given, less than a directory call may take
EARLY = 300.0  # seconds before its end that a token isn't used any more
SAFE = frozenset("abcdefghijklmnopqrstuvwxyz_")

Fetched = dict[str, Any]  # what msal gives: a token with its lifetime, or an error with its description
Fetch = Callable[[], Fetched]


@dataclass(frozen=True, slots=True)
class Application:
    """What we are to the tenant. One of `secret`, `certificate` (PEM with certificate and key) and `managed` has to be given."""

    tenant_id: str
    client_id: str
    secret: Secret | None = None
    certificate: Path | None = None
    managed: bool = False  # the machine's user-assigned identity, whose id is then `client_id`


@dataclass
class Tokens:
    """One at a time is fetched; whoever asks meanwhile waits for that one."""

    fetch: Fetch
    world: World
    _token: Secret = field(default_factory=lambda: Secret(""))
    _until: float = 0.0
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> Secret:
        """Raises Unreachable: nobody answers, or the application isn't known there (which `unlatch doctor` tells)."""
        async with self._alone:
            if self.world.now() >= self._until:
                await self._renew()
            return self._token

    def forget(self) -> None:
        """It was refused, so the next one is fetched."""
        self._until = 0.0

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await asyncio.to_thread(self.fetch)
        except (requests.RequestException, OSError, TimeoutError, ValueError, RuntimeError, KeyError) as silent:
            log.warning("entra.no_token", because=type(silent).__name__)
            raise Unreachable from None
        if not (token := found.get("access_token")):
            log.warning("entra.no_token", because=refusal(found))
            raise Unreachable
        self._token, self._until = Secret(token), self.world.now() + float(found["expires_in"]) - EARLY


def fetcher(application: Application, cloud: CloudEndpoints) -> Fetch:
    """The library asks for the tenant's description when it is made, so it is made when it is needed, in the thread."""
    made: list[Any] = []

    def fetch() -> Fetched:
        if not made:
            made.append(_managed(application, cloud) if application.managed else _client(application, cloud))
        if application.managed:
            return dict(made[0].acquire_token_for_client(resource=cloud.graph))
        made[0].remove_tokens_for_client()  # what is asked for here is a new one: keeping it is our own business
        found = dict(made[0].acquire_token_for_client(scopes=[f"{cloud.graph}/.default"]))
        if "access_token" not in found:  # the secret or the certificate may be another one by now: its file is read anew
            made.clear()
        return found

    return fetch


def refusal(found: Fetched) -> str:
    """The registered word (RFC 6749 section 5.2) and Microsoft's number; the long description is repeated nowhere."""
    word = str(found.get("error", ""))
    numbers = [number for number in found.get("error_codes") or () if isinstance(number, int)]
    return " ".join([word if set(word) <= SAFE else "error", *(f"AADSTS{number}" for number in numbers[:1])])


def _client(application: Application, cloud: CloudEndpoints) -> Any:
    return msal.ConfidentialClientApplication(
        application.client_id,
        authority=f"{cloud.authority}/{application.tenant_id}",
        client_credential=_credential(application),
        instance_discovery=False,  # the authority is ours to choose, and never comes from outside
        http_client=_session(cloud),
    )


def _credential(application: Application) -> object:
    if application.certificate:
        pem = application.certificate.read_text(encoding="ascii")
        return {"private_key": pem, "public_certificate": pem}
    return application.secret.reveal() if application.secret else None


def _managed(application: Application, cloud: CloudEndpoints) -> Any:
    identity = msal.UserAssignedManagedIdentity(client_id=application.client_id)
    return msal.ManagedIdentityClient(identity, http_client=_session(cloud))


class Trusting(requests.adapters.HTTPAdapter):
    """Believes whom the rest of us believes; the library's own list is of its own making."""

    def __init__(self, cloud: CloudEndpoints) -> None:
        self._trust = cloud.trust()
        super().__init__()

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        """Called by the library."""
        super().init_poolmanager(*given, ssl_context=self._trust, **named)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """Called by the library."""
        return super().proxy_manager_for(proxy, ssl_context=self._trust, **named)


def _session(cloud: CloudEndpoints) -> Any:
    """With an end to every wait. Certificates are named at each request: REQUESTS_CA_BUNDLE goes before what a session says."""
    session = requests.Session()
    session.headers["Connection"] = "close"  # the next token is an hour away
    ours: dict[str, Any] = {"timeout": PATIENCE / 2, **({"verify": str(cloud.ca_file)} if cloud.ca_file else {})}
    ours |= {"proxies": {"https": cloud.egress.proxy}} if cloud.egress.proxy else {}
    session.mount("https://", Trusting(cloud))
    session.request = partial(session.request, **ours)  # type: ignore[method-assign]  # where all its methods end
    return session
