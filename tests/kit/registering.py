"""What somebody does at their own page to have methods: an app that scans, a number that is typed, a sheet that is put away."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyotp
from sqlalchemy import delete, insert

from adapters.messengers.demo_phone import received
from bot.identity.methods.recovery import codes as sheet
from bot.identity.methods.recovery import kept
from bot.identity.registered import NEVER, Registered
from bot.platform.ids import Kind, MethodId
from bot.platform.secret import Secret
from bot.policy.policy import Policy, RegistrationRules
from store.tables import FREEZE, METHOD
from tests.kit.callers import Caller
from tests.kit.kinds import EMAIL, PASSWORD, RECOVERY, SMS, TOTP
from tests.kit.people import Browser
from tests.kit.residents import DAY, OLD
from tests.kit.signing import as_ours
from tests.kit.town import EVERYBODY, Town

NUMBER, WRITTEN = "+4915123456789", "(0049) 151-234 567 89"
MAILBOX = "somebody@elsewhere.example"
ADD = {
    TOTP: "Set up an authenticator app",
    RECOVERY: "Print a recovery sheet",
    SMS: "Add a mobile number",
    EMAIL: "Add a private e-mail address",
}


def house(**rules: int | bool | str) -> Policy:
    """The rules of a house in which nothing waits, unless they say so."""
    kept: dict[str, int | bool | str] = {"quarantine_hours": 0, **rules}
    return replace(EVERYBODY, registration=RegistrationRules(**kept))  # type: ignore[arg-type]  # each name has a type of its own


async def on_file(town: Town, login: str, kind: Kind | None = None) -> list[Registered]:
    """Confirmed methods."""
    methods = await town.app.store.records.methods(await town.subject(login))
    return [m for m in methods if m.usable_from != NEVER and kind in (None, m.kind)]


async def has_sheet(town: Town, login: str) -> list[str]:
    """Put away long ago."""
    subject, codes = await town.subject(login), sheet(town.keys, MethodId("sheet-of-old"))
    for number, code in enumerate(codes):
        id, then = MethodId(f"sheet-of-old.{login}.{number}"), town.clock.now - 90 * DAY
        await town.app.store.records.register(Registered(id, subject, RECOVERY, kept(town.keys, subject, code), then, then))
    town.secrets |= {code.reveal() for code in codes}
    return ["-".join(re.findall("....", code.reveal())) for code in codes]


async def forgets(town: Town, login: str, *kinds: Kind) -> None:
    """As if these had never been registered."""
    subject = await town.subject(login)
    async with as_ours(town.app.store, subject) as conn:
        await conn.execute(delete(METHOD).where(METHOD.c.subject == subject, METHOD.c.kind.in_(kinds)))


async def freezes(town: Town, login: str, seconds: float) -> None:
    """As after a "this wasn't me"."""
    subject = await town.subject(login)
    async with as_ours(town.app.store, subject) as conn:
        await conn.execute(insert(FREEZE).values(subject=subject, until=town.clock.now + seconds))


async def sits_down(caller: Caller, kind: Kind = TOTP) -> None:
    """At the menu of their methods, having proved who they are."""
    await caller.wants("register")
    if kind == PASSWORD:
        await caller.begins_with(kind)
        await caller.types(OLD)
    else:
        await caller.proves_by(kind)


async def scanned(page: Browser) -> pyotp.TOTP:
    """An app that took the key that the page shows, with no name where there is one already. The key may be found nowhere else."""
    if await page.at() == "register.name":
        await page.picks("No name")
    shown = await page.reads()
    typed = re.search(r'class="key">([A-Z2-7-]+)<', shown)
    link = re.search(r'href="(otpauth://[^"]+)"', shown)
    assert typed is not None
    assert link is not None
    assert "<svg" in shown
    key = typed[1].replace("-", "")
    assert parse_qs(urlsplit(link[1]).query)["secret"] == [key]
    page.town.secrets.add(key)
    return pyotp.TOTP(key)


async def adds_app(caller: Caller) -> pyotp.TOTP:
    """And tries it."""
    await caller.picks(ADD[TOTP])
    app = await scanned(caller.page)
    await caller.types(shows(app, caller.town))
    return app


def shows(app: pyotp.TOTP, town: Town) -> str:
    """What it shows now."""
    return app.at(int(town.clock.now))


async def adds(caller: Caller, kind: Kind, typed: str, kept: str) -> None:
    """A number or address, and the code that it got."""
    await caller.picks(ADD[kind])
    await caller.types(typed)
    assert await caller.at() == f"method.{kind}.try", await caller.notice()
    await caller.types(await sent_to(caller.town, kept))


async def sent_to(town: Town, address: str) -> str:
    """The newest code that arrived there."""
    await town.settle()
    found = [word for text in await texts(town, address) for word in text.split() if word.isdecimal() and len(word) == 6]
    assert found, "nothing has arrived"
    town.secrets |= set(found)
    return found[-1]


async def texts(town: Town, address: str) -> list[str]:
    """What arrived there, oldest first."""
    return [m.text.reveal() for m in await received(town.app.store.vault, [Secret(address)])]


async def sheet_on(page: Browser) -> list[str]:
    """The codes that the page shows. They may be found nowhere else."""
    codes = re.findall(r"<li><code>([A-Z2-7-]+)</code>", await page.reads())
    page.town.secrets |= {code.replace("-", "") for code in codes} | set(codes)
    return codes


async def prints_sheet(caller: Caller) -> list[str]:
    """And puts it away."""
    await caller.picks(ADD[RECOVERY])
    codes = await sheet_on(caller.page)
    await caller.picks("I have put them away")
    return codes
