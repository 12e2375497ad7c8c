"""A wire between client and server that can fall silent, or be cut: before a question arrives, or before its answer does."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

SLICE = 65536


@dataclass
class Proxy:
    """On a loopback port of its own. `silent`: whoever calls is let in and hears nothing; what is cut is cut once.

    `holds`: the next question is on its way, however long its caller waits or whether it hangs up, until `arrives`.
    """

    target: tuple[str, int]
    silent: bool = False
    cut_question: bool = False
    cut_answer: bool = False
    holds: bool = False
    arrives: threading.Event = field(default_factory=threading.Event)
    calls: int = 0
    _server: socket.socket = field(init=False)
    _open: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        for each in (self._server, *self._open):
            _hang_up(each)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def hangs_up(self) -> None:
        """On everybody who is connected."""
        for each in self._open:
            _hang_up(each)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self.calls += 1
                self._open.append(client)
                if not self.silent:
                    server = socket.create_connection(self.target)
                    self._open.append(server)
                    for way in ((client, server, True), (server, client, False)):
                        threading.Thread(target=self._pump, args=way, daemon=True).start()

    def _pump(self, source: socket.socket, to: socket.socket, question: bool) -> None:
        with suppress(OSError):
            while octets := source.recv(SLICE):
                if self._is_cut(question):
                    break
                if question and self.holds:
                    self.holds = False
                    self.arrives.wait()
                if not self.silent:
                    to.sendall(octets)
        for each in (source, to):
            _hang_up(each)

    def _is_cut(self, question: bool) -> bool:
        cut = self.cut_question if question else self.cut_answer
        if cut:
            self.cut_question = self.cut_answer = False
        return cut


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
