"""People in browsers: whoever resets a password at our portal with nothing but forms, and whoever does at LTB Self Service Password."""

import html
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyotp
from aiohttp import ClientSession

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
Mail = Callable[[str], Awaitable[str]]


@dataclass
class Browser:
    """One browser, with one cookie of each name."""

    session: ClientSession
    address: str
    headers: Mapping[str, str]
    cookies: str = ""
    requests: int = 0

    async def ask(self, method: str, path: str, **form: str) -> tuple[str, str]:
        """The page, and where it leads."""
        headers = {**self.headers, "Cookie": self.cookies}
        asked = self.session.request(method, self.address + path, data=form or None, headers=headers, allow_redirects=False)
        async with asked as answer:
            page = await answer.text()
            if answer.status >= 400:
                raise SystemExit(f"{method} {path} was answered {answer.status}: {page[:300]}")
            self.requests += 1
            if answer.cookies:
                self.cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in answer.cookies.items())
            return page, answer.headers.get("Location", "")


class Visitor(Browser):
    """At ours."""

    async def resets(self, login: str, kind: str, secret: str, password: str, mail: Mail) -> None:
        """From the portal's button to the last word. A stranger types the address in full before a code leaves for it."""
        _, page = await self.ask("POST", "/start", wish="reset")
        await self._answers(page, said=login)
        await self._answers(page, option=kind)
        if kind == "email":
            await self._answers(page, said=secret)
            found = CODE.search(await mail(secret))
            code = found[0] if found else ""
        else:
            code = pyotp.TOTP(secret).at(int(time.time()))
        await self._answers(page, said=code)
        await self._answers(page, said=password)
        shown, _ = await self.ask("GET", page)
        if "data-closed" not in shown:
            raise SystemExit(f"the reset didn't come to its end: {_text(shown)}")

    async def _answers(self, page: str, **given: str) -> None:
        shown, _ = await self.ask("GET", page)
        token = re.search(r'name="token" value="([^"]+)"', shown)
        if token is None or f'name="{next(iter(given))}"' not in shown:
            raise SystemExit(f"another question than the one that was expected: {_text(shown)}")
        await self.ask("POST", page, token=token[1], **given)


class PeerVisitor(Browser):
    """At the peer's."""

    async def resets(self, login: str, address: str, password: str, mail: Mail) -> None:
        """Asks for the mail, follows the link in it, and types the new password twice."""
        asked = "?action=sendtoken"
        form, _ = await self.ask("GET", asked)
        sent, _ = await self.ask("POST", asked, **_hidden(form), login=login, mail=address)
        if "email has been sent" not in sent:
            raise SystemExit(f"the peer sent no mail: {_text(sent)}")
        link = re.search(r"http\S+", await mail(address))
        if link is None:
            raise SystemExit("the peer's mail has no link")
        query = "?" + urlsplit(link[0]).query
        shown, _ = await self.ask("GET", query)
        done, _ = await self.ask("POST", query, **_hidden(shown), newpassword=password, confirmpassword=password)
        if "Your password was changed" not in done:
            raise SystemExit(f"the peer's reset didn't come to its end: {_text(done)}")
        await mail(address)  # it tells of the change


def _hidden(form: str) -> dict[str, str]:
    """The fields that nobody sees, in whatever order their attributes stand."""
    fields = [dict(re.findall(r'(\w+)="([^"]*)"', field)) for field in re.findall(r"<input[^>]*>", form)]
    return {f["name"]: html.unescape(f.get("value", "")) for f in fields if f.get("type") == "hidden" and "name" in f}


def _text(page: str) -> str:
    return " ".join(re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL).split())[:600]
