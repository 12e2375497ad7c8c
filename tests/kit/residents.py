"""Who lives in the town of the tests: one person for each way in which accounts differ."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from bot.directory.administration import Administration, NewAccount
from bot.identity.interfaces import Records
from bot.identity.registered import Registered
from bot.platform.clock import World
from bot.platform.ids import Kind, MethodId
from bot.platform.secret import Secret
from tests.kit.kinds import EMAIL, SMS, TOTP

OLD = "Plum-Harbour-61-Anchor"  # everybody's password at first
GOOD = "Copper-Lantern-58-Meadow"  # one that all rules let pass
DAY = 86400.0
ADDRESS = {EMAIL: "{login}@home.example", SMS: "+1202555{number:04}"}


@dataclass(frozen=True)
class Resident:
    """`methods` are registered and past their quarantine."""

    login: str
    methods: Sequence[Kind] = ()
    groups: Sequence[str] = ()
    locked: bool = False
    enabled: bool = True
    protected: bool = False
    language: str = "en"


RESIDENTS = (
    Resident("ana", (TOTP, EMAIL, SMS)),
    Resident("ben", (EMAIL, SMS), locked=True),
    Resident("cara", (EMAIL,)),
    Resident("dev", (TOTP,), locked=True),
    Resident("lena", (TOTP, SMS), locked=True, language="de"),
    Resident("nora"),
    Resident("olaf", (TOTP,), enabled=False),
    Resident("pia", (TOTP,), protected=True),
    Resident("adam", (TOTP, EMAIL, SMS), ("Unlatch-Admins",)),
)


async def move_in(directory: Administration, records: Records, world: World) -> list[str]:
    """All of them. Returns what none but them may know: passwords, and what each method was registered with."""
    planted = [OLD]
    for group in ("Everybody", "Unlatch-Admins"):
        await directory.add_group(group)
    for number, who in enumerate(RESIDENTS):
        account = NewAccount(
            who.login,
            f"{who.login.title()} Resident",
            Secret(OLD),
            upn=f"{who.login}@contoso.example",
            mail=f"{who.login}@contoso.example",
            language=who.language,
            enabled=who.enabled,
            protected=who.protected,
            changed_at=world.now() - 30 * DAY,
        )
        subject = await directory.create(account)
        for group in ("Everybody", *who.groups):
            await directory.add_member(group, subject)
        for kind in who.methods:
            secret = _totp_key(world) if kind == TOTP else ADDRESS[kind].format(login=who.login, number=number)
            planted.append(secret)
            long_ago = world.now() - 90 * DAY
            await records.register(Registered(MethodId(world.id("method")), subject, kind, Secret(secret), long_ago, long_ago))
        if who.locked:
            await directory.lock(subject)
    return planted


def _totp_key(world: World) -> str:
    """160 bits, as an app is given them (RFC 4226 section 4)."""
    return base64.b32encode(world.bytes(20)).decode()
