"""One connection to one LDAPS server: the only file that knows the library. Each wait has an end, each certificate is checked."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from ldap3 import (
    BASE,
    LEVEL,
    MODIFY_ADD,
    MODIFY_DELETE,
    MODIFY_REPLACE,
    NONE,
    SAFE_SYNC,
    SIMPLE,
    SUBTREE,
    Connection,
    Server,
    Tls,
)
from ldap3.core.exceptions import LDAPException

from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.errors import LdapRefused, SilenceReason, Silent
from bot.platform.secret import Secret

T = TypeVar("T")
Control = tuple[str, bool, bytes | None]  # its number, whether it is critical, its value in BER
CONNECT, ANSWER = 3.0, 5.0  # seconds until there is a connection with TLS, and until each answer
LDAPS, PAGE = 636, 500
PAGED = "1.2.840.113556.1.4.319"  # RFC 2696
SUCCESS, SIZE_LIMIT, REFERRAL, GONE, INVALID_CREDENTIALS = 0, 4, 10, 32, 49
BUSY = {3, 51, 52}  # timeLimitExceeded, busy, unavailable (RFC 4511 appendix A): nothing was done, ask again or elsewhere


class SearchScope(StrEnum):
    """How far below its base a search goes."""

    BASE = BASE
    LEVEL = LEVEL
    SUBTREE = SUBTREE


@dataclass(frozen=True, slots=True)
class BindAnswer:
    """How a bind went; `controls` are what came with it."""

    code: int
    text: str
    controls: Mapping[str, bytes]


class _Checked(Tls):  # type: ignore[misc]  # the library is without types
    """The certificate and its name are checked by Python itself, which knows addresses in certificates as well."""

    def __init__(self, context: ssl.SSLContext, name: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self.context, self.name, self.fault = context, name, ""

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's signature
        try:
            connection.socket.settimeout(CONNECT)
            connection.socket = self.context.wrap_socket(connection.socket, server_hostname=self.name)
            connection.socket.settimeout(ANSWER)
        except ssl.SSLCertVerificationError as unsafe:
            self.fault = unsafe.verify_message
            raise


class LdapConnection:
    """For one thread at a time; `cut` may come from another."""

    def __init__(self, host: str, context: ssl.SSLContext, name: str = "") -> None:
        self.host, self._context, self._name = host, context, name
        self.given_up = self.wrote = False
        address, port = _address(host)
        self._tls = _Checked(context, name or address)
        server = Server(address, port, use_ssl=True, tls=self._tls, get_info=NONE, connect_timeout=CONNECT)
        self._link = Connection(
            server,
            client_strategy=SAFE_SYNC,
            receive_timeout=int(ANSWER),
            check_names=False,
            auto_referrals=False,
            auto_range=False,
            return_empty_attributes=False,  # else an answer with a range makes the library stumble over its own filling
            auto_escape=False,
            auto_encode=False,
        )

    def open(self) -> "LdapConnection":
        """Connected, the certificate checked. Raises Silent."""
        try:
            self._heard(self._link.open, read_server_info=False)
        except Silent as silent:
            self.close()
            if self._tls.fault:
                raise Silent(SilenceReason.CERTIFICATE, self._tls.fault) from silent
            raise
        return self

    def bind(self, account: str, password: Secret, controls: Sequence[Control] = ()) -> BindAnswer:
        """Sign in. An empty password would be taken for nobody's and let in (RFC 4513 section 5.1.2), so it never leaves."""
        if not password.reveal():
            raise ValueError("an empty password signs nobody in")
        link = self._link
        link.user, link.authentication = account, SIMPLE
        link.password = password.reveal().encode("utf-8", "replace")  # octets cross as they are, text would be prepared
        try:
            _, result, _, _ = self._heard(link.bind, read_server_info=False, controls=list(controls) or None)
        finally:
            link.password = None
        if result["result"] in BUSY:
            raise Silent(text=result["description"])
        return BindAnswer(result["result"], result["message"], _controls(result))

    def search(
        self,
        base: str,
        filter: str = "(objectClass=*)",
        attributes: Sequence[str] = ("1.1",),
        scope: SearchScope = SearchScope.SUBTREE,
        controls: Sequence[Control] = (),
    ) -> list[Entry]:
        """Everything that fits, page by page; a base that isn't there holds nothing. Raises LdapRefused, Silent."""
        return [entry for page in self.pages(base, filter, attributes, scope, controls) for entry in page]

    def pages(
        self,
        base: str,
        filter: str,
        attributes: Sequence[str],
        scope: SearchScope = SearchScope.SUBTREE,
        controls: Sequence[Control] = (),
    ) -> Iterator[list[Entry]]:
        """What `search` finds, one page after the other."""
        cookie, paged = None, None if scope is SearchScope.BASE else PAGE
        while True:
            given = {"attributes": list(attributes), "controls": list(controls), "paged_size": paged, "paged_cookie": cookie}
            _, result, found, _ = self._heard(self._link.search, base, filter, scope.value, **given)
            if result["result"] not in {SUCCESS, GONE, REFERRAL}:
                raise self._no(result)
            yield [_entry(item) for item in found or () if item["type"] == "searchResEntry"]
            cookie = ((result.get("controls") or {}).get(PAGED) or {}).get("value", {}).get("cookie")
            if not cookie:
                return

    def base(self, dn: str, attributes: Sequence[str], controls: Sequence[Control] = ()) -> Entry | None:
        """One entry by its name. None: there is none, or we may not see it."""
        return next(iter(self.search(dn, attributes=attributes, scope=SearchScope.BASE, controls=controls)), None)

    def replace(self, dn: str, values: Mapping[str, Sequence[bytes]], controls: Sequence[Control] = ()) -> None:
        """Replace these attributes, all of them or none. Raises LdapRefused: nothing was changed; Silent: it is open."""
        self._modify(dn, {name: [(MODIFY_REPLACE, list(new))] for name, new in values.items()}, controls)

    def amend(
        self,
        dn: str,
        name: str,
        *,
        add: Sequence[bytes] = (),
        delete: Sequence[bytes] = (),
        controls: Sequence[Control] = (),
    ) -> None:
        """Add values to an attribute, or take some from it."""
        changes = [(how, list(what)) for how, what in ((MODIFY_ADD, add), (MODIFY_DELETE, delete)) if what]
        self._modify(dn, {name: changes}, controls)

    def add(self, dn: str, values: Mapping[str, Sequence[bytes]]) -> None:
        """Makes an entry. Raises as `replace` does."""
        self._write(self._link.add, dn, attributes={name: list(given) for name, given in values.items()})

    def delete(self, dn: str) -> None:
        """Deletes an entry. Raises as `replace` does."""
        self._write(self._link.delete, dn)

    def rename(self, dn: str, rdn: str) -> None:
        """Gives an entry another name in the same place. Raises as `replace` does."""
        self._write(self._link.modify_dn, dn, rdn)

    @contextmanager
    def another(self) -> Iterator["LdapConnection"]:
        """Another connection to the same server, not signed in."""
        other = LdapConnection(self.host, self._context, self._name).open()
        try:
            yield other
        finally:
            other.close()

    def certificate_ends(self) -> float:
        """When the server's certificate runs out, in seconds since the epoch."""
        return float(ssl.cert_time_to_seconds(self._link.socket.getpeercert()["notAfter"]))

    def stale(self) -> bool:
        """Whether the server hung up while nothing was asked."""
        try:
            self._link.socket.settimeout(0)
            return self._link.socket.recv(1) is not None
        except (BlockingIOError, ssl.SSLWantReadError):
            self._link.socket.settimeout(ANSWER)
            return False
        except OSError:
            return True

    def cut(self) -> None:
        """Nobody waits any more: whoever reads is woken, and nothing is written from now on."""
        self.given_up = True
        if self._link.socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._link.socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the socket; what was sent may still be carried out."""
        if self._link.socket is not None:
            with suppress(OSError):
                self._link.socket.close()

    def _modify(self, dn: str, changes: Mapping[str, Any], controls: Sequence[Control]) -> None:
        self._write(self._link.modify, dn, dict(changes), controls=list(controls) or None)

    def _write(self, what: Callable[..., Any], *given: object, **more: object) -> None:
        self.wrote = True  # first, so that whoever gives up and sees that it isn't knows that nothing will be
        if self.given_up:
            raise Silent(text="given up before anything was sent")
        _, result, _, _ = self._heard(what, *given, **more)
        if result["result"] != SUCCESS:
            raise self._no(result)

    def _heard(self, what: Callable[..., T], *given: object, **more: object) -> T:
        try:
            return what(*given, **more)
        except (LDAPException, OSError) as fault:
            raise Silent(text=type(fault).__name__) from fault
        except Exception as fault:
            raise Silent(text=type(fault).__name__) from fault

    def _no(self, result: Mapping[str, Any]) -> Exception:
        if result["result"] in BUSY:
            return Silent(text=result["description"])
        return LdapRefused(result["result"], result["message"], _controls(result))


def _address(host: str) -> tuple[str, int]:
    """`dc1`, `dc1:636`, `ldaps://dc1`, `[::1]:636`."""
    name, _, port = host.removeprefix("ldaps://").rstrip("/").rpartition(":")
    if not port.isdecimal() or (":" in name and not name.startswith("[")):
        name, port = host.removeprefix("ldaps://").rstrip("/"), str(LDAPS)
    return name.strip("[]"), int(port)


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(item["dn"], {name.lower(): values for name, values in item["raw_attributes"].items()})


def _controls(result: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: control["value"] or b"" for name, control in (result.get("controls") or {}).items()}
