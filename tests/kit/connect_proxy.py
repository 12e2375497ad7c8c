"""A company's proxy that looks inside: it takes CONNECT alone, shows a certificate of its own for every vendor, and answers for all of them."""

import json
import re
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.kit.certificates import Authority

SLICE = 65536
TOKEN = "eyJhbGciOiJub25lIn0.eyJyb2xlcyI6W119."  # {"alg": "none"}, {"roles": []}: nobody here looks at a signature


@dataclass
class ConnectProxy:
    """`connected` are the places that it was asked for, `asked` what was said inside: host, method and path."""

    address: str
    folder: Path
    names: tuple[str, ...]
    authority: Authority = field(default_factory=Authority.new)
    connected: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # what wasn't CONNECT, or wasn't believed
    _server: socket.socket = field(init=False)
    _inside: ssl.SSLContext = field(init=False)

    def __enter__(self) -> Self:
        self._inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._inside.load_cert_chain(*self.authority.issue(self.folder, self.names))
        self._server = socket.create_server((self.address, 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._one, args=(self._server.accept()[0],), daemon=True).start()

    def _one(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            method, place = _head(client)[0].split()[:2]
            if method != "CONNECT":
                self.others.append(f"{method} {place}")
                return
            self.connected.append(place)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                inside = self._inside.wrap_socket(client, server_side=True)
            except ssl.SSLError as error:
                self.others.append(f"{place} {error.reason}")
                return
            with inside:
                self._answer(inside, place.partition(":")[0])

    def _answer(self, inside: ssl.SSLSocket, host: str) -> None:
        method, path = _head(inside)[0].split()[:2]
        self.asked.append(f"{host} {method} {path}")
        body = json.dumps(_told(f"https://{host}", path.partition("?")[0])).encode()
        inside.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        inside.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def _told(origin: str, path: str) -> dict[str, object]:
    """As much as a vendor has to say for us to ask the next question."""
    if path.endswith(("openid-configuration", "openidconfiguration")):
        ways = {name: f"{origin}/{name}" for name in ("authorization_endpoint", "jwks_uri")}
        return {"issuer": origin, "token_endpoint": f"{origin}/token", **ways}
    return (
        {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}
        if path.endswith("/token")
        else {"ok": False, "error": "x"}
    )


def _head(wire: socket.socket) -> list[str]:
    """Lines of the head; the body is read as well, since what is left unread cuts the answer off."""
    octets = b""
    while b"\r\n\r\n" not in octets or len(octets.partition(b"\r\n\r\n")[2]) < _length(octets):
        if not (more := wire.recv(SLICE)):
            raise ConnectionResetError("hung up")
        octets += more
    return octets.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")


def _length(octets: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length: (\d+)", octets)
    return int(found[1]) if found else 0
