"""An admin at the rules page: a browser with its two cookies, the sign-in, and the page's form as it would be sent."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.kit.kinds import TOTP
from tests.kit.people import FIREFOX, ORIGIN, Answer
from tests.kit.residents import OLD
from tests.kit.town import PORT, Town

INPUT = re.compile(r"<input ([^>]*)>")
AREA = re.compile(r'<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>')
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass
class AdminBrowser:
    """`cookies` are what it keeps; `site` is where its requests come from."""

    town: Town
    cookies: dict[str, str] = field(default_factory=dict)
    site: str = ORIGIN
    last: Answer = field(default_factory=lambda: Answer(0, "", ""))

    async def get(self, path: str) -> Answer:
        return await self._send("GET", path, None)

    async def post(self, path: str, **form: str) -> Answer:
        return await self._send("POST", path, form)

    async def leaves(self, change: str = "", door: str = "/rules") -> str:
        """Where the door sends it to sign in."""
        return (await self.get(f"{door}/sign-in" + (f"?change={change}" if change else ""))).location

    async def signs_in(self, login: str, change: str = "", door: str = "/rules") -> Answer:
        """At the demo's stand-in. Returns what the way back led to."""
        return await self.follows(await self.leaves(change, door), login)

    async def follows(self, there: str, login: str) -> Answer:
        """To the stand-in, and back."""
        asked = parse_qs(urlsplit(there).query)
        typed = {"login": login, "password": OLD, "code": await self.town.code(login, TOTP)}
        back = await self.post("/demo/company", state=asked["state"][0], nonce=asked["nonce"][0], **typed)
        return await self.get(back.location) if back.location else back

    async def form(self, path: str = "/rules") -> dict[str, str]:
        """What the first form of the page would send as it stands."""
        page = (await self.get(path)).text.partition('id="rules-form"')[2].partition("</form>")[0]
        found = {name: html.unescape(typed) for name, typed in AREA.findall(page)}
        for tag in INPUT.findall(page):
            of = dict(ATTRIBUTE.findall(tag))
            if of.get("type") not in {"radio", "checkbox"} or tag.endswith(" checked"):
                found[of["name"]] = html.unescape(of.get("value", ""))
        return found

    async def saves(self, **changed: str) -> str:
        """The form with these values, a dot written as two underscores. Returns the address of the preview."""
        form = await self.form()
        given = {name.replace("__", "."): typed for name, typed in changed.items()}
        return (await self.post("/rules", **{**form, **given})).location

    async def acts(self, path: str, act: str, csrf: str | None = None) -> Answer:
        """A button of a preview."""
        page = (await self.get(path)).text
        token = re.search(r'name="csrf" value="([^"]*)"', page)
        return await self.post(path, act=act, csrf=csrf if csrf is not None else token[1] if token else "")

    async def _send(self, method: str, path: str, form: dict[str, str] | None) -> Answer:
        headers = {"Host": f"localhost:{PORT}", "User-Agent": FIREFOX, "Origin": self.site, "Accept-Language": "en"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with self.town.web.request(method, path, data=form, headers=headers, allow_redirects=False) as answer:
            self.cookies |= {name: morsel.value for name, morsel in answer.cookies.items()}
            self.last = Answer(answer.status, html.unescape(await answer.text()), answer.headers.get("Location", ""))
        self.town.told += [path, self.last.location, self.last.text]
        return self.last


async def at_rules(town: Town, login: str) -> AdminBrowser:
    """Signed in a moment ago."""
    browser = AdminBrowser(town)
    answer = await browser.signs_in(login)
    assert (answer.status, answer.location) == (303, "/rules")
    return browser
