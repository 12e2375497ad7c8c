"""The way out: whether through a proxy, and whose certificates are believed besides those that the machine trusts. One for all clients."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    import aiohttp

log = structlog.get_logger()


@dataclass(frozen=True)
class Egress:
    """`proxy` is asked by CONNECT, for https alone: what is asked in clear is this very machine. `ca_file`: of a proxy that looks inside.

    Directories aren't reached by it: whom they trust is said at each of them.
    """

    proxy: str = ""
    ca_file: Path | None = None
    _trust: list[ssl.SSLContext] = field(default_factory=list, repr=False, compare=False)

    def trust(self) -> ssl.SSLContext:
        """The same each time. Raises OSError for a `ca_file` that holds no certificates."""
        if not self._trust:
            made = ssl.create_default_context()
            if self.ca_file:
                made.load_verify_locations(self.ca_file)
            self._trust.append(made)
        return self._trust[0]

    def look_again(self) -> bool:
        """Somebody's certificate wasn't believed: the file may hold another one by now. Whether there is anything to be tried again."""
        if self.ca_file is None:
            return False
        try:
            self.trust().load_verify_locations(self.ca_file)
        except OSError as error:
            log.warning("egress.ca_file", fault=type(error).__name__)
            return False
        return True

    def way(self, url: str) -> str | None:
        """The proxy that leads to an address; None: straight."""
        return self.proxy or None if url.startswith(("https://", "wss://")) else None

    def session(
        self, seconds: float, trust: ssl.SSLContext | None = None, proxy: str | None = None, **more: Any
    ) -> "aiohttp.ClientSession":
        """For one running loop: no cookies, and an end to each wait. `trust`: for one who is believed by other certificates.

        `proxy`: for a library that asks by itself; everybody else says `way` with each question.
        """
        import aiohttp  # noqa: PLC0415 - heavy, and some commands ask nobody

        class TrustingConnector(aiohttp.TCPConnector):
            """Looks at the certificates anew, once, when one isn't believed."""

            async def connect(connector, *asked: Any, **how: Any) -> Any:  # noqa: N805 - `self` is the way out
                try:
                    return await super().connect(*asked, **how)
                except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
                    if trust or not self.look_again():
                        raise
                    return await super().connect(*asked, **how)

        return aiohttp.ClientSession(
            connector=TrustingConnector(ssl=trust or self.trust()),
            timeout=aiohttp.ClientTimeout(total=seconds, **more),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy,
        )
