"""Stands for people's browsers, in a process of its own: walks whole resets at the portal, so that only the service is measured."""

import re
import sys
import time
from http.client import HTTPConnection
from urllib.parse import urlencode

import pyotp

HOST = "localhost:8400"


class Visitor:
    """One browser."""

    def __init__(self, port: int) -> None:
        self._wire = HTTPConnection("127.0.0.1", port)
        self._cookie = ""

    def ask(self, method: str, path: str, **form: str) -> tuple[str, str]:
        """The page, and where it leads."""
        headers = {"Host": HOST, "Origin": f"http://{HOST}", "Cookie": self._cookie}
        body = urlencode(form) if form else None
        self._wire.request(method, path, body, headers | {"Content-Type": "application/x-www-form-urlencoded"})
        answer = self._wire.getresponse()
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return answer.read().decode(), answer.getheader("Location", "")

    def resets(self, login: str, code: str, password: str) -> None:
        """From the portal's button to the last word."""
        _, page = self.ask("POST", "/start", wish="reset")
        self._types(page, said=login)
        self._types(page, option="totp")
        self._types(page, said=code)
        self._types(page, said=password)
        if "data-closed" not in self.ask("GET", page)[0]:
            raise SystemExit("the reset didn't come to its end")

    def _types(self, page: str, **given: str) -> None:
        shown, _ = self.ask("GET", page)
        token = re.search(r'name="token" value="([^"]+)"', shown)
        if token is None:
            raise SystemExit("a page without a question")
        self.ask("POST", page, token=token[1], **given)


def main(port: int, seed: str, start: float, first: int, times: int) -> None:
    """One reset each simulated hour, since allowances are counted by the hour and codes by the half minute."""
    for number in range(first, first + times):
        sys.stdout.write("next\n")
        sys.stdout.flush()
        at = float(sys.stdin.readline() or start)
        Visitor(port).resets("ana", pyotp.TOTP(seed).at(int(at)), f"Copper-Lantern-{number}-Meadow")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], time.time(), int(sys.argv[3]), int(sys.argv[4]))
